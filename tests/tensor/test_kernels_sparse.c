/* tests/tensor/test_kernels_sparse.c -- lists of what is not zero, their products, and what windows see from
 * each place, against plain loops, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tensor/kernels.h"

#define FOR_EACH_TABLE                                                                                       \
    for (int level = 0; level < KERNEL_LEVEL_COUNT; level++)                                                 \
        for (enum dtype dtype = DTYPE_FLOAT32; dtype <= DTYPE_FLOAT64; dtype++)                              \
            if ((kernels = kernels_at((enum kernel_level)level, dtype)))

static struct tensor values(enum dtype dtype, int64_t count)
{
    return (struct tensor){ dtype, shape_of(1, count), calloc((size_t)count + SPARSE_UNIT, sizeof(double)) };
}

static struct tensor samples(enum dtype dtype, int64_t count, int factor)
{
    struct tensor tensor = values(dtype, count);

    for (int64_t i = 0; i < count; i++)
        tensor_write(&tensor, i, (double)((i + 1) * factor % 2003) / 512 - 2);
    return tensor;
}

/* Of `of` elements one is not zero, but for a row without any and a NaN. */
static struct tensor mostly_zero(enum dtype dtype, int64_t rows, int64_t columns, int64_t of)
{
    struct tensor tensor = samples(dtype, rows * columns, 7919);

    for (int64_t i = 0; i < rows * columns; i++)
        if (i * 31 % 97 % of != 0 || i / columns == 1)
            tensor_write(&tensor, i, 0);
    return tensor;
}

static struct sparse list_of(enum dtype dtype, int64_t rows, int64_t entries)
{
    const size_t room = (size_t)entries + SPARSE_UNIT;

    return (struct sparse){ calloc((size_t)rows + 1, sizeof(int32_t)), calloc(room, sizeof(int32_t)),
                            calloc(room, dtype_bytes(dtype)) };
}

static void free_list(struct sparse *list)
{
    free(list->starts);
    free(list->columns);
    free(list->values);
}

static double value_at(const struct sparse *list, enum dtype dtype, int64_t entry)
{
    const struct tensor all = { dtype, shape_of(1, INT64_C(1) << 30), list->values };

    return tensor_read(&all, entry);
}

/* rows, columns; width of the table: vectors and runs of all numbers */
static const struct {
    int64_t rows, columns, width;
} matrices[] = { { 3, 1, 16 },   { 5, 16, 32 },  { 4, 37, 48 },   { 7, 64, 144 },
                 { 20, 9, 512 }, { 9, 100, 80 }, { 33, 70, 304 }, { 2, 200, 112 } };

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

START_TEST(products_are_those_of_the_whole_matrix)
{
    const int64_t rows = matrices[_i].rows, columns = matrices[_i].columns, width = matrices[_i].width;
    const int64_t stride = width + SPARSE_UNIT, out_stride = width + 3;
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        const double tolerance = dtype == DTYPE_FLOAT32 ? 1e-5 : 1e-13;
        struct tensor x = mostly_zero(dtype, rows, columns, _i % 3 + 1);
        struct tensor table = samples(dtype, columns * stride, 6007),
                      out = samples(dtype, rows * out_stride, 4001);
        struct tensor before = samples(dtype, rows * out_stride, 4001);
        struct sparse list = list_of(dtype, rows, rows * columns);

        ck_assert(kernels->sparse_list(x.data, rows, columns, rows * columns, &list));
        kernels->sparse_add_product(
            &list, &(struct sparse_product){ rows, width, table.data, out.data, stride, out_stride });
        for (int64_t i = 0; i < rows * out_stride; i++) {
            double sum = tensor_read(&before, i);

            for (int64_t k = 0; k < columns && i % out_stride < width; k++)
                sum += tensor_read(&x, i / out_stride * columns + k) *
                       tensor_read(&table, k * stride + i % out_stride);
            ck_assert_double_eq_tol(tensor_read(&out, i), sum, tolerance * (1 + fabs(sum)) * (double)columns);
        }
        free_list(&list);
        free(x.data);
        free(table.data);
        free(out.data);
        free(before.data);
    }
}
END_TEST

/* planes, height, width; window, step, pad; rows, columns */
static const struct window windows[] = {
    { 2, 5, 7, 3, 2, 1, 1, 0, 0, 3, 6 },     { 3, 8, 8, 5, 5, 1, 1, 0, 0, 4, 4 },
    { 1, 28, 28, 5, 5, 1, 1, 0, 0, 24, 24 }, { 2, 6, 9, 3, 3, 2, 3, 1, 2, 3, 4 },
    { 2, 4, 37, 2, 11, 1, 2, 1, 1, 5, 15 },  { 2, 2, 3, 4, 5, 1, 1, 3, 4, 5, 7 },
    { 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1 },     { 4, 5, 6, 2, 8, 2, 1, 0, 1, 2, 1 },
};

/* What element (c, i, j) of the window sees at a place; 0 outside of the image. */
static double seen(const struct window *w, const struct tensor *x, int64_t place, int64_t c, int64_t i,
                   int64_t j)
{
    const int64_t row = place / w->columns * w->step_height + i - w->pad_height;
    const int64_t column = place % w->columns * w->step_width + j - w->pad_width;

    if (row < 0 || row >= w->height || column < 0 || column >= w->width)
        return 0;
    return tensor_read(x, (c * w->height + row) * w->width + column);
}

static struct tensor padded(const struct window *w, enum dtype dtype)
{
    return values(dtype, w->planes * (w->height + 2 * w->pad_height) * (w->width + 2 * w->pad_width));
}

START_TEST(rows_are_what_the_window_sees_from_a_place)
{
    const struct window *w = &windows[_i];
    const int64_t places = w->rows * w->columns, size = w->window_height * w->window_width;
    const int64_t elements = w->planes * size, stride = (elements / SPARSE_UNIT + 2) * SPARSE_UNIT;
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        struct tensor x = samples(dtype, w->planes * w->height * w->width, 7919);
        struct tensor image = padded(w, dtype), rows = values(dtype, places * stride);

        kernels->pad(w, x.data, image.data);
        kernels->place_rows(w, image.data, rows.data, stride);
        for (int64_t p = 0; p < places; p++)
            for (int64_t k = 0; k < elements; k++)
                ck_assert_double_eq(
                    tensor_read(&rows, p * stride + k),
                    seen(w, &x, p, k / size, k % size / w->window_width, k % w->window_width));
        for (int64_t p = 0; p < places; p++)
            for (int64_t k = elements; k % SPARSE_UNIT != 0; k++)
                ck_assert_double_eq(tensor_read(&rows, p * stride + k), 0);
        free(x.data);
        free(image.data);
        free(rows.data);
    }
}
END_TEST

/* By the definition of convolution, each place of each filter gives its gradient to what it saw, by a filter
 * that is turned. */
static void give_back(const struct window *w, const struct tensor *places, const struct tensor *filters,
                      int64_t filter_count, struct tensor *image)
{
    const int64_t place_count = w->rows * w->columns;

    for (int64_t f = 0; f < filter_count; f++)
        for (int64_t p = 0; p < place_count; p++)
            for (int64_t k = 0; k < w->planes * w->window_height * w->window_width; k++) {
                const int64_t j = k % w->window_width, i = k / w->window_width % w->window_height;
                const int64_t c = k / w->window_width / w->window_height;
                const int64_t row =
                    p / w->columns * w->step_height + w->window_height - 1 - i - w->pad_height;
                const int64_t column =
                    p % w->columns * w->step_width + w->window_width - 1 - j - w->pad_width;
                const int64_t at = (c * w->height + row) * w->width + column;

                if (row >= 0 && row < w->height && column >= 0 && column < w->width)
                    tensor_write(
                        image, at,
                        tensor_read(image, at) +
                            tensor_read(places, f * place_count + p) *
                                tensor_read(filters, f * w->planes * w->window_height * w->window_width + k));
            }
}

START_TEST(patches_are_added_where_they_were_seen)
{
    enum { FILTERS = 6 };
    const struct window *w = &windows[_i];
    const int64_t run = patch_run(w), row = (w->window_width + run - 1) / run, places = w->rows * w->columns;
    const int64_t runs = (w->planes * w->window_height * row + 3) / 4 * 4, stride = runs * run;
    const int64_t elements = w->planes * w->height * w->width, size = w->window_height * w->window_width;
    const struct kernels *kernels;

    FOR_EACH_TABLE
    {
        struct tensor gradient = mostly_zero(dtype, FILTERS, places, 3),
                      expected = values(DTYPE_FLOAT64, elements);
        struct tensor filters = samples(dtype, FILTERS * w->planes * size, 6007), again = filters;
        struct tensor table = values(dtype, FILTERS * stride), image = padded(w, dtype);
        struct tensor out = values(dtype, elements);
        struct sparse list = list_of(dtype, FILTERS, FILTERS * places),
                      turned = list_of(dtype, places, FILTERS * places);
        int64_t *offsets = calloc((size_t)runs, sizeof *offsets);
        const struct patches patches = {
            w->rows, w->columns, w->step_height * (w->width + 2 * w->pad_width), w->step_width, run,
            runs,    offsets
        };

        for (int64_t r = 0; r < w->planes * w->window_height * row; r++)
            offsets[r] =
                (r / row / w->window_height * (w->height + 2 * w->pad_height) + r / row % w->window_height) *
                    (w->width + 2 * w->pad_width) +
                r % row * run;
        kernels->filters_to_table(w, FILTERS, filters.data, table.data, stride);
        ck_assert(kernels->sparse_list(gradient.data, FILTERS, places, FILTERS * places, &list));
        kernels->sparse_transpose(&list, FILTERS, places, &turned);
        kernels->sparse_add_patches(&turned, &patches, table.data, stride, image.data);
        kernels->crop(w, image.data, out.data);
        give_back(w, &gradient, &filters, FILTERS, &expected);
        for (int64_t i = 0; i < elements; i++)
            ck_assert_double_eq_tol(tensor_read(&out, i), tensor_read(&expected, i),
                                    dtype == DTYPE_FLOAT32 ? 1e-4 : 1e-12);

        /* Turned twice, filters are what they were. */
        again.data = calloc((size_t)(FILTERS * w->planes * size), sizeof(double));
        if (row * run == w->window_width) {
            kernels->filters_from_rows(w, FILTERS, table.data, stride, again.data, w->planes * size);
            ck_assert_mem_eq(again.data, filters.data, tensor_bytes(&filters));
        }
        free_list(&list);
        free_list(&turned);
        free(offsets);
        free(gradient.data);
        free(expected.data);
        free(filters.data);
        free(again.data);
        free(table.data);
        free(image.data);
        free(out.data);
    }
}
END_TEST

Suite *kernels_sparse_suite(void)
{
    Suite *suite = suite_create("kernels: sparse");
    TCase *tests = tcase_create("sparse");

    tcase_add_loop_test(tests, lists_hold_what_is_not_zero, 0, (int)(sizeof matrices / sizeof *matrices));
    tcase_add_test(tests, a_list_of_too_many_entries_is_given_up);
    tcase_add_loop_test(tests, products_are_those_of_the_whole_matrix, 0,
                        (int)(sizeof matrices / sizeof *matrices));
    tcase_add_loop_test(tests, rows_are_what_the_window_sees_from_a_place, 0,
                        (int)(sizeof windows / sizeof *windows));
    tcase_add_loop_test(tests, patches_are_added_where_they_were_seen, 0,
                        (int)(sizeof windows / sizeof *windows));
    suite_add_tcase(suite, tests);
    return suite;
}
