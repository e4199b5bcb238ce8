/* engine/data/synthetic.c -- a dataset made up from a seed, for trying things out and for measuring.
 *
 * What fits into the caches of a processor is made once and kept.  Rows of larger sources are made whenever
 * they are read: nobody waits for them, and they take no memory. */
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_adopt.h"
#include "engine/base/component_report.h"
#include "engine/data/inline_dataset.h"
#include "engine/data/synthetic_rows.h"

enum { CLASSES_MAX = 65536, KEPT_MAX = 1 << 20 /* numbers of a source */, ROWS_AT_ONCE = 512 };

struct synthetic {
    int64_t examples, seed;
    const struct cJSON *sources;
};

static const struct param params[] = {
    PARAM(synthetic, examples, INTEGER, .required = true, .min = 1, .max = 1e8,
          .about = "Number of examples."),
    PARAM(synthetic, sources, JSON, .required = true,
          .about = "An object: a source has a \"shape\" (of one example, real numbers) or a number of "
                   "\"classes\" (labels)."),
    PARAM(synthetic, seed, INTEGER, .preset = "1", .min = 0, .max = 4294967295.0,
          .about = "The same seed gives the same numbers."),
    PARAM_END,
};

/* A source as described: labels when classes > 0. */
struct source_plan {
    int64_t classes;
    struct shape shape; /* of one example */
};

static bool whole(const cJSON *json, double min, double max)
{
    return cJSON_IsNumber(json) && floor(json->valuedouble) == json->valuedouble &&
           json->valuedouble >= min && json->valuedouble <= max;
}

static bool read_shape(const cJSON *json, const struct json_path *path, struct shape *out,
                       struct error_list *errors)
{
    struct json_path step = { .parent = path };
    const cJSON *dimension;
    bool good = true;

    if (!cJSON_IsArray(json))
        return REPORT(errors, ERROR_WRONG_TYPE, path, "a shape must be a list");
    if (cJSON_GetArraySize(json) >= TENSOR_RANK_MAX)
        return REPORT(errors, ERROR_LIMIT, path, "a shape has at most %d dimensions", TENSOR_RANK_MAX - 1);
    cJSON_ArrayForEach(dimension, json)
    {
        if (whole(dimension, 1, INT32_MAX))
            out->dims[out->rank] = (int64_t)dimension->valuedouble;
        else
            good = REPORT(errors, ERROR_OUT_OF_RANGE, &step,
                          "a dimension must be a whole number from 1 to %d", INT32_MAX);
        out->rank++;
        step.index++;
    }
    return good;
}

static bool read_classes(const cJSON *json, const struct json_path *path, struct source_plan *out,
                         struct error_list *errors)
{
    if (!whole(json, 2, CLASSES_MAX))
        return REPORT(errors, ERROR_OUT_OF_RANGE, path, "classes must be a whole number from 2 to %d",
                      CLASSES_MAX);
    out->classes = (int64_t)json->valuedouble;
    out->shape = (struct shape){ .rank = 1, .dims = { 1 } };
    return true;
}

static bool read_source(const cJSON *json, const struct json_path *path, struct source_plan *out,
                        struct error_list *errors)
{
    const struct json_path step = { .parent = path, .key = json->child ? json->child->string : "" };

    *out = (struct source_plan){ 0 };
    if (!cJSON_IsObject(json) || cJSON_GetArraySize(json) != 1) {
        REPORT(errors, ERROR_INVALID_VALUE, path,
               "a synthetic source has one member, \"shape\" or \"classes\"");
        return error_list_hint(errors,
                               "Write {\"shape\": [784]} for real numbers, {\"classes\": 10} for labels.");
    }
    if (strcmp(json->child->string, "shape") == 0)
        return read_shape(json->child, &step, &out->shape, errors);
    if (strcmp(json->child->string, "classes") == 0)
        return read_classes(json->child, &step, out, errors);
    return REPORT(errors, ERROR_UNKNOWN_MEMBER, &step, "a synthetic source has no member \"%s\"",
                  json->child->string);
}

static bool is_kept(const struct tensor *tensor)
{
    return tensor_elements(tensor) <= KEPT_MAX;
}

/* Planned: without its numbers, or what makes them. */
static bool add_source(struct dataset *dataset, const char *name, const struct source_plan *plan,
                       int64_t examples, const struct json_path *path, struct error_list *errors)
{
    struct shape shape = { .rank = plan->shape.rank + 1, .dims = { examples } };
    enum dtype dtype = DTYPE_FLOAT32;
    struct array array;
    struct error err = { 0 };

    if (plan->classes > 0)
        dtype = plan->classes <= 256 ? DTYPE_UINT8 : DTYPE_INT32;
    for (int axis = 0; axis < plan->shape.rank; axis++)
        shape.dims[axis + 1] = plan->shape.dims[axis];
    if (array_plan(dtype, &shape, DATASET_BYTES_MAX, &array, &err) &&
        (is_kept(&array.tensor) ? dataset_add(dataset, name, &array, &err)
                                : dataset_add_reader(dataset, name, &array, NULL, &err)))
        return true;
    REPORT(errors, err.code, path, "%s", err.message);
    return err.hint[0] ? error_list_hint(errors, "%s", err.hint) : false;
}

/* Sources with their shapes; the number of classes goes to *out_classes. */
static void plan_sources(struct dataset *dataset, const struct synthetic *settings, int64_t *out_classes,
                         struct error_list *errors)
{
    const struct json_path path = { .key = "sources" };
    const cJSON *json;

    *out_classes = 1;
    if (!cJSON_IsObject(settings->sources) || !settings->sources->child) {
        REPORT(errors, ERROR_WRONG_TYPE, &path, "sources must be an object with at least one member");
        return;
    }
    cJSON_ArrayForEach(json, settings->sources)
    {
        const struct json_path step = { .parent = &path, .key = json->string };
        struct source_plan plan;

        if (!read_source(json, &step, &plan, errors) ||
            !add_source(dataset, json->string, &plan, settings->examples, &step, errors) || plan.classes == 0)
            continue;
        if (*out_classes > 1)
            REPORT(errors, ERROR_CONFLICT, &step, "only one source of a synthetic dataset can be labels");
        *out_classes = plan.classes;
    }
}

/* The mean of every class is held as long as examples are made. */
static void check_means(const struct dataset *dataset, int64_t classes, struct error_list *errors)
{
    const struct json_path path = { .key = "sources" };

    for (size_t i = 0; i < dataset->source_count; i++) {
        const struct json_path step = { .parent = &path, .key = dataset->sources[i].name };
        const int64_t size = tensor_elements(&dataset->sources[i].array.tensor) / dataset->examples;

        if (size > SYNTHETIC_MEANS_MAX / classes)
            REPORT(errors, ERROR_LIMIT, &step, "%lld classes of %lld numbers are more than %lld numbers",
                   (long long)classes, (long long)size, (long long)SYNTHETIC_MEANS_MAX);
    }
}

/* Makes all rows. */
static bool keep_rows(struct row_reader *reader, const struct tensor *out, struct error *err)
{
    const int64_t count = out->shape.dims[0];
    const size_t row_bytes = tensor_bytes(out) / (size_t)count;
    bool good = true;

    for (int64_t first = 0; good && first < count; first += ROWS_AT_ONCE) {
        int64_t rows[ROWS_AT_ONCE], piece = 0;

        for (; piece < ROWS_AT_ONCE && first + piece < count; piece++)
            rows[piece] = first + piece;
        good = reader->read(reader, rows, piece, (char *)out->data + (size_t)first * row_bytes, err);
    }
    return good;
}

/* The numbers of a planned source, or what makes them. */
static bool fill_source(struct source *source, struct row_reader *reader, struct error *err)
{
    const struct tensor planned = source->array.tensor;
    bool good;

    if (!is_kept(&planned)) {
        source->reader = reader;
        return true;
    }
    good = array_new(planned.dtype, &planned.shape, DATASET_BYTES_MAX, &source->array, err) &&
           keep_rows(reader, &source->array.tensor, err);
    reader->free(reader);
    return good;
}

static bool fill_sources(struct dataset *dataset, const struct synthetic *settings, int64_t classes,
                         struct error *err)
{
    for (size_t i = 0; i < dataset->source_count; i++) {
        const struct tensor *planned = &dataset->sources[i].array.tensor;
        const struct synthetic_source source = {
            .seed = (uint64_t)settings->seed,
            .index = i,
            .classes = classes,
            .columns = tensor_elements(planned) / dataset->examples,
            .dtype = planned->dtype,
        };
        struct row_reader *reader = synthetic_rows_new(&source, kernel_level_best(), err);

        if (!reader || !fill_source(&dataset->sources[i], reader, err))
            return false;
    }
    return true;
}

static struct dataset *synthetic_open(const struct component *component, enum dataset_purpose purpose,
                                      struct error_list *errors)
{
    const struct synthetic *settings = component->settings;
    struct dataset *dataset = dataset_new();
    struct error_list found = { 0 };
    struct error err = { 0 };
    int64_t classes;

    plan_sources(dataset, settings, &classes, &found);
    check_means(dataset, classes, &found);
    if (component_adopt(errors, component, &found)) {
        if (purpose == DATASET_PLAN || fill_sources(dataset, settings, classes, &err))
            return dataset;
        REPORT_AT(errors, err.code, component, NULL, "%s", err.message);
    }
    dataset_unref(dataset);
    return NULL;
}

const struct inline_dataset_type synthetic_type = {
    .component = {
        .name = "synthetic",
        .about = "Makes up examples from a seed: noise around the mean of a class, and labels of which some are wrong.  Up to "
                 "a million numbers are kept, those of larger sources are made whenever they are read.",
        .params = params,
        .settings_size = sizeof(struct synthetic),
    },
    .open = synthetic_open,
};
