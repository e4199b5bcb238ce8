/* tests/tensor/samples.h -- made-up operands of kernels, with room behind them for kernels that go over the
 * end. The caller frees their data. */
#ifndef TESTS_TENSOR_SAMPLES_H
#define TESTS_TENSOR_SAMPLES_H

#include "engine/tensor/kernels.h"

/* A loop over the tables of kernels that this CPU can run, main tells of the others; `kernels` is the
 * caller's. */
#define FOR_EACH_TABLE                                                                                       \
    for (int level = 0; level < KERNEL_LEVEL_COUNT; level++)                                                 \
        for (enum dtype dtype = DTYPE_FLOAT32; dtype <= DTYPE_FLOAT64; dtype++)                              \
            if ((kernels = kernels_at((enum kernel_level)level, dtype)))

struct tensor values(enum dtype dtype, int64_t count);
struct tensor samples(enum dtype dtype, int64_t count, int factor);
/* Of `of` elements one is not zero, and none of row 1. */
struct tensor mostly_zero(enum dtype dtype, int64_t rows, int64_t columns, int64_t of);
struct sparse list_of(enum dtype dtype, int64_t rows, int64_t entries);
void free_list(struct sparse *list);

#endif
