/* tests/tensor/test_kernels_channels.c -- channels of images against plain loops, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>

#include "tests/tensor/samples.h"

/* Runs shorter than a vector, some vectors, what fills no vector, and more than is summed in one go. */
static const struct channel channels[] = {
    { 3, 5, 5 },        { 7, 49, 98 },    { 128, 64, 192 }, { 1, 20000, 20000 }, { 130, 100, 100 },
    { 2, 8200, 16400 }, { 40, 577, 600 }, { 1, 1, 1 },      { 0, 4, 4 },
};

struct trial {
    const struct channel *channel;
    struct tensor x, gradient, out;
    double mean;
};

static struct tensor samples_of(enum dtype dtype, const struct channel *channel, int factor)
{
    return samples(dtype, channel->runs * channel->stride + 1, factor);
}

static void open_trial(struct trial *t, const struct channel *channel, enum dtype dtype)
{
    *t = (struct trial){ channel, samples_of(dtype, channel, 7919), samples_of(dtype, channel, 6007),
                         samples_of(dtype, channel, 1), 0.9375 };
}

static void close_trial(struct trial *t)
{
    free(t->x.data);
    free(t->gradient.data);
    free(t->out.data);
}

#define FOR_EACH_TRIAL(t)                                                                                    \
    FOR_EACH_TABLE                                                                                           \
    for (bool open = (open_trial(t, &channels[_i], dtype), true); open; open = (close_trial(t), false))

/* Whether element i belongs to the channel. */
static bool is_inside(const struct channel *channel, int64_t i)
{
    return i < channel->runs * channel->stride && i % channel->stride < channel->length;
}

START_TEST(sums_of_a_channel)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        const double tolerance = dtype == DTYPE_FLOAT32 ? 1e-6 : 1e-14;
        double sum = 0, squares = 0, gradients = 0, products = 0, all = 1, both[2];

        for (int64_t i = 0; i < tensor_elements(&t.x); i++) {
            const double x = tensor_read(&t.x, i), around = x - t.mean,
                         gradient = tensor_read(&t.gradient, i);

            if (!is_inside(t.channel, i))
                continue;
            sum += x;
            squares += around * around;
            gradients += gradient;
            products += gradient * around;
            all += fabs(x) + around * around + fabs(gradient);
        }
        kernels->channel_products(t.channel, t.gradient.data, t.x.data, t.mean, both);
        ck_assert_double_eq_tol(kernels->channel_sum(t.channel, t.x.data), sum, tolerance * all);
        ck_assert_double_eq_tol(kernels->channel_squares(t.channel, t.x.data, t.mean), squares,
                                tolerance * all);
        ck_assert_double_eq_tol(both[0], gradients, tolerance * all);
        ck_assert_double_eq_tol(both[1], products, tolerance * all);
    }
}
END_TEST

/* What lies between the runs stays as it is; the gradient may be written over. */
START_TEST(functions_of_a_channel)
{
    static const double factors[3] = { 1.5, -0.25, 0.75 };
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        struct tensor untouched = samples_of(dtype, t.channel, 1), mixed = samples_of(dtype, t.channel, 6007);

        kernels->channel_scale(t.channel, t.x.data, t.mean, 2.5, -0.5, t.out.data);
        kernels->channel_mix(t.channel, mixed.data, t.x.data, t.mean, factors, mixed.data);
        for (int64_t i = 0; i < tensor_elements(&t.x); i++) {
            const double around = tensor_read(&t.x, i) - t.mean, gradient = tensor_read(&t.gradient, i);
            const bool inside = is_inside(t.channel, i);

            ck_assert_double_eq_tol(tensor_read(&t.out, i),
                                    inside ? around * 2.5 - 0.5 : tensor_read(&untouched, i), 1e-5);
            ck_assert_double_eq_tol(tensor_read(&mixed, i),
                                    inside ? gradient * 1.5 - around * 0.25 + 0.75 : gradient, 1e-5);
        }
        free(untouched.data);
        free(mixed.data);
    }
}
END_TEST

Suite *kernels_channels_suite(void)
{
    Suite *suite = suite_create("kernels: channels");
    TCase *tests = tcase_create("channels");

    tcase_add_loop_test(tests, sums_of_a_channel, 0, (int)(sizeof channels / sizeof *channels));
    tcase_add_loop_test(tests, functions_of_a_channel, 0, (int)(sizeof channels / sizeof *channels));
    suite_add_tcase(suite, tests);
    return suite;
}
