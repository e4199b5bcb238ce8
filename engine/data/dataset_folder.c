/* engine/data/dataset_folder.c -- see dataset_folder.h. */
#include "engine/data/dataset_folder.h"

#include <limits.h>

#include <cjson/cJSON.h>

#include "engine/base/path.h"
#include "engine/base/text.h"
#include "engine/base/write_file.h"
#include "engine/data/file_map.h"
#include "engine/data/npy.h"
#include "engine/data/state.h"

enum { FOLDER_FORMAT = 1, DESCRIPTION_BYTES_MAX = 65536 };

static void describe(const struct dataset *dataset, struct text *out)
{
    text_format(out, "{\"format\": %d, \"examples\": %lld, \"sources\": [", FOLDER_FORMAT,
                (long long)dataset->examples);
    for (size_t i = 0; i < dataset->source_count; i++) {
        const struct tensor *tensor = &dataset->sources[i].array.tensor;

        text_format(out, "%s\n  {\"name\": \"%s\", \"dtype\": \"%s\", \"shape\": [", i > 0 ? "," : "",
                    dataset->sources[i].name, dtype_name(tensor->dtype));
        for (int axis = 0; axis < tensor->shape.rank; axis++)
            text_format(out, "%s%lld", axis > 0 ? ", " : "", (long long)tensor->shape.dims[axis]);
        text_format(out, "]%s}", dataset->sources[i].offsets ? ", \"ragged\": true" : "");
    }
    text_add(out, "\n]}\n");
}

static bool save_description(const struct dataset *dataset, const char *folder, struct error *err)
{
    struct text text = { 0 };
    struct write_part part;
    char path[PATH_MAX];
    bool saved;

    describe(dataset, &text);
    part = (struct write_part){ text.bytes, text.length };
    saved = path_format(path, err, "%s/dataset.json", folder) && write_file(path, &part, 1, err);
    text_fini(&text);
    return saved;
}

bool dataset_save_folder(const struct dataset *dataset, const char *folder, struct error *err)
{
    char path[PATH_MAX];

    for (size_t i = 0; i < dataset->source_count; i++) {
        const struct source *source = &dataset->sources[i];

        if (!path_format(path, err, "%s/%s.npy", folder, source->name) ||
            !npy_write_file(path, &source->array.tensor, err))
            return false;
        if (source->offsets && (!path_format(path, err, "%s/%s.shapes.npy", folder, source->name) ||
                                !npy_write_file(path, &source->shapes.tensor, err)))
            return false;
    }
    return save_description(dataset, folder, err) &&
           (sync_folder(folder) || RAISE_ERRNO(err, "could not write \"%s\"", folder));
}

static bool corrupt(const char *folder, struct error *err)
{
    return RAISE(err, ERROR_CORRUPT, NULL, "the dataset in \"%s\" is damaged", folder);
}

/* Whether a mapped array is what the description says. */
static bool is_described(const cJSON *json, const struct tensor *tensor)
{
    const char *dtype = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "dtype"));
    const cJSON *shape = cJSON_GetObjectItemCaseSensitive(json, "shape"), *dimension;
    enum dtype described;
    int axis = 0;

    if (!dtype || !dtype_parse(dtype, &described) || described != tensor->dtype || !cJSON_IsArray(shape) ||
        cJSON_GetArraySize(shape) != tensor->shape.rank)
        return false;
    cJSON_ArrayForEach(dimension, shape)
    {
        if (!cJSON_IsNumber(dimension) || dimension->valuedouble != (double)tensor->shape.dims[axis++])
            return false;
    }
    return true;
}

/* Maps the shapes as well, when there are some. */
static bool add_source(struct dataset *dataset, const char *folder, const char *name, const cJSON *json,
                       struct array *array, struct error *err)
{
    struct array shapes;
    char path[PATH_MAX];

    if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "ragged")))
        return dataset_add(dataset, name, array, err);
    if (!path_format(path, err, "%s/%s.shapes.npy", folder, name) || !npy_map_file(path, &shapes, err))
        return false;
    if (dataset_add_ragged(dataset, name, array, &shapes, err))
        return true;
    array_fini(&shapes);
    return false;
}

static bool open_source(struct dataset *dataset, const char *folder, const cJSON *json, struct error *err)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "name"));
    struct array array;
    char path[PATH_MAX];

    if (!name || !source_name_check(name, err))
        return corrupt(folder, err);
    if (!path_format(path, err, "%s/%s.npy", folder, name) || !npy_map_file(path, &array, err))
        return false;
    if (!is_described(json, &array.tensor)) {
        array_fini(&array);
        return corrupt(folder, err);
    }
    if (add_source(dataset, folder, name, json, &array, err))
        return true;
    array_fini(&array);
    return corrupt(folder, err);
}

static bool open_sources(struct dataset *dataset, const char *folder, const cJSON *json, struct error *err)
{
    const cJSON *sources = cJSON_GetObjectItemCaseSensitive(json, "sources"), *source;
    int64_t format, examples;

    if (!state_integer(json, "format", FOLDER_FORMAT, FOLDER_FORMAT, &format, err) ||
        !state_integer(json, "examples", 1, DATASET_EXAMPLES_MAX, &examples, err) || !cJSON_IsArray(sources))
        return corrupt(folder, err);
    cJSON_ArrayForEach(source, sources)
    {
        if (!open_source(dataset, folder, source, err))
            return false;
    }
    return dataset->examples == examples || corrupt(folder, err);
}

bool dataset_open_folder(const char *folder, struct dataset **out, struct error *err)
{
    struct dataset *dataset = NULL;
    struct file_map map;
    char path[PATH_MAX];
    cJSON *json = NULL;
    bool opened;

    if (!path_format(path, err, "%s/dataset.json", folder) || !file_map_open(path, &map, err))
        return false;
    if (map.length <= DESCRIPTION_BYTES_MAX)
        json = cJSON_ParseWithLength(map.bytes, map.length);
    file_map_close(&map);
    if (!json)
        return corrupt(folder, err);
    dataset = dataset_new();
    opened = open_sources(dataset, folder, json, err);
    cJSON_Delete(json);
    if (opened)
        *out = dataset;
    else
        dataset_unref(dataset);
    return opened;
}
