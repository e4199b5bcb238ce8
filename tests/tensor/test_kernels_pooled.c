/* tests/tensor/test_kernels_pooled.c -- gradients that go back to the greatest elements by their bits,
 * against those that look for them again, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tensor/samples.h"

/* planes, height, width; window, step, pad; rows, columns */
static const struct window windows[] = {
    { 5, 8, 8, 2, 2, 2, 2, 0, 0, 4, 4 }, { 3, 24, 24, 2, 2, 2, 2, 0, 0, 12, 12 },
    { 2, 7, 9, 2, 2, 2, 2, 0, 0, 4, 5 }, { 3, 6, 10, 3, 2, 1, 1, 0, 0, 4, 9 },
    { 2, 7, 8, 3, 4, 2, 3, 1, 2, 4, 4 }, { 1, 3, 40, 1, 16, 1, 2, 0, 0, 3, 13 },
    { 4, 9, 9, 4, 4, 3, 4, 3, 0, 4, 3 }, { 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1 },
};

/* x with many elements that tie, its greatest, their bits, and a gradient with zeros. */
struct trial {
    const struct window *w;
    int64_t pixels, places; /* of all planes */
    struct tensor x, greatest, bits, gradient, out, expected;
    struct unpooling unpooling;
    int32_t *corners;
    struct sparse list;
};

static void open_trial(struct trial *t, const struct kernels *kernels, const struct window *w,
                       enum dtype dtype)
{
    const int64_t places = w->rows * w->columns;

    *t = (struct trial){ .w = w, .pixels = w->planes * w->height * w->width, .places = w->planes * places };
    t->x = values(dtype, t->pixels);
    t->greatest = values(dtype, t->places);
    t->bits = values(dtype, t->places);
    t->gradient = values(dtype, t->places);
    t->out = values(dtype, t->pixels);
    t->expected = values(dtype, t->pixels);
    for (int64_t i = 0; i < t->pixels; i++)
        tensor_write(&t->x, i, (double)(i * 7919 % 2003 % 29) - 14);
    for (int64_t i = 0; i < t->places; i++)
        tensor_write(&t->gradient, i, i % 3 == 1 ? 0 : (double)(i * 6007 % 2003) / 512 - 2.25);
    t->corners = calloc((size_t)places, sizeof *t->corners);
    t->unpooling = (struct unpooling){ .planes = w->planes, .places = places, .corners = t->corners };
    for (int64_t p = 0; p < places; p++)
        t->corners[p] = (int32_t)((p / w->columns * w->step_height - w->pad_height) * w->width +
                                  p % w->columns * w->step_width - w->pad_width);
    for (int64_t k = 0; k < w->window_height * w->window_width; k++)
        t->unpooling.offsets[k] = (int32_t)(k / w->window_width * w->width + k % w->window_width);
    t->list = list_of(dtype, w->planes, (t->places + SPARSE_UNIT) * POOL_ELEMENTS_MAX);
    kernels->pool_max(w, t->x.data, t->greatest.data);
    kernels->pool_bits(w, t->x.data, t->greatest.data, t->bits.data);
    kernels->pool_max_gradient(w, t->x.data, t->greatest.data, t->gradient.data, t->expected.data);
}

static void close_trial(struct trial *t)
{
    const struct tensor *const tensors[] = { &t->x,        &t->greatest, &t->bits,
                                             &t->gradient, &t->out,      &t->expected };

    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        free(tensors[i]->data);
    free(t->corners);
    free_list(&t->list);
}

#define FOR_EACH_TRIAL(t)                                                                                    \
    FOR_EACH_TABLE                                                                                           \
    for (bool open = (open_trial(t, kernels, &windows[_i], dtype), true); open;                              \
         open = (close_trial(t), false))

START_TEST(gradients_go_back_by_their_bits)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        kernels->unpool(t.w, t.gradient.data, t.bits.data, t.out.data);
        for (int64_t i = 0; i < t.pixels; i++)
            ck_assert_double_eq(tensor_read(&t.out, i), tensor_read(&t.expected, i));
    }
}
END_TEST

START_TEST(lists_hold_what_goes_back)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        const struct tensor entries = { dtype, shape_of(1, INT64_C(1) << 30), t.list.values };
        const int64_t plane = t.w->height * t.w->width;

        ck_assert(kernels->sparse_list_pooled(&t.unpooling, t.gradient.data, t.bits.data,
                                              t.places * POOL_ELEMENTS_MAX, &t.list));
        for (int64_t p = 0; p < t.w->planes; p++)
            for (int64_t e = t.list.starts[p]; e < t.list.starts[p + 1]; e++) {
                const int64_t at = p * plane + t.list.columns[e];

                ck_assert_int_lt(t.list.columns[e], plane);
                ck_assert_double_ne(tensor_read(&entries, e), 0);
                tensor_write(&t.out, at, tensor_read(&t.out, at) + tensor_read(&entries, e));
            }
        for (int64_t i = 0; i < t.pixels; i++)
            ck_assert_double_eq_tol(tensor_read(&t.out, i), tensor_read(&t.expected, i),
                                    dtype == DTYPE_FLOAT32 ? 1e-5 : 1e-13);
        if (t.list.starts[t.w->planes] > 1)
            ck_assert(!kernels->sparse_list_pooled(&t.unpooling, t.gradient.data, t.bits.data,
                                                   t.list.starts[t.w->planes] - 1, &t.list));
    }
}
END_TEST

/* A gradient that is no number is not zero, and nothing ties with a greatest that is none. */
START_TEST(what_is_no_number_is_kept)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        tensor_write(&t.gradient, 0, (double)NAN);
        ck_assert(kernels->sparse_list_pooled(&t.unpooling, t.gradient.data, t.bits.data,
                                              t.places * POOL_ELEMENTS_MAX, &t.list));
        ck_assert_double_nan(
            tensor_read(&(struct tensor){ dtype, shape_of(1, (int64_t)1), t.list.values }, 0));
        tensor_write(&t.x, 0, (double)NAN);
        kernels->pool_max(t.w, t.x.data, t.greatest.data);
        kernels->pool_bits(t.w, t.x.data, t.greatest.data, t.bits.data);
        ck_assert_double_eq(tensor_read(&t.bits, 0), 0);
    }
}
END_TEST

Suite *kernels_pooled_suite(void)
{
    Suite *suite = suite_create("kernels: pooled");
    TCase *tests = tcase_create("pooled");

    tcase_add_loop_test(tests, gradients_go_back_by_their_bits, 0, (int)(sizeof windows / sizeof *windows));
    tcase_add_loop_test(tests, lists_hold_what_goes_back, 0, (int)(sizeof windows / sizeof *windows));
    tcase_add_loop_test(tests, what_is_no_number_is_kept, 0, (int)(sizeof windows / sizeof *windows));
    suite_add_tcase(suite, tests);
    return suite;
}
