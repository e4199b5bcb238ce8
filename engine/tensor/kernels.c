/* engine/tensor/kernels.c -- compiled once per instruction set and real type: KERNELS_NAME is the name of the
 * table it makes, KERNELS_REAL is 32 or 64.
 *
 * The headers below are templates over the real type.  tests/tensor/vectorised.sh checks that the loops
 * vectorise. */
#include "engine/tensor/kernels.h"

#include <math.h>
#include <string.h>

#include "engine/tensor/counted_random.h"
#ifdef __AVX2__
#include <immintrin.h>
#endif

#define SIMD _Pragma("omp simd")
#define PRAGMA(text) _Pragma(#text)
#define SIMD_SUM(sum) PRAGMA(omp simd reduction(+ : sum))
#define JOIN(a, b) a##b
#define MATH(name) TYPED(name)

#ifdef __FMA__
#define FUSED(suffix, a, b, c) __builtin_fma##suffix(a, b, c)
#else
#define FUSED(suffix, a, b, c) ((a) * (b) + (c))
#endif

#if KERNELS_REAL == 32
#include "engine/tensor/kernels_float32.h"
#else
#include "engine/tensor/kernels_float64.h"
#endif

#include "engine/tensor/kernels_math.h"

#include "engine/tensor/kernels_power.h"

#include "engine/tensor/kernels_real.h"

#include "engine/tensor/kernels_cells.h"

#include "engine/tensor/kernels_vector.h"

#include "engine/tensor/kernels_turn.h"

#include "engine/tensor/kernels_channels.h"

#include "engine/tensor/kernels_sparse.h"

#include "engine/tensor/kernels_image.h"

#include "engine/tensor/kernels_places.h"

#include "engine/tensor/kernels_pooling.h"

#include "engine/tensor/kernels_pooled.h"

#include "engine/tensor/kernels_block_pooling.h"

#include "engine/tensor/kernels_block.h"

extern const struct kernels KERNELS_NAME;
const struct kernels KERNELS_NAME = {
#define KIND(name, result) [KERNEL_##name] = TYPED(unary_##name),
    .unary = { KERNELS_UNARY(KIND) },
#undef KIND
#define KIND(name, result) [KERNEL_##name] = TYPED(binary_##name),
    .binary = { KERNELS_BINARY(KIND) },
#undef KIND
    .from = { [DTYPE_FLOAT32] = TYPED(from_float32),
              [DTYPE_FLOAT64] = TYPED(from_float64),
              [DTYPE_BOOL] = TYPED(from_bool),
              [DTYPE_UINT8] = TYPED(from_uint8),
              [DTYPE_INT8] = TYPED(from_int8),
              [DTYPE_UINT16] = TYPED(from_uint16),
              [DTYPE_INT16] = TYPED(from_int16),
              [DTYPE_UINT32] = TYPED(from_uint32),
              [DTYPE_INT32] = TYPED(from_int32),
              [DTYPE_INT64] = TYPED(from_int64) },
    .sum = TYPED(sum),
    .sum_squares = TYPED(sum_squares),
    .sum_columns = TYPED(sum_some_columns),
    .max = TYPED(max),
    .min = TYPED(min),
    .argmax = TYPED(argmax),
    .softmax = TYPED(softmax),
    .log_softmax = TYPED(log_softmax),
    .fill = TYPED(fill),
    .chosen = TYPED(chosen),
    .normal = TYPED(normal),
    .cells = { .blend = TYPED(cell_blend),
               .unblend = TYPED(cell_unblend),
               .gated_reset = TYPED(gated_reset),
               .gated_mix = TYPED(gated_mix),
               .gated_mix_gradient = TYPED(gated_mix_gradient),
               .gated_reset_gradient = TYPED(gated_reset_gradient),
               .lstm = TYPED(lstm),
               .lstm_gradient = TYPED(lstm_gradient) },
    .channel_sum = TYPED(channel_sum),
    .channel_squares = TYPED(channel_squares),
    .channel_products = TYPED(channel_products),
    .channel_scale = TYPED(channel_scale),
    .channel_mix = TYPED(channel_mix),
    .columns = TYPED(columns),
    .add_columns = TYPED(add_columns),
    .pixels_first = TYPED(pixels_first),
    .planes_first = TYPED(planes_first),
    .place_rows = TYPED(place_rows),
    .add_patches = TYPED(add_patches),
    .filters_to_patches = TYPED(filters_to_patches),
    .add_to_filters = TYPED(add_to_filters),
    .sparse_list = TYPED(sparse_list),
    .sparse_transpose = TYPED(sparse_transpose),
    .sparse_add_product = TYPED(sparse_add_product),
    .sparse_add_patches = TYPED(sparse_add_patches),
    .block_images = TYPED(LANES_OF_VECTOR),
    .block_of_images = TYPED(block_of_images),
    .block_filters = TYPED(block_filters),
    .block_convolve = TYPED(block_convolve),
    .pool_max = TYPED(pool_max),
    .pool_max_gradient = TYPED(pool_max_gradient),
    .pool_bits = TYPED(pool_bits),
    .unpool = TYPED(unpool),
    .sparse_list_pooled = TYPED(sparse_list_pooled),
    .pool_mean = TYPED(pool_mean),
    .pool_mean_gradient = TYPED(pool_mean_gradient),
};
