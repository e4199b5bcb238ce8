/* engine/data/dataset.c -- see dataset.h. */
#include "engine/data/dataset.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/printable.h"

struct dataset *dataset_new(void)
{
    struct dataset *dataset = memory_new(1, sizeof(*dataset));

    atomic_init(&dataset->references, 1);
    return dataset;
}

struct dataset *dataset_ref(struct dataset *dataset)
{
    atomic_fetch_add_explicit(&dataset->references, 1, memory_order_relaxed);
    return dataset;
}

void dataset_unref(struct dataset *dataset)
{
    if (!dataset || atomic_fetch_sub_explicit(&dataset->references, 1, memory_order_acq_rel) > 1)
        return;
    for (size_t i = 0; i < dataset->source_count; i++)
        array_fini(&dataset->sources[i].array);
    free(dataset);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool source_name_check(const char *name, struct error *err)
{
    const size_t length = strlen(name);
    char shown[PRINTABLE_BYTES];
    bool good = length > 0 && length <= SOURCE_NAME_MAX && is_letter(name[0]);

    for (size_t i = 1; good && i < length; i++)
        good = is_letter(name[i]) || (name[i] >= '0' && name[i] <= '9');
    if (good)
        return true;
    RAISE(err, ERROR_INVALID_VALUE, NULL, "\"%s\" cannot be the name of a source",
          printable(name, length, shown));
    return error_hint(err, "Use up to %d letters, digits and _, with no digit first.", SOURCE_NAME_MAX);
}

static bool check_rows(const struct dataset *dataset, const char *name, const struct tensor *tensor,
                       struct error *err)
{
    const int64_t rows = tensor->shape.rank > 0 ? tensor->shape.dims[0] : 0;

    if (rows == 0)
        return RAISE(err, ERROR_SHAPE, NULL, "source \"%s\" has no examples", name);
    if (rows > DATASET_EXAMPLES_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "source \"%s\" has %lld examples, more than %lld", name,
                     (long long)rows, (long long)DATASET_EXAMPLES_MAX);
    if (dataset->source_count > 0 && rows != dataset->examples)
        return RAISE(err, ERROR_SHAPE, NULL, "source \"%s\" has %lld examples, \"%s\" has %lld", name,
                     (long long)rows, dataset->sources[0].name, (long long)dataset->examples);
    return true;
}

bool dataset_add(struct dataset *dataset, const char *name, struct array *array, struct error *err)
{
    const size_t bytes = tensor_bytes(&array->tensor);
    struct source *source;

    if (!source_name_check(name, err) || !check_rows(dataset, name, &array->tensor, err))
        return false;
    if (dataset_source(dataset, name))
        return RAISE(err, ERROR_DUPLICATE, NULL, "there are two sources \"%s\"", name);
    if (dataset->source_count == DATASET_SOURCES_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "there are more than %d sources", DATASET_SOURCES_MAX);
    if (bytes > DATASET_BYTES_MAX - dataset->bytes)
        return RAISE(err, ERROR_LIMIT, NULL, "the sources take more than %zu bytes", DATASET_BYTES_MAX);

    source = &dataset->sources[dataset->source_count++];
    snprintf(source->name, sizeof(source->name), "%s", name);
    source->array = *array;
    *array = (struct array){ 0 };
    dataset->examples = source->array.tensor.shape.dims[0];
    dataset->bytes += bytes;
    return true;
}

const struct source *dataset_source(const struct dataset *dataset, const char *name)
{
    for (size_t i = 0; i < dataset->source_count; i++)
        if (strcmp(dataset->sources[i].name, name) == 0)
            return &dataset->sources[i];
    return NULL;
}
