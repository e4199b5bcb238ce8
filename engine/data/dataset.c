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
    for (size_t i = 0; i < dataset->source_count; i++) {
        if (dataset->sources[i].reader)
            dataset->sources[i].reader->free(dataset->sources[i].reader);
        array_fini(&dataset->sources[i].array);
        array_fini(&dataset->sources[i].shapes);
        free(dataset->sources[i].offsets);
    }
    file_map_close(&dataset->file);
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

/* Whether a source whose first axis, that of the examples, is the one of `rows` can be added. */
static bool check_source(const struct dataset *dataset, const char *name, const struct tensor *rows,
                         size_t held_bytes, struct error *err)
{
    if (!source_name_check(name, err) || !check_rows(dataset, name, rows, err))
        return false;
    if (dataset_source(dataset, name))
        return RAISE(err, ERROR_DUPLICATE, NULL, "there are two sources \"%s\"", name);
    if (dataset->source_count == DATASET_SOURCES_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "there are more than %d sources", DATASET_SOURCES_MAX);
    if (held_bytes > dataset_room(dataset))
        return RAISE(err, ERROR_LIMIT, NULL, "the sources take more than %zu bytes of memory",
                     DATASET_BYTES_MAX);
    return true;
}

size_t dataset_room(const struct dataset *dataset)
{
    return DATASET_BYTES_MAX - dataset->held_bytes;
}

bool dataset_is_readable(const struct dataset *dataset)
{
    for (size_t i = 0; i < dataset->source_count; i++)
        if (!dataset->sources[i].array.tensor.data && !dataset->sources[i].reader)
            return false;
    return true;
}

static size_t held_bytes_of(const struct array *array)
{
    return array->in_file ? 0 : tensor_bytes(&array->tensor);
}

static struct source *append(struct dataset *dataset, const char *name, struct array *array, int64_t examples,
                             size_t held_bytes)
{
    const size_t bytes = tensor_bytes(&array->tensor);
    struct source *source = &dataset->sources[dataset->source_count++];

    snprintf(source->name, sizeof(source->name), "%s", name);
    source->array = *array;
    *array = (struct array){ 0 };
    dataset->examples = examples;
    dataset->bytes += bytes;
    dataset->held_bytes += held_bytes;
    dataset->on_disk = dataset->bytes - dataset->held_bytes >= DATASET_ON_DISK_BYTES_MIN;
    return source;
}

bool dataset_add(struct dataset *dataset, const char *name, struct array *array, struct error *err)
{
    const size_t held_bytes = held_bytes_of(array);
    struct source *source;

    if (!check_source(dataset, name, &array->tensor, held_bytes, err))
        return false;
    source = append(dataset, name, array, array->tensor.shape.dims[0], held_bytes);
    source->shape = source->array.tensor.shape;
    return true;
}

bool dataset_add_reader(struct dataset *dataset, const char *name, struct array *array,
                        struct row_reader *reader, struct error *err)
{
    const size_t made_bytes = held_bytes_of(array);
    struct source *source;

    if (!check_source(dataset, name, &array->tensor, made_bytes, err))
        return false;
    source = append(dataset, name, array, array->tensor.shape.dims[0], made_bytes);
    source->shape = source->array.tensor.shape;
    source->reader = reader;
    dataset->made_bytes += made_bytes;
    return true;
}

static bool check_shapes(const char *name, const struct tensor *flat, const struct tensor *shapes,
                         struct error *err)
{
    if (flat->shape.rank != 1 || shapes->dtype != DTYPE_INT64 || shapes->shape.rank != 2 ||
        shapes->shape.dims[1] < 1 || shapes->shape.dims[1] >= TENSOR_RANK_MAX)
        return RAISE(err, ERROR_SHAPE, NULL,
                     "the shapes of source \"%s\" are no table of 1 to %d integers per example", name,
                     TENSOR_RANK_MAX - 1);
    return true;
}

/* Finds where each example begins, and the largest size along each axis; false when the shapes do not fill
 * the elements exactly. */
static bool find_offsets(const struct tensor *flat, const struct tensor *shapes, int64_t *offsets,
                         struct shape *out)
{
    const int64_t examples = shapes->shape.dims[0], *sizes = shapes->data;
    int64_t at = 0;

    *out = (struct shape){ .rank = (int)shapes->shape.dims[1] + 1, .dims = { examples } };
    for (int64_t i = 0; i < examples; i++, sizes += out->rank - 1) {
        int64_t elements = 1;

        offsets[i] = at;
        for (int axis = 1; axis < out->rank; axis++) {
            if (sizes[axis - 1] < 0 || __builtin_mul_overflow(elements, sizes[axis - 1], &elements))
                return false;
            if (sizes[axis - 1] > out->dims[axis])
                out->dims[axis] = sizes[axis - 1];
        }
        if (elements > flat->shape.dims[0] - at)
            return false;
        at += elements;
    }
    return at == flat->shape.dims[0];
}

bool dataset_add_ragged(struct dataset *dataset, const char *name, struct array *array, struct array *shapes,
                        struct error *err)
{
    const size_t held_bytes =
        held_bytes_of(array) + held_bytes_of(shapes) + tensor_bytes(&shapes->tensor); /* and offsets */
    struct shape largest;
    struct source *source;
    int64_t *offsets;

    if (!check_shapes(name, &array->tensor, &shapes->tensor, err) ||
        !check_source(dataset, name, &shapes->tensor, held_bytes, err))
        return false;
    offsets = memory_try_aligned((size_t)shapes->tensor.shape.dims[0] * sizeof(*offsets));
    if (!offsets)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for the shapes of source \"%s\"", name);
    if (!find_offsets(&array->tensor, &shapes->tensor, offsets, &largest)) {
        free(offsets);
        return RAISE(err, ERROR_SHAPE, NULL, "the shapes of source \"%s\" do not fit its elements", name);
    }
    source = append(dataset, name, array, largest.dims[0], held_bytes);
    source->shapes = *shapes;
    source->offsets = offsets;
    source->shape = largest;
    *shapes = (struct array){ 0 };
    return true;
}

struct tensor source_example(const struct source *source, int64_t index)
{
    const int rank = source->shape.rank - 1;
    const int64_t *sizes = (const int64_t *)source->shapes.tensor.data + index * rank;
    struct tensor example = { .dtype = source->array.tensor.dtype, .shape = { .rank = rank } };

    for (int axis = 0; axis < rank; axis++)
        example.shape.dims[axis] = sizes[axis];
    example.data =
        (char *)source->array.tensor.data + (size_t)source->offsets[index] * dtype_bytes(example.dtype);
    return example;
}

const struct source *dataset_source(const struct dataset *dataset, const char *name)
{
    for (size_t i = 0; i < dataset->source_count; i++)
        if (strcmp(dataset->sources[i].name, name) == 0)
            return &dataset->sources[i];
    return NULL;
}
