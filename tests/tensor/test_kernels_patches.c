/* tests/tensor/test_kernels_patches.c -- images by pixels, and products with what windows see from each
 * place, against plain loops, in every level. */
#include "tests/tensor/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tensor/samples.h"
#include "tests/tensor/windows.h"

enum { FILTERS = 6 };

/* A window, an image by pixels, the patches that the window sees of it, and what comes and goes. */
struct trial {
    const struct window *w;
    struct patches patches;
    int64_t stride, elements; /* of patches; of a filter */
    int64_t *corners;
    struct tensor x, pixels, filters, gradient, table, rows, out;
    struct sparse list, by_place;
};

static void open_trial(struct trial *t, const struct window *w, enum dtype dtype)
{
    const int64_t width = w->window_width * w->planes,
                  room = (width + SPARSE_UNIT - 1) / SPARSE_UNIT * SPARSE_UNIT;
    const int64_t line = (w->width + 2 * w->pad_width) * w->planes, places = w->rows * w->columns;

    *t = (struct trial){ .w = w,
                         .stride = w->window_height * room + 2 * SPARSE_UNIT,
                         .elements = width * w->window_height };
    t->corners = calloc((size_t)places, sizeof *t->corners);
    for (int64_t p = 0; p < places; p++)
        t->corners[p] = p / w->columns * w->step_height * line + p % w->columns * w->step_width * w->planes;
    t->patches = (struct patches){ places, w->window_height, width, room, line, t->corners };
    t->x = samples(dtype, w->planes * w->height * w->width, 7919);
    t->pixels = values(dtype, (w->height + 2 * w->pad_height) * line);
    t->filters = samples(dtype, FILTERS * t->elements, 6007);
    t->gradient = mostly_zero(dtype, FILTERS, places, 3);
    t->table = values(dtype, FILTERS * t->stride);
    t->rows = values(dtype, places * t->stride);
    t->out = values(dtype, w->planes * w->height * w->width + FILTERS * t->elements);
    t->list = list_of(dtype, FILTERS, FILTERS * places);
    t->by_place = list_of(dtype, places, FILTERS * places);
}

static void close_trial(struct trial *t)
{
    const struct tensor *const tensors[] = { &t->x,     &t->pixels, &t->filters, &t->gradient,
                                             &t->table, &t->rows,   &t->out };

    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        free(tensors[i]->data);
    free(t->corners);
    free_list(&t->list);
    free_list(&t->by_place);
}

#define FOR_EACH_TRIAL(t)                                                                                    \
    FOR_EACH_TABLE                                                                                           \
    for (bool open = (open_trial(t, &windows[_i], dtype), true); open; open = (close_trial(t), false))

/* What element k of the window's patches sees from a place; 0 outside of the image. */
static double seen(const struct trial *t, int64_t place, int64_t k)
{
    const int64_t column = k % t->patches.width / t->w->planes;
    const int64_t pixel = window_pixel(t->w, k % t->w->planes, place, k / t->patches.width, column);

    return pixel < 0 ? 0 : tensor_read(&t->x, pixel);
}

START_TEST(rows_are_what_the_window_sees_from_a_place)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        const struct window *w = t.w;

        kernels->pixels_first(w, t.x.data, t.pixels.data);
        kernels->place_rows(&t.patches, 0, w->window_height, t.pixels.data, t.rows.data, t.stride);
        for (int64_t i = 0; i < t.patches.places * t.stride; i++) {
            const int64_t k = i % t.stride;

            if (k < t.elements)
                ck_assert_double_eq(tensor_read(&t.rows, i), seen(&t, i / t.stride, k));
            else if (k < t.elements + SPARSE_UNIT)
                ck_assert_double_eq(tensor_read(&t.rows, i), 0);
        }
        kernels->planes_first(w, t.pixels.data, t.out.data);
        ck_assert_mem_eq(t.out.data, t.x.data, tensor_bytes(&t.x));
    }
}
END_TEST

/* Turned twice, filters are what they were, here added to themselves. */
START_TEST(filters_come_back_from_patches)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        memcpy(t.out.data, t.filters.data, tensor_bytes(&t.filters));
        kernels->filters_to_patches(t.w, FILTERS, t.patches.room, t.filters.data, t.table.data, t.stride);
        kernels->add_to_filters(t.w, FILTERS, 1, t.patches.room, t.table.data, t.stride, t.out.data);
        for (int64_t i = 0; i < FILTERS * t.elements; i++)
            ck_assert_double_eq(tensor_read(&t.out, i), 2 * tensor_read(&t.filters, i));
    }
}
END_TEST

static void assert_near(const struct tensor *out, const struct tensor *expected, int64_t count)
{
    const double tolerance = out->dtype == DTYPE_FLOAT32 ? 1e-5 : 1e-13;

    for (int64_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(tensor_read(out, i), tensor_read(expected, i),
                                tolerance * (1 + fabs(tensor_read(expected, i))) * 100);
}

/* By the definition of convolution, each place of each filter gives its gradient to what it saw, by a filter
 * that is turned: to `image` and to `filters`, one or the other of them. */
static void give_back(const struct trial *t, struct tensor *image, struct tensor *filters)
{
    const struct window *w = t->w;
    const int64_t size = w->window_height * w->window_width;

    for (int64_t i = 0; i < FILTERS * t->patches.places * t->elements; i++) {
        const int64_t k = i % t->elements, p = i / t->elements % t->patches.places;
        const int64_t f = i / t->elements / t->patches.places, filter = f * t->elements + k;
        const int64_t turned = size - 1 - k % size;
        const int64_t at = window_pixel(w, k / size, p, turned / w->window_width, turned % w->window_width);
        const double gradient = tensor_read(&t->gradient, f * t->patches.places + p);

        if (at < 0)
            continue;
        if (image)
            tensor_write(image, at, tensor_read(image, at) + gradient * tensor_read(&t->filters, filter));
        else
            tensor_write(filters, filter, tensor_read(filters, filter) + gradient * tensor_read(&t->x, at));
    }
}

START_TEST(patches_are_added_where_they_were_seen)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        struct tensor expected = values(DTYPE_FLOAT64, tensor_elements(&t.x));

        give_back(&t, &expected, NULL);
        kernels->filters_to_patches(t.w, FILTERS, t.patches.room, t.filters.data, t.table.data, t.stride);
        ck_assert(kernels->sparse_list(t.gradient.data, FILTERS, t.patches.places, FILTERS * t.patches.places,
                                       &t.list));
        kernels->sparse_transpose(&t.list, FILTERS, t.patches.places, &t.by_place);
        kernels->sparse_add_patches(&t.by_place, &t.patches, t.table.data, t.stride, t.pixels.data);
        kernels->planes_first(t.w, t.pixels.data, t.out.data);
        assert_near(&t.out, &expected, tensor_elements(&t.x));

        /* The same from patches that hold the sums already. */
        for (int64_t i = 0; i < t.patches.places * t.stride; i++) {
            double sum = 0;

            for (int64_t f = 0; f < FILTERS; f++)
                sum += tensor_read(&t.gradient, f * t.patches.places + i / t.stride) *
                       tensor_read(&t.table, f * t.stride + i % t.stride);
            tensor_write(&t.rows, i, sum);
        }
        memset(t.pixels.data, 0, tensor_bytes(&t.pixels));
        kernels->add_patches(&t.patches, t.rows.data, t.stride, t.pixels.data);
        kernels->planes_first(t.w, t.pixels.data, t.out.data);
        assert_near(&t.out, &expected, tensor_elements(&t.x));
        free(expected.data);
    }
}
END_TEST

/* One, two or all lines at a time. */
START_TEST(patches_of_an_image_are_summed)
{
    const struct kernels *kernels;
    struct trial t;

    FOR_EACH_TRIAL(&t)
    {
        const int64_t lines = t.patches.lines, group = _i % 3 == 2 || lines < 2 ? lines : _i % 3 + 1;
        const int64_t room = group * t.patches.room, groups = (lines + group - 1) / group;
        struct tensor expected = values(DTYPE_FLOAT64, FILTERS * t.elements);
        struct tensor sums = values(dtype, FILTERS * groups * room);

        give_back(&t, NULL, &expected);
        kernels->pixels_first(t.w, t.x.data, t.pixels.data);
        ck_assert(kernels->sparse_list(t.gradient.data, FILTERS, t.patches.places, FILTERS * t.patches.places,
                                       &t.list));
        for (int64_t g = 0; g < groups; g++) {
            const int64_t some = lines - g * group < group ? lines - g * group : group;
            const struct sparse_product product = {
                FILTERS,     some * t.patches.width,
                t.rows.data, (char *)sums.data + (size_t)(g * room) * dtype_bytes(dtype),
                t.stride,    groups * room
            };

            kernels->place_rows(&t.patches, g * group, some, t.pixels.data, t.rows.data, t.stride);
            kernels->sparse_add_product(&t.list, &product);
        }
        kernels->add_to_filters(t.w, FILTERS, group, room, sums.data, groups * room, t.out.data);
        assert_near(&t.out, &expected, FILTERS * t.elements);
        free(expected.data);
        free(sums.data);
    }
}
END_TEST

Suite *kernels_patches_suite(void)
{
    Suite *suite = suite_create("kernels: patches");
    TCase *tests = tcase_create("patches");

    tcase_add_loop_test(tests, rows_are_what_the_window_sees_from_a_place, 0, WINDOWS_OF_CONVOLUTION);
    tcase_add_loop_test(tests, filters_come_back_from_patches, 0, WINDOWS_OF_CONVOLUTION);
    tcase_add_loop_test(tests, patches_are_added_where_they_were_seen, 0, WINDOWS_OF_CONVOLUTION);
    tcase_add_loop_test(tests, patches_of_an_image_are_summed, 0, WINDOWS_OF_CONVOLUTION);
    suite_add_tcase(suite, tests);
    return suite;
}
