/* tests/fuzz/array_use.h -- touches what a reader made of its input. */
#ifndef TESTS_FUZZ_ARRAY_USE_H
#define TESTS_FUZZ_ARRAY_USE_H

#include "engine/data/dataset.h"
#include "tests/fuzz/fuzz.h"

/* Every number can be read, and sizes agree. */
static inline void array_use(const struct array *array)
{
    const struct tensor *tensor = &array->tensor;
    const int64_t count = tensor_elements(tensor);
    double sum = 0;

    FUZZ_CHECK(tensor->shape.rank >= 0 && tensor->shape.rank <= TENSOR_RANK_MAX && count >= 0);
    FUZZ_CHECK(tensor_bytes(tensor) <= DATASET_BYTES_MAX);
    for (int64_t i = 0; i < count; i++)
        sum += tensor_read(tensor, i);
    FUZZ_CHECK(sum != 0 || sum == 0 || sum != sum);
}

static inline void dataset_use(const struct dataset *dataset)
{
    FUZZ_CHECK(dataset->source_count > 0 && dataset->examples > 0 && dataset->bytes <= DATASET_BYTES_MAX);
    for (size_t i = 0; i < dataset->source_count; i++) {
        FUZZ_CHECK(dataset->sources[i].shape.dims[0] == dataset->examples);
        array_use(&dataset->sources[i].array);
    }
}

#endif
