/* tests/tensor/test_kernels_image.c -- windows over images against plain loops, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>

#include "engine/tensor/kernels.h"

/* planes, height, width; window, step, pad; rows, columns */
static const struct window windows[] = {
    { 2, 5, 7, 3, 2, 1, 1, 0, 0, 3, 6 },     { 3, 8, 8, 5, 5, 1, 1, 0, 0, 4, 4 },
    { 1, 28, 28, 5, 5, 1, 1, 0, 0, 24, 24 }, { 2, 6, 9, 3, 3, 2, 3, 1, 2, 3, 4 },
    { 2, 4, 37, 2, 2, 1, 1, 1, 1, 5, 38 },   { 3, 6, 48, 2, 2, 2, 2, 0, 0, 3, 24 },
    { 2, 7, 9, 2, 2, 2, 2, 0, 0, 4, 5 },     { 2, 2, 3, 4, 5, 1, 1, 3, 4, 5, 7 },
    { 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1 },     { 0, 4, 4, 2, 2, 2, 2, 0, 0, 2, 2 },
    { 130, 8, 8, 2, 2, 2, 2, 0, 0, 4, 4 },   { 2, 4, 26, 2, 2, 2, 2, 0, 0, 2, 13 },
};

enum { VALUES = 130 * 64 + 2 * 50 * 200 + 20000 };

struct trial {
    const struct window *w;
    struct tensor x, places, columns, out;
};

static struct tensor samples(enum dtype dtype, int factor)
{
    struct tensor tensor = { dtype, shape_of(1, (int64_t)VALUES), calloc(VALUES, sizeof(double)) };

    for (int64_t i = 0; i < VALUES; i++)
        tensor_write(&tensor, i, (double)(i * factor % 2003) / 512 - 2);
    return tensor;
}

static void open_trial(struct trial *trial, const struct window *window, enum dtype dtype)
{
    *trial = (struct trial){ window, samples(dtype, 7919), samples(dtype, 6007), samples(dtype, 4001),
                             samples(dtype, 1) };
}

static void close_trial(struct trial *trial)
{
    free(trial->x.data);
    free(trial->places.data);
    free(trial->columns.data);
    free(trial->out.data);
}

/* Where element (i, j) of the window at place (y, x) of a plane lies; -1 outside the image. */
static int64_t pixel(const struct window *w, int64_t plane, int64_t place, int64_t i, int64_t j)
{
    const int64_t row = place / w->columns * w->step_height + i - w->pad_height;
    const int64_t column = place % w->columns * w->step_width + j - w->pad_width;

    if (row < 0 || row >= w->height || column < 0 || column >= w->width)
        return -1;
    return (plane * w->height + row) * w->width + column;
}

/* Calls `visit` for every element of every window. */
struct sight {
    int64_t plane, place, at, element, pixel; /* `at`: the place among all; `element` of the flipped window */
};
typedef void visit_fn(struct trial *trial, const struct sight *sight, double *sums);

static void look(struct trial *trial, visit_fn *visit, double *sums)
{
    const struct window *w = trial->w;
    const int64_t places = w->rows * w->columns, size = w->window_height * w->window_width;

    for (int64_t plane = 0; plane < w->planes; plane++)
        for (int64_t place = 0; place < places; place++)
            for (int64_t k = 0; k < size; k++) {
                const struct sight sight = {
                    plane, place, plane * places + place, plane * size + size - 1 - k,
                    pixel(w, plane, place, k / w->window_width, k % w->window_width)
                };
                visit(trial, &sight, sums);
            }
}

static void assert_sums(const struct trial *trial, const double *sums, int64_t count)
{
    const double tolerance = trial->out.dtype == DTYPE_FLOAT32 ? 1e-5 : 1e-13;

    for (int64_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(tensor_read(&trial->out, i), sums[i], tolerance * (1 + fabs(sums[i])));
}

static void see_column(struct trial *trial, const struct sight *sight, double *sums)
{
    const int64_t places = trial->w->rows * trial->w->columns;

    sums[sight->element * places + sight->place] =
        sight->pixel < 0 ? 0 : tensor_read(&trial->x, sight->pixel);
}

static void add_column(struct trial *trial, const struct sight *sight, double *sums)
{
    const int64_t places = trial->w->rows * trial->w->columns;

    if (sight->pixel >= 0)
        sums[sight->pixel] += tensor_read(&trial->columns, sight->element * places + sight->place);
}

static void see_greatest(struct trial *trial, const struct sight *sight, double *sums)
{
    if (sight->pixel >= 0)
        sums[sight->at] = fmax(sums[sight->at], tensor_read(&trial->x, sight->pixel));
}

static void see_mean(struct trial *trial, const struct sight *sight, double *sums)
{
    if (sight->pixel >= 0)
        sums[sight->at] += tensor_read(&trial->x, sight->pixel);
}

/* Gives the place's gradient to the pixels that are the greatest; `trial->columns` holds the greatest. */
static void give_to_greatest(struct trial *trial, const struct sight *sight, double *sums)
{
    if (sight->pixel >= 0 && tensor_read(&trial->x, sight->pixel) == tensor_read(&trial->columns, sight->at))
        sums[sight->pixel] += tensor_read(&trial->places, sight->at);
}

#define FOR_EACH_TABLE                                                                                       \
    for (int level = 0; level < KERNEL_LEVEL_COUNT; level++)                                                 \
        for (enum dtype dtype = DTYPE_FLOAT32; dtype <= DTYPE_FLOAT64; dtype++)                              \
            if ((kernels = kernels_at((enum kernel_level)level, dtype)))

START_TEST(columns_are_what_the_filters_see)
{
    const struct window *w = &windows[_i];
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        double *sums = calloc(VALUES, sizeof *sums);
        struct trial trial;

        open_trial(&trial, w, dtype);
        kernels->columns(w, trial.x.data, trial.out.data);
        look(&trial, see_column, sums);
        assert_sums(&trial, sums, w->planes * w->window_height * w->window_width * w->rows * w->columns);
        for (int64_t i = 0; i < VALUES; i++)
            sums[i] = 0;
        kernels->add_columns(w, trial.columns.data, trial.out.data);
        look(&trial, add_column, sums);
        assert_sums(&trial, sums, w->planes * w->height * w->width);
        free(sums);
        close_trial(&trial);
    }
}
END_TEST

START_TEST(the_greatest_of_each_window_and_its_gradient)
{
    const struct window *w = &windows[_i];
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        double *sums = calloc(VALUES, sizeof *sums);
        struct trial trial;

        open_trial(&trial, w, dtype);
        for (int64_t i = 0; i < VALUES; i++)
            sums[i] = -INFINITY;
        kernels->pool_max(w, trial.x.data, trial.columns.data);
        kernels->pool_max(w, trial.x.data, trial.out.data);
        look(&trial, see_greatest, sums);
        assert_sums(&trial, sums, w->planes * w->rows * w->columns);
        for (int64_t i = 0; i < VALUES; i++)
            sums[i] = 0;
        kernels->pool_max_gradient(w, trial.x.data, trial.columns.data, trial.places.data, trial.out.data);
        look(&trial, give_to_greatest, sums);
        assert_sums(&trial, sums, w->planes * w->height * w->width);
        free(sums);
        close_trial(&trial);
    }
}
END_TEST

START_TEST(a_nan_is_the_greatest)
{
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        for (int64_t at = 0; at < 4; at++) {
            const int64_t place = windows[5].width * (at / 2) + at % 2;
            struct trial trial;

            open_trial(&trial, &windows[5], dtype);
            tensor_write(&trial.x, place, (double)NAN);
            kernels->pool_max(trial.w, trial.x.data, trial.out.data);
            ck_assert_double_nan(tensor_read(&trial.out, 0));
            ck_assert(!isnan(tensor_read(&trial.out, 1)));
            close_trial(&trial);
        }
    }
}
END_TEST

/* The mean is the sum over the elements that lie in the image, divided by their number. */
START_TEST(means_of_windows_and_their_gradient)
{
    const struct window *w = &windows[_i];
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        double *sums = calloc(VALUES, sizeof *sums), *counts = calloc(VALUES, sizeof *counts);
        void *share = calloc((size_t)(w->rows * w->columns) + 1, sizeof(double));
        struct trial trial;

        open_trial(&trial, w, dtype);
        look(&trial, see_mean, sums);
        for (int64_t i = 0; i < VALUES; i++)
            tensor_write(&trial.out, i, 1);
        /* With pixels of 1 the sums are the numbers of pixels. */
        {
            struct tensor x = trial.x;
            trial.x = trial.out;
            look(&trial, see_mean, counts);
            trial.x = x;
        }
        for (int64_t i = 0; i < w->planes * w->rows * w->columns; i++)
            sums[i] /= counts[i];
        kernels->pool_mean(w, false, trial.x.data, trial.out.data);
        assert_sums(&trial, sums, w->planes * w->rows * w->columns);

        /* <mean of x, places> = <x, gradient> */
        double left = 0, right = 0;
        for (int64_t i = 0; i < w->planes * w->rows * w->columns; i++)
            left += tensor_read(&trial.out, i) * tensor_read(&trial.places, i);
        kernels->pool_mean_gradient(w, false, trial.places.data, share, trial.out.data);
        for (int64_t i = 0; i < w->planes * w->height * w->width; i++)
            right += tensor_read(&trial.out, i) * tensor_read(&trial.x, i);
        ck_assert_double_eq_tol(left, right, 1e-3);
        free(sums);
        free(counts);
        free(share);
        close_trial(&trial);
    }
}
END_TEST

Suite *kernels_image_suite(void)
{
    Suite *suite = suite_create("kernels: images");
    TCase *tests = tcase_create("images");

    tcase_add_loop_test(tests, columns_are_what_the_filters_see, 0, (int)(sizeof windows / sizeof *windows));
    tcase_add_loop_test(tests, the_greatest_of_each_window_and_its_gradient, 0,
                        (int)(sizeof windows / sizeof *windows));
    tcase_add_test(tests, a_nan_is_the_greatest);
    tcase_add_loop_test(tests, means_of_windows_and_their_gradient, 0,
                        (int)(sizeof windows / sizeof *windows));
    suite_add_tcase(suite, tests);
    return suite;
}
