/* server/datasets_put.c -- stores uploads; see datasets.h. */
#include "server/datasets.h"

#include <string.h>

#include "engine/data/dataset_file.h"
#include "engine/data/hdf5.h"
#include "server/dataset_files.h"
#include "server/dataset_import.h"
#include "server/dataset_unpack.h"

enum { PUT_TRIES_MAX = 8 };

/* An upload on its way. */
struct put {
    struct datasets *datasets;
    struct db *db;
    const struct dataset_upload *upload;
    struct arena *arena;
    struct dataset_row *out;
};

static const char *describe_sources(const struct dataset *dataset, struct arena *arena)
{
    struct text out = { 0 };
    const char *copy;

    text_add_char(&out, '[');
    for (size_t i = 0; i < dataset->source_count; i++) {
        const struct source *source = &dataset->sources[i];

        text_format(&out, "%s{\"name\":\"%s\",\"dtype\":\"%s\",\"shape\":[", i > 0 ? "," : "", source->name,
                    dtype_name(source->array.tensor.dtype));
        for (int axis = 0; axis < source->shape.rank; axis++)
            text_format(&out, "%s%lld", axis > 0 ? "," : "", (long long)source->shape.dims[axis]);
        text_format(&out, "]%s}", source->offsets ? ",\"ragged\":true" : "");
    }
    text_add_char(&out, ']');
    copy = arena_text(arena, text_bytes(&out));
    text_fini(&out);
    return copy;
}

void dataset_fill_row(const struct dataset *dataset, struct arena *arena, struct dataset_row *out)
{
    *out = (struct dataset_row){ .sources = describe_sources(dataset, arena),
                                 .examples = dataset->examples,
                                 .bytes = (int64_t)dataset->bytes };
    dataset_digest(dataset, out->sha256);
}

/* Whoever does not care what he replaces may find that another one was quicker to create it. */
static enum store_result put_row(const struct put *put, const char *expected, const char **out_old,
                                 struct error *err)
{
    enum store_result result = STORE_CONFLICT;

    for (int tries = 0; result == STORE_CONFLICT && tries < (expected ? 1 : PUT_TRIES_MAX); tries++)
        result = store_dataset_put(put->db, put->out, expected, put->arena, out_old, err);
    return result;
}

static bool find_row(const struct put *put, struct dataset_row *out, struct error *err)
{
    return datasets_find_row(put->datasets, put->db, put->upload->project, put->upload->name, put->arena, out,
                             err);
}

/* Files first, the row last.  What was replaced is removed behind it. */
static enum dataset_put store(const struct put *put, const char *expected, const struct dataset *dataset,
                              struct error *err)
{
    const char *root = datasets_root(put->datasets), *old = NULL;
    char folder[IDENTIFIER_TEXT_BYTES];
    struct error ignored;

    identifier_new(folder);
    if (!dataset_files_write(root, folder, dataset, err))
        return DATASET_FAILED;
    dataset_fill_row(dataset, put->arena, put->out);
    put->out->project = put->upload->project;
    put->out->name = put->upload->name;
    put->out->folder = arena_text(put->arena, folder);
    switch (put_row(put, expected, &old, err)) {
    case STORE_OK:
        if (old)
            dataset_files_remove(root, old, &ignored);
        if (!find_row(put, put->out, err))
            return DATASET_FAILED;
        return old ? DATASET_REPLACED : DATASET_CREATED;
    case STORE_CONFLICT:
        dataset_files_remove(root, folder, &ignored);
        return DATASET_CHANGED;
    case STORE_UNAVAILABLE: /* perhaps committed all the same: the folder has to stay */
        return DATASET_FAILED;
    case STORE_NONE:
    case STORE_FAILED:
        break;
    }
    dataset_files_remove(root, folder, &ignored);
    return DATASET_FAILED;
}

/* The stored dataset with `array` as its source: new, or instead of the one of that name.  Takes the array;
 * memory of the others stays with `stored`. */
static struct dataset *with_source(const struct dataset *stored, const char *name, struct array *array,
                                   struct error *err)
{
    struct dataset *dataset = dataset_new();

    for (size_t i = 0; stored && i < stored->source_count; i++) {
        const struct source *source = &stored->sources[i];
        struct array borrowed = { .tensor = source->array.tensor, .in_file = source->array.in_file };
        struct array shapes = { .tensor = source->shapes.tensor, .in_file = source->shapes.in_file };

        if (strcmp(source->name, name) == 0)
            continue;
        if (!(source->offsets ? dataset_add_ragged(dataset, source->name, &borrowed, &shapes, err)
                              : dataset_add(dataset, source->name, &borrowed, err)))
            goto failed;
    }
    if (dataset_add(dataset, name, array, err))
        return dataset;
failed:
    array_fini(array);
    dataset_unref(dataset);
    return NULL;
}

/* One step of put_source: `row` is the version that the new one is made from. */
static enum dataset_put add_source(const struct put *put, const struct dataset_row *row,
                                   const struct array *array, struct error *err)
{
    struct array copy = { .tensor = array->tensor, .in_file = array->in_file };
    struct dataset *stored = NULL, *dataset;
    enum dataset_put result = DATASET_FAILED;

    if (row) {
        stored = datasets_open_folder(put->datasets, row->folder, err);
        if (!stored)
            return err->code == ERROR_NOT_FOUND ? DATASET_CHANGED : DATASET_FAILED;
    }
    dataset = with_source(stored, put->upload->source, &copy, err);
    if (dataset)
        result = store(put, row ? row->sha256 : "", dataset, err);
    dataset_unref(dataset);
    dataset_unref(stored);
    return result;
}

/* Somebody else may store another source meanwhile: then this one is added to the result. */
static enum dataset_put put_array(const struct put *put, const struct array *array, struct error *err)
{
    const char *expected = put->upload->expected;
    enum dataset_put result = DATASET_CHANGED;

    for (int tries = 0; result == DATASET_CHANGED && tries < PUT_TRIES_MAX; tries++) {
        struct dataset_row row;
        bool exists = find_row(put, &row, err);

        if (!exists && err->code != ERROR_NOT_FOUND)
            return DATASET_FAILED;
        if (expected && strcmp(expected, exists ? row.sha256 : "") != 0)
            return DATASET_CHANGED;
        result = add_source(put, exists ? &row : NULL, array, err);
    }
    return result;
}

static enum dataset_put put_source(const struct put *put, struct error *err)
{
    const struct dataset_upload *upload = put->upload;
    enum dataset_put result;
    struct array array;

    if (!source_name_check(upload->source, err) || !source_read(upload->bytes, upload->length, &array, err))
        return DATASET_FAILED;
    result = put_array(put, &array, err);
    array_fini(&array);
    return result;
}

/* HDF5 with a target column is refused by dataset_read before it is looked at. */
static bool read_plain(const struct put *put, const void *bytes, size_t length, struct dataset **out,
                       struct error *err)
{
    const char *target = put->upload->target, *importer = datasets_importer(put->datasets);

    if (!hdf5_guess(bytes, length) || target)
        return dataset_read_in_place(bytes, length, &in_place_if_large, target, out, err);
    if (!importer)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "HDF5 files are not read here");
    return dataset_import(importer, datasets_incoming_folder(put->datasets), bytes, length, out, err);
}

static enum dataset_put put_whole(const struct put *put, struct error *err)
{
    const void *bytes = put->upload->bytes;
    size_t length = put->upload->length;
    struct file_map unpacked = { 0 };
    enum dataset_put result = DATASET_FAILED;
    struct dataset *dataset;

    if (dataset_is_packed(bytes, length)) {
        if (!dataset_unpack(datasets_incoming_folder(put->datasets), bytes, length, &unpacked, err))
            return DATASET_FAILED;
        bytes = unpacked.bytes;
        length = unpacked.length;
    }
    if (read_plain(put, bytes, length, &dataset, err)) {
        result = store(put, put->upload->expected, dataset, err);
        dataset_unref(dataset);
    }
    file_map_close(&unpacked);
    return result;
}

enum dataset_put datasets_put(struct datasets *datasets, struct db *db, const struct dataset_upload *upload,
                              struct arena *arena, struct dataset_row *out, struct error *err)
{
    const struct put put = { datasets, db, upload, arena, out };

    if (!datasets_may_change(datasets, upload->name, err))
        return DATASET_FAILED;
    return upload->source ? put_source(&put, err) : put_whole(&put, err);
}
