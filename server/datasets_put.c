/* server/datasets_put.c -- stores and deletes datasets; see datasets.h. */
#include "server/datasets.h"

#include <string.h>

#include "engine/data/dataset_file.h"
#include "engine/data/hdf5.h"
#include "server/dataset_files.h"
#include "server/dataset_import.h"
#include "server/dataset_unpack.h"

enum { PUT_TRIES_MAX = 8 };

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
static enum store_result put_row(struct db *db, const struct dataset_row *row, const char *expected,
                                 struct arena *arena, const char **out_old, struct error *err)
{
    enum store_result result = STORE_CONFLICT;

    for (int tries = 0; result == STORE_CONFLICT && tries < (expected ? 1 : PUT_TRIES_MAX); tries++)
        result = store_dataset_put(db, row, expected, arena, out_old, err);
    return result;
}

/* Files first, the row last.  What was replaced is removed behind it. */
static enum dataset_put store(struct datasets *datasets, struct db *db, const struct dataset_upload *upload,
                              const char *expected, const struct dataset *dataset, struct arena *arena,
                              struct dataset_row *out, struct error *err)
{
    char folder[IDENTIFIER_TEXT_BYTES];
    const char *old = NULL;
    struct error ignored;

    identifier_new(folder);
    if (!dataset_files_write(datasets_root(datasets), folder, dataset, err))
        return DATASET_FAILED;
    dataset_fill_row(dataset, arena, out);
    out->project = upload->project;
    out->name = upload->name;
    out->folder = arena_text(arena, folder);
    switch (put_row(db, out, expected, arena, &old, err)) {
    case STORE_OK:
        if (old)
            dataset_files_remove(datasets_root(datasets), old, &ignored);
        return datasets_find_row(datasets, db, upload->project, upload->name, arena, out, err)
                   ? (old ? DATASET_REPLACED : DATASET_CREATED)
                   : DATASET_FAILED;
    case STORE_CONFLICT:
        dataset_files_remove(datasets_root(datasets), folder, &ignored);
        return DATASET_CHANGED;
    case STORE_UNAVAILABLE: /* perhaps committed all the same: the folder has to stay */
        return DATASET_FAILED;
    case STORE_NONE:
    case STORE_FAILED:
        break;
    }
    dataset_files_remove(datasets_root(datasets), folder, &ignored);
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

/* One step of put_source: `expected` is the version that the new one is made from. */
static enum dataset_put add_source(struct datasets *datasets, struct db *db,
                                   const struct dataset_upload *upload, const struct dataset_row *row,
                                   struct array *array, struct arena *arena, struct dataset_row *out,
                                   struct error *err)
{
    struct array copy = { .tensor = array->tensor, .in_file = array->in_file };
    struct dataset *stored = NULL, *dataset;
    enum dataset_put result = DATASET_FAILED;

    if (row) {
        stored = datasets_open_folder(datasets, row->folder, err);
        if (!stored)
            return err->code == ERROR_NOT_FOUND ? DATASET_CHANGED : DATASET_FAILED;
    }
    dataset = with_source(stored, upload->source, &copy, err);
    if (dataset)
        result = store(datasets, db, upload, row ? row->sha256 : "", dataset, arena, out, err);
    dataset_unref(dataset);
    dataset_unref(stored);
    return result;
}

/* Somebody else may store another source meanwhile: then this one is added to the result. */
static enum dataset_put put_source(struct datasets *datasets, struct db *db,
                                   const struct dataset_upload *upload, struct array *array,
                                   struct arena *arena, struct dataset_row *out, struct error *err)
{
    enum dataset_put result = DATASET_CHANGED;

    for (int tries = 0; result == DATASET_CHANGED && tries < PUT_TRIES_MAX; tries++) {
        struct dataset_row row;
        bool exists = datasets_find_row(datasets, db, upload->project, upload->name, arena, &row, err);

        if (!exists && err->code != ERROR_NOT_FOUND)
            return DATASET_FAILED;
        if (upload->expected && strcmp(upload->expected, exists ? row.sha256 : "") != 0)
            return DATASET_CHANGED;
        result = add_source(datasets, db, upload, exists ? &row : NULL, array, arena, out, err);
    }
    return result;
}

static bool refuse_shipped(const char *name, struct error *err)
{
    RAISE(err, ERROR_STATE, NULL, "the dataset \"%s\" ships with Kiln and stays as it is", name);
    return error_hint(err, "Choose another name.");
}

/* HDF5 with a target column is refused by dataset_read before it is looked at. */
static bool read_plain(struct datasets *datasets, const struct dataset_upload *upload, const void *bytes,
                       size_t length, struct dataset **out, struct error *err)
{
    if (!hdf5_guess(bytes, length) || upload->target)
        return dataset_read_in_place(bytes, length, &in_place_if_large, upload->target, out, err);
    if (!datasets_importer(datasets))
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "HDF5 files are not read here");
    return dataset_import(datasets_importer(datasets), datasets_incoming_folder(datasets), bytes, length, out,
                          err);
}

static enum dataset_put put_whole(struct datasets *datasets, struct db *db,
                                  const struct dataset_upload *upload, const void *bytes, size_t length,
                                  struct arena *arena, struct dataset_row *out, struct error *err)
{
    const bool packed = dataset_is_packed(bytes, length);
    struct file_map unpacked = { 0 };
    enum dataset_put result = DATASET_FAILED;
    struct dataset *dataset;

    if (packed && !dataset_unpack(datasets_incoming_folder(datasets), bytes, length, &unpacked, err))
        return DATASET_FAILED;
    if (read_plain(datasets, upload, packed ? unpacked.bytes : bytes, packed ? unpacked.length : length,
                   &dataset, err)) {
        result = store(datasets, db, upload, upload->expected, dataset, arena, out, err);
        dataset_unref(dataset);
    }
    file_map_close(&unpacked);
    return result;
}

enum dataset_put datasets_put(struct datasets *datasets, struct db *db, const struct dataset_upload *upload,
                              const void *bytes, size_t length, struct arena *arena, struct dataset_row *out,
                              struct error *err)
{
    enum dataset_put result;
    struct array array;

    if (datasets_shipped(datasets, upload->name)) {
        refuse_shipped(upload->name, err);
        return DATASET_FAILED;
    }
    if (upload->source) {
        if (!source_name_check(upload->source, err) || !source_read(bytes, length, &array, err))
            return DATASET_FAILED;
        result = put_source(datasets, db, upload, &array, arena, out, err);
        array_fini(&array);
        return result;
    }
    return put_whole(datasets, db, upload, bytes, length, arena, out, err);
}

bool datasets_delete(struct datasets *datasets, struct db *db, const char *project, const char *name,
                     struct error *err)
{
    struct arena arena = { 0 };
    const char *folder = NULL;
    struct error ignored;
    bool deleted = false;

    if (datasets_shipped(datasets, name))
        return refuse_shipped(name, err);
    switch (store_dataset_delete(db, project, name, &arena, &folder, err)) {
    case STORE_OK:
        deleted = true;
        dataset_files_remove(datasets_root(datasets), folder, &ignored);
        break;
    case STORE_NONE:
        RAISE(err, ERROR_NOT_FOUND, NULL, "there is no dataset \"%s\"", name);
        break;
    case STORE_CONFLICT:
        RAISE(err, ERROR_STATE, NULL, "the dataset \"%s\" is used by a job that has not ended", name);
        break;
    case STORE_UNAVAILABLE:
    case STORE_FAILED:
        break;
    }
    arena_fini(&arena);
    return deleted;
}
