/* tests/tensor/test_kernels_image.c -- windows over images against plain loops, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>

#include "tests/tensor/samples.h"
#include "tests/tensor/windows.h"

enum { VALUES = 130 * 64 + 2 * 50 * 200 + 20000 };

struct trial {
    const struct window *w;
    struct tensor x, places, columns, out;
    double *sums; /* what is to come out */
};

static void open_trial(struct trial *trial, const struct window *window, enum dtype dtype)
{
    *trial = (struct trial){ window,
                             samples(dtype, VALUES, 7919),
                             samples(dtype, VALUES, 6007),
                             samples(dtype, VALUES, 4001),
                             samples(dtype, VALUES, 1),
                             calloc(VALUES, sizeof(double)) };
}

static void close_trial(struct trial *trial)
{
    free(trial->x.data);
    free(trial->places.data);
    free(trial->columns.data);
    free(trial->out.data);
    free(trial->sums);
}

static void fill_sums(struct trial *trial, double value)
{
    for (int64_t i = 0; i < VALUES; i++)
        trial->sums[i] = value;
}

#define FOR_EACH_TRIAL(t, window)                                                                            \
    FOR_EACH_TABLE                                                                                           \
    for (bool open = (open_trial(t, window, dtype), true); open; open = (close_trial(t), false))

/* Calls `visit` for every element of every window. */
struct sight {
    int64_t plane, place, at, element, pixel; /* `at`: the place among all; `element` of the flipped window */
};
typedef void visit_fn(struct trial *trial, const struct sight *sight);

static void look(struct trial *trial, visit_fn *visit)
{
    const struct window *w = trial->w;
    const int64_t places = w->rows * w->columns, size = w->window_height * w->window_width;

    for (int64_t plane = 0; plane < w->planes; plane++)
        for (int64_t place = 0; place < places; place++)
            for (int64_t k = 0; k < size; k++) {
                const struct sight sight = {
                    plane, place, plane * places + place, plane * size + size - 1 - k,
                    window_pixel(w, plane, place, k / w->window_width, k % w->window_width)
                };
                visit(trial, &sight);
            }
}

static void assert_sums(const struct trial *trial, int64_t count)
{
    const double tolerance = trial->out.dtype == DTYPE_FLOAT32 ? 1e-5 : 1e-13;

    for (int64_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(tensor_read(&trial->out, i), trial->sums[i],
                                tolerance * (1 + fabs(trial->sums[i])));
}

static void see_column(struct trial *trial, const struct sight *sight)
{
    const int64_t places = trial->w->rows * trial->w->columns;

    trial->sums[sight->element * places + sight->place] =
        sight->pixel < 0 ? 0 : tensor_read(&trial->x, sight->pixel);
}

static void add_column(struct trial *trial, const struct sight *sight)
{
    const int64_t places = trial->w->rows * trial->w->columns;

    if (sight->pixel >= 0)
        trial->sums[sight->pixel] += tensor_read(&trial->columns, sight->element * places + sight->place);
}

static void see_greatest(struct trial *trial, const struct sight *sight)
{
    if (sight->pixel >= 0)
        trial->sums[sight->at] = fmax(trial->sums[sight->at], tensor_read(&trial->x, sight->pixel));
}

static void see_pixel(struct trial *trial, const struct sight *sight)
{
    if (sight->pixel >= 0)
        trial->sums[sight->at] += tensor_read(&trial->x, sight->pixel);
}

/* Gives the place's gradient to the pixels that are the greatest; `trial->columns` holds the greatest. */
static void give_to_greatest(struct trial *trial, const struct sight *sight)
{
    if (sight->pixel >= 0 && tensor_read(&trial->x, sight->pixel) == tensor_read(&trial->columns, sight->at))
        trial->sums[sight->pixel] += tensor_read(&trial->places, sight->at);
}

static int64_t pixels_of(const struct window *w)
{
    return w->planes * w->height * w->width;
}

static int64_t places_of(const struct window *w)
{
    return w->planes * w->rows * w->columns;
}

START_TEST(columns_are_what_the_filters_see)
{
    const struct window *w = &windows[_i];
    const struct kernels *kernels;
    struct trial trial;

    FOR_EACH_TRIAL(&trial, w)
    {
        kernels->columns(w, trial.x.data, trial.out.data);
        look(&trial, see_column);
        assert_sums(&trial, places_of(w) * w->window_height * w->window_width);
        fill_sums(&trial, 0);
        kernels->add_columns(w, trial.columns.data, trial.out.data);
        look(&trial, add_column);
        assert_sums(&trial, pixels_of(w));
    }
}
END_TEST

START_TEST(the_greatest_of_each_window_and_its_gradient)
{
    const struct window *w = &windows[_i];
    const struct kernels *kernels;
    struct trial trial;

    FOR_EACH_TRIAL(&trial, w)
    {
        fill_sums(&trial, -INFINITY);
        kernels->pool_max(w, trial.x.data, trial.columns.data);
        kernels->pool_max(w, trial.x.data, trial.out.data);
        look(&trial, see_greatest);
        assert_sums(&trial, places_of(w));
        fill_sums(&trial, 0);
        kernels->pool_max_gradient(w, trial.x.data, trial.columns.data, trial.places.data, trial.out.data);
        look(&trial, give_to_greatest);
        assert_sums(&trial, pixels_of(w));
    }
}
END_TEST

START_TEST(a_nan_is_the_greatest)
{
    static const struct window w = { 3, 6, 48, 2, 2, 2, 2, 0, 0, 3, 24 };
    const struct kernels *kernels;
    struct trial trial;

    for (int64_t at = 0; at < 4; at++)
        FOR_EACH_TRIAL(&trial, &w)
        {
            tensor_write(&trial.x, w.width * (at / 2) + at % 2, (double)NAN);
            kernels->pool_max(&w, trial.x.data, trial.out.data);
            ck_assert_double_nan(tensor_read(&trial.out, 0));
            ck_assert(!isnan(tensor_read(&trial.out, 1)));
        }
}
END_TEST

/* The mean is the sum over the elements that lie in the image, divided by their number: what the sum would be
 * with pixels of 1. */
static void find_means(struct trial *trial)
{
    double *numbers = calloc(VALUES, sizeof *numbers), *sums = trial->sums;
    const struct tensor x = trial->x;

    look(trial, see_pixel);
    for (int64_t i = 0; i < VALUES; i++)
        tensor_write(&trial->out, i, 1);
    trial->x = trial->out;
    trial->sums = numbers;
    look(trial, see_pixel);
    trial->x = x;
    trial->sums = sums;
    for (int64_t i = 0; i < places_of(trial->w); i++)
        sums[i] /= numbers[i];
    free(numbers);
}

static double sum_of_products(const struct tensor *a, const struct tensor *b, int64_t count)
{
    double sum = 0;

    for (int64_t i = 0; i < count; i++)
        sum += tensor_read(a, i) * tensor_read(b, i);
    return sum;
}

START_TEST(means_of_windows_and_their_gradient)
{
    const struct window *w = &windows[_i];
    const struct kernels *kernels;
    struct trial trial;

    FOR_EACH_TRIAL(&trial, w)
    {
        void *share = calloc((size_t)(w->rows * w->columns) + 1, sizeof(double));
        double of_means;

        find_means(&trial);
        kernels->pool_mean(w, false, trial.x.data, trial.out.data);
        assert_sums(&trial, places_of(w));

        /* <mean of x, places> = <x, gradient> */
        of_means = sum_of_products(&trial.out, &trial.places, places_of(w));
        kernels->pool_mean_gradient(w, false, trial.places.data, share, trial.out.data);
        ck_assert_double_eq_tol(of_means, sum_of_products(&trial.out, &trial.x, pixels_of(w)), 1e-3);
        free(share);
    }
}
END_TEST

Suite *kernels_image_suite(void)
{
    Suite *suite = suite_create("kernels: images");
    TCase *tests = tcase_create("images");

    tcase_add_loop_test(tests, columns_are_what_the_filters_see, 0, WINDOWS);
    tcase_add_loop_test(tests, the_greatest_of_each_window_and_its_gradient, 0, WINDOWS);
    tcase_add_test(tests, a_nan_is_the_greatest);
    tcase_add_loop_test(tests, means_of_windows_and_their_gradient, 0, WINDOWS);
    suite_add_tcase(suite, tests);
    return suite;
}
