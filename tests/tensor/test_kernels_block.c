/* tests/tensor/test_kernels_block.c -- convolution of a block of images against plain loops, in every level.
 */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>

#include "tests/tensor/samples.h"
#include "tests/tensor/windows.h"

/* planes, height, width; window, step, pad; rows, columns; then the number of filters: groups of every size,
 * full ones and others. */
static const struct {
    struct window window;
    int64_t filters;
} cases[] = {
    { { 2, 5, 7, 3, 2, 1, 1, 0, 0, 3, 6 }, 1 },  { { 1, 12, 11, 5, 5, 1, 1, 0, 0, 8, 7 }, 20 },
    { { 3, 6, 9, 3, 3, 2, 3, 1, 2, 3, 4 }, 12 }, { { 2, 4, 19, 2, 11, 1, 2, 1, 1, 5, 6 }, 8 },
    { { 2, 2, 3, 4, 5, 1, 1, 3, 4, 5, 7 }, 6 },  { { 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1 }, 13 },
    { { 4, 5, 6, 2, 8, 2, 1, 0, 1, 2, 1 }, 4 },  { { 1, 4, 20, 3, 3, 1, 1, 1, 1, 4, 20 }, 23 },
    { { 3, 6, 7, 3, 3, 1, 1, 0, 0, 4, 5 }, 50 },
};

/* By the definition, of image n, filter f and a place. */
static double wanted(const struct window *w, const struct tensor *images, const struct tensor *filters,
                     int64_t n, int64_t f, int64_t place)
{
    const int64_t size = w->window_height * w->window_width, elements = w->planes * size;
    double sum = 0;

    for (int64_t k = 0; k < elements; k++) {
        const int64_t turned = size - 1 - k % size;
        const int64_t pixel = window_pixel(w, n * w->planes + k / size, place, turned / w->window_width,
                                           turned % w->window_width);

        if (pixel >= 0)
            sum += tensor_read(filters, f * elements + k) * tensor_read(images, pixel);
    }
    return sum;
}

/* Window, step and pad of pools; the last windows stick out. */
static const struct window pools[] = {
    { .window_height = 2, .window_width = 2, .step_height = 2, .step_width = 2 },
    { .window_height = 3, .window_width = 2, .step_height = 1, .step_width = 1 },
    { .window_height = 3,
      .window_width = 4,
      .step_height = 2,
      .step_width = 3,
      .pad_height = 1,
      .pad_width = 2 },
    { .window_height = 1, .window_width = 16, .step_height = 3, .step_width = 20, .pad_width = 15 },
};

/* The same block with pooling gives, bit by bit, what pooling gives of `sums`. */
static void check_pooled(const struct kernels *kernels, const struct block_convolution *convolution,
                         const struct tensor *sums, struct window pool)
{
    struct block_convolution pooled = *convolution;
    struct tensor out[4];
    int64_t places, count;

    pool.planes = convolution->images * convolution->filters;
    pool.height = convolution->window.rows;
    pool.width = convolution->window.columns;
    pool.rows = (pool.height - 1 + pool.pad_height) / pool.step_height + 1;
    pool.columns = (pool.width - 1 + pool.pad_width) / pool.step_width + 1;
    places = pool.rows * pool.columns;
    count = pool.planes * places;
    for (int i = 0; i < 4; i++)
        out[i] = samples(sums->dtype, count, i + 3);
    pooled.pool = &pool;
    pooled.bits = out[1].data;
    pooled.pooled = calloc((size_t)(2 * BLOCK_FILTERS_MAX * places * kernels->block_images), sizeof(double));
    kernels->block_convolve(&pooled, out[0].data);
    kernels->pool_max(&pool, sums->data, out[2].data);
    kernels->pool_bits(&pool, sums->data, out[2].data, out[3].data);
    ck_assert_mem_eq(out[0].data, out[2].data, tensor_bytes(&out[0]));
    ck_assert_mem_eq(out[1].data, out[3].data, tensor_bytes(&out[1]));
    for (int i = 0; i < 4; i++)
        free(out[i].data);
    free(pooled.pooled);
}

/* Convolves a block of `images` images; its other lanes are nobody's. */
static void check_block(const struct kernels *kernels, enum dtype dtype, int i, int64_t images)
{
    const struct window *w = &cases[i].window;
    const int64_t filter_count = cases[i].filters, places = w->rows * w->columns,
                  lanes = kernels->block_images;
    const int64_t elements = w->planes * w->window_height * w->window_width;
    const int64_t width = w->width + 2 * w->pad_width, height = w->height + 2 * w->pad_height;
    struct tensor from = samples(dtype, images * w->planes * w->height * w->width, 7919);
    struct tensor filters = samples(dtype, filter_count * elements, 6007);
    struct tensor out = samples(dtype, (images + 1) * filter_count * places, 4001);
    const double beyond = tensor_read(&out, images * filter_count * places);
    void *block = calloc((size_t)(w->planes * height * width * lanes), sizeof(double));
    void *table = calloc((size_t)((filter_count + BLOCK_FILTERS_MAX) * elements), sizeof(double));
    void *sums = calloc((size_t)(BLOCK_FILTERS_MAX * places * lanes), sizeof(double));
    int64_t *offsets = calloc((size_t)elements, sizeof *offsets);
    const struct block_convolution convolution = { .window = *w,
                                                   .filters = filter_count,
                                                   .images = images,
                                                   .elements = elements,
                                                   .offsets = offsets,
                                                   .table = table,
                                                   .block = block,
                                                   .sums = sums };

    for (int64_t k = 0; k < elements; k++)
        offsets[k] =
            ((k / w->window_width / w->window_height * height + k / w->window_width % w->window_height) *
                 width +
             k % w->window_width) *
            lanes;
    kernels->block_filters(w, filter_count, filters.data, table);
    kernels->block_of_images(w, images, from.data, block);
    kernels->block_convolve(&convolution, out.data);
    for (int64_t k = 0; k < images * filter_count * places; k++) {
        const double value =
            wanted(w, &from, &filters, k / places / filter_count, k / places % filter_count, k % places);

        ck_assert_double_eq_tol(tensor_read(&out, k), value,
                                (dtype == DTYPE_FLOAT32 ? 1e-5 : 1e-13) * (double)elements *
                                    (1 + fabs(value)));
    }
    ck_assert_double_eq(tensor_read(&out, images * filter_count * places), beyond);
    for (size_t pool = 0; pool < sizeof pools / sizeof *pools; pool++)
        check_pooled(kernels, &convolution, &out, pools[pool]);
    free(from.data);
    free(filters.data);
    free(out.data);
    free(block);
    free(table);
    free(sums);
    free(offsets);
}

START_TEST(images_of_a_block_are_convolved_as_each_by_itself)
{
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        ck_assert_int_le(kernels->block_images, BLOCK_IMAGES_MAX);
        check_block(kernels, dtype, _i, kernels->block_images);
        check_block(kernels, dtype, _i, kernels->block_images - 1);
        check_block(kernels, dtype, _i, 1);
    }
}
END_TEST

Suite *kernels_block_suite(void)
{
    Suite *suite = suite_create("kernels: blocks");
    TCase *tests = tcase_create("blocks");

    tcase_add_loop_test(tests, images_of_a_block_are_convolved_as_each_by_itself, 0,
                        (int)(sizeof cases / sizeof *cases));
    suite_add_tcase(suite, tests);
    return suite;
}
