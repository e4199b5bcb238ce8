/* tests/tensor/test_kernels_sparse.c -- lists of what is not zero, against plain loops, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tensor/kernels.h"
#include "tests/tensor/samples.h"

static double value_at(const struct sparse *list, enum dtype dtype, int64_t entry)
{
    const struct tensor all = { dtype, shape_of(1, INT64_C(1) << 30), list->values };

    return tensor_read(&all, entry);
}

static const struct {
    int64_t rows, columns;
} matrices[] = { { 3, 1 }, { 5, 16 }, { 4, 37 }, { 7, 64 }, { 20, 9 }, { 9, 100 }, { 33, 70 }, { 2, 200 } };

START_TEST(lists_hold_what_is_not_zero)
{
    const int64_t rows = matrices[_i].rows, columns = matrices[_i].columns;
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        struct tensor x = mostly_zero(dtype, rows, columns, 5);
        struct sparse list = list_of(dtype, rows, rows * columns),
                      turned = list_of(dtype, columns, rows * columns);
        int64_t entry = 0;

        tensor_write(&x, rows * columns - 1, (double)NAN);
        ck_assert(kernels->sparse_list(x.data, rows, columns, rows * columns, &list));
        for (int64_t i = 0; i < rows * columns; i++) {
            if (i % columns == 0)
                ck_assert_int_eq(list.starts[i / columns], entry);
            if (tensor_read(&x, i) == 0)
                continue;
            ck_assert_int_eq(list.columns[entry], i % columns);
            if (i < rows * columns - 1)
                ck_assert_double_eq(value_at(&list, dtype, entry), tensor_read(&x, i));
            entry++;
        }
        ck_assert_int_eq(list.starts[rows], entry);
        ck_assert_double_nan(value_at(&list, dtype, entry - 1));

        kernels->sparse_transpose(&list, rows, columns, &turned);
        entry = 0;
        for (int64_t i = 0; i < rows * columns - 1; i++) {
            const double value = tensor_read(&x, i % rows * columns + i / rows);

            if (value == 0)
                continue;
            ck_assert_int_eq(turned.columns[entry], i % rows);
            ck_assert_double_eq(value_at(&turned, dtype, entry), value);
            entry++;
        }
        ck_assert_int_eq(turned.starts[columns], entry + 1);
        free_list(&list);
        free_list(&turned);
        free(x.data);
    }
}
END_TEST

START_TEST(a_list_of_too_many_entries_is_given_up)
{
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        struct tensor x = samples(dtype, 40 * 50, 7919);
        struct sparse list = list_of(dtype, 40, 150);

        ck_assert(!kernels->sparse_list(x.data, 40, 50, 100, &list));
        free_list(&list);
        free(x.data);
    }
}
END_TEST

Suite *kernels_sparse_suite(void)
{
    Suite *suite = suite_create("kernels: sparse");
    TCase *tests = tcase_create("sparse");

    tcase_add_loop_test(tests, lists_hold_what_is_not_zero, 0, (int)(sizeof matrices / sizeof *matrices));
    tcase_add_test(tests, a_list_of_too_many_entries_is_given_up);
    suite_add_tcase(suite, tests);
    return suite;
}
