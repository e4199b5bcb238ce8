/* tests/tensor/test_kernels_rows.c -- reductions and softmax against plain loops, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>

#include "tests/tensor/samples.h"

/* x is (outer, count, inner) */
static const struct extents {
    int64_t outer, count, inner;
} extents[] = {
    { 1, 1000, 1 }, { 1, 7, 1 }, { 5, 33, 1 },  { 1, 300, 64 }, { 1, 3, 500 }, { 3, 4, 5 },  { 2, 257, 70 },
    { 128, 10, 1 }, { 0, 3, 2 }, { 16, 1, 10 }, { 37, 64, 1 },  { 20, 65, 1 }, { 33, 1, 1 },
};

static double at(const struct tensor *x, const struct extents *e, int64_t o, int64_t i, int64_t j)
{
    return tensor_read(x, (o * e->count + i) * e->inner + j);
}

START_TEST(reductions_are_those_of_plain_loops)
{
    const struct extents *e = &extents[_i];
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        struct tensor x = samples(dtype, e->outer * e->count * e->inner, 7919);
        struct tensor sum = samples(dtype, e->outer * e->inner, 7919),
                      max = samples(dtype, e->outer * e->inner, 7919),
                      min = samples(dtype, e->outer * e->inner, 7919);
        int64_t *where = calloc((size_t)(e->outer * e->inner) + 1, sizeof *where);

        kernels->sum(x.data, sum.data, e->outer, e->count, e->inner);
        kernels->max(x.data, max.data, e->outer, e->count, e->inner);
        kernels->min(x.data, min.data, e->outer, e->count, e->inner);
        kernels->argmax(x.data, where, e->outer, e->count, e->inner);
        for (int64_t o = 0; o < e->outer; o++) {
            for (int64_t j = 0; j < e->inner; j++) {
                double total = 0, size = 0, greatest = -INFINITY, least = INFINITY;
                int64_t first = 0;

                for (int64_t i = 0; i < e->count; i++) {
                    const double value = at(&x, e, o, i, j);
                    total += value;
                    size += fabs(value);
                    if (value > greatest)
                        first = i;
                    greatest = fmax(greatest, value);
                    least = fmin(least, value);
                }
                ck_assert_double_eq_tol(tensor_read(&sum, o * e->inner + j), total,
                                        size * (dtype == DTYPE_FLOAT32 ? 4e-7 : 1e-15));
                ck_assert_double_eq(tensor_read(&max, o * e->inner + j), greatest);
                ck_assert_double_eq(tensor_read(&min, o * e->inner + j), least);
                ck_assert_int_eq(where[o * e->inner + j], first);
            }
        }
        free(x.data);
        free(sum.data);
        free(max.data);
        free(min.data);
        free(where);
    }
}
END_TEST

START_TEST(squares_are_summed_row_by_row)
{
    static const int64_t columns[] = { 1, 10, 63, 64, 65, 500, 8192, 20001 };
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            struct tensor x = samples(dtype, 3 * columns[k], 7919), out = samples(dtype, 3, 7919);

            kernels->sum_squares(x.data, out.data, 3, columns[k]);
            for (int64_t row = 0; row < 3; row++) {
                double total = 0;

                for (int64_t c = 0; c < columns[k]; c++)
                    total += pow(tensor_read(&x, row * columns[k] + c), 2);
                ck_assert_double_eq_tol(tensor_read(&out, row), total,
                                        total * (dtype == DTYPE_FLOAT32 ? 1e-6 : 4e-15));
            }
            free(x.data);
            free(out.data);
        }
    }
}
END_TEST

START_TEST(nan_wins_every_extreme)
{
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        for (int64_t place = 0; place < 40; place++) {
            struct tensor x = samples(dtype, 40, 7919);
            double memory = 0;
            const struct tensor out = { dtype, shape_of(0), &memory };
            int64_t where;

            tensor_write(&x, place, NAN);
            kernels->max(x.data, out.data, 1, 40, 1);
            ck_assert(isnan(tensor_read(&out, 0)));
            kernels->min(x.data, out.data, 1, 40, 1);
            ck_assert(isnan(tensor_read(&out, 0)));
            kernels->argmax(x.data, &where, 1, 40, 1);
            ck_assert_int_eq(where, place);
            free(x.data);
        }
    }
}
END_TEST

/* Rows whose values come several times, some with NaN at two places. */
START_TEST(the_first_extreme_of_every_row)
{
    enum { ROWS = 37, COLUMNS = 9 };
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        struct tensor x = samples(dtype, ROWS * COLUMNS, 7919), max = samples(dtype, ROWS, 7919);
        int64_t where[ROWS];

        for (int64_t i = 0; i < ROWS * COLUMNS; i++)
            tensor_write(&x, i, (double)(i * 5 % 7 % 4) - 3);
        for (int64_t row = 0; row < ROWS; row += 3)
            for (int64_t place = row % 5; place < COLUMNS; place += 4)
                tensor_write(&x, row * COLUMNS + place, NAN);
        kernels->max(x.data, max.data, ROWS, COLUMNS, 1);
        kernels->argmax(x.data, where, ROWS, COLUMNS, 1);
        for (int64_t row = 0; row < ROWS; row++) {
            int64_t first = 0;

            for (int64_t c = 1; c < COLUMNS; c++) {
                const double value = tensor_read(&x, row * COLUMNS + c);
                const double best = tensor_read(&x, row * COLUMNS + first);
                if (value > best || (isnan(value) && !isnan(best)))
                    first = c;
            }
            ck_assert_int_eq(where[row], first);
            ck_assert_int_eq(isnan(tensor_read(&max, row)), row % 3 == 0);
            ck_assert(row % 3 == 0 || tensor_read(&max, row) == tensor_read(&x, row * COLUMNS + first));
        }
        free(x.data);
        free(max.data);
    }
}
END_TEST

static const struct {
    int64_t rows, columns;
} softmaxes[] = { { 128, 10 }, { 5, 10 }, { 16, 1 }, { 33, 64 }, { 20, 100 }, { 1, 2000 }, { 0, 10 } };

START_TEST(softmax_and_its_logarithm)
{
    const int64_t rows = softmaxes[_i].rows, columns = softmaxes[_i].columns;
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        const double bound = dtype == DTYPE_FLOAT32 ? 1e-6 : 1e-14;
        struct tensor x = samples(dtype, rows * columns, 7919), p = samples(dtype, rows * columns, 7919),
                      log_p = samples(dtype, rows * columns, 7919);

        for (int64_t i = 0; i < rows * columns; i++)
            tensor_write(&x, i, tensor_read(&x, i) * 20 + 500); /* e^500 is beyond float32 */
        kernels->softmax(x.data, p.data, rows, columns);
        kernels->log_softmax(x.data, log_p.data, rows, columns);
        for (int64_t row = 0; row < rows; row++) {
            double greatest = -INFINITY, sum = 0;

            for (int64_t c = 0; c < columns; c++)
                greatest = fmax(greatest, tensor_read(&x, row * columns + c));
            for (int64_t c = 0; c < columns; c++)
                sum += exp(tensor_read(&x, row * columns + c) - greatest);
            for (int64_t c = 0; c < columns; c++) {
                const int64_t i = row * columns + c;
                const double expected = tensor_read(&x, i) - greatest - log(sum);

                ck_assert_double_eq_tol(tensor_read(&p, i), exp(expected), bound);
                ck_assert_double_eq_tol(tensor_read(&log_p, i), expected, bound * 100);
            }
        }
        kernels->softmax(x.data, x.data, rows, columns); /* over its operand */
        for (int64_t i = 0; i < rows * columns; i++)
            ck_assert_double_eq(tensor_read(&x, i), tensor_read(&p, i));
        free(x.data);
        free(p.data);
        free(log_p.data);
    }
}
END_TEST

Suite *kernels_rows_suite(void)
{
    Suite *suite = suite_create("kernels: rows");
    TCase *tests = tcase_create("rows");

    tcase_add_loop_test(tests, reductions_are_those_of_plain_loops, 0,
                        (int)(sizeof extents / sizeof *extents));
    tcase_add_test(tests, squares_are_summed_row_by_row);
    tcase_add_test(tests, nan_wins_every_extreme);
    tcase_add_test(tests, the_first_extreme_of_every_row);
    tcase_add_loop_test(tests, softmax_and_its_logarithm, 0, (int)(sizeof softmaxes / sizeof *softmaxes));
    suite_add_tcase(suite, tests);
    return suite;
}
