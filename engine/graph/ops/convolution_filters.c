/* engine/graph/ops/convolution_filters.c -- the gradient of a convolution's filters.
 *
 * Image by image, what the filters see is laid out as rows, one per place, and multiplied from the left with
 * the gradient of the places:  d W (f, c h w) += d out (f, places) rows (places, c h w).  Behind max pooling
 * and rectifiers most of that gradient is zero; then only the rest is multiplied.  The rows of one image stay
 * in the cache.
 *
 * Sums of some groups of images are results of their own, added up by a sum over the groups: members of a
 * team share the groups, and the sums do not depend on how many members there are.  Where the filters are
 * many, there is one group, and members share the filters. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

#include "engine/tensor/blas.h"

/* ---- Scratch ---- */

/* Some planes at a time are laid out and multiplied, so that their rows stay in the first cache: `planes` of
 * them, as `width` columns; all of them are `total` columns, the last ones perhaps fewer. */
struct memory {
    struct window window;
    int64_t filters, places, planes, width, total;
    int64_t stride; /* of sums and of the rows of all planes, in elements */
    void *image, *rows, *sums, *gradient;
    int64_t image_elements;
    struct sparse list;
};

static int64_t rounded_up(int64_t count, int64_t unit)
{
    return (count + unit - 1) / unit * unit;
}

/* Room for one unit more, and an odd number of them, so that rows do not meet in the same sets of the cache.
 */
static int64_t stride_of(int64_t columns)
{
    return (columns / SPARSE_UNIT + 1) / 2 * 2 * SPARSE_UNIT + SPARSE_UNIT;
}

static void cut_planes(struct memory *memory)
{
    enum { COLUMNS = 128 }; /* eight vectors of the widest registers */
    const struct window *w = &memory->window;
    const int64_t size = w->window_height * w->window_width, some = size < COLUMNS ? COLUMNS / size : 1;
    int64_t last;

    memory->planes = some < w->planes ? some : w->planes > 0 ? w->planes : 1;
    memory->width = rounded_up(memory->planes * size, SPARSE_UNIT);
    last = w->planes % memory->planes;
    memory->total = w->planes / memory->planes * memory->width + rounded_up(last * size, SPARSE_UNIT);
    memory->stride = stride_of(memory->total);
}

/* `filters`: how many of them. */
static struct memory memory_of(struct pieces *pieces, const struct apply *apply, const struct window *window,
                               int64_t filters)
{
    const enum dtype dtype = apply->outputs[0].dtype;
    const size_t bytes = dtype_bytes(dtype);
    struct memory memory = { .window = *window,
                             .filters = filters,
                             .places = window->rows * window->columns };

    memory.gradient = take_piece(pieces, gradient_elements(apply, filters, memory.places), bytes);
    if (columns_are_the_image(window))
        return memory;
    cut_planes(&memory);
    memory.image_elements =
        window->planes * (window->height + 2 * window->pad_height) * (window->width + 2 * window->pad_width) +
        SPARSE_UNIT;
    memory.image = take_piece(pieces, memory.image_elements, bytes);
    memory.rows = take_piece(pieces, memory.places * memory.stride, bytes);
    memory.sums = take_piece(pieces, filters * memory.stride, bytes);
    memory.list = take_list(pieces, filters, filters * memory.places / 2 + memory.places, dtype);
    return memory;
}

size_t filters_gradient_scratch(const struct apply *apply)
{
    const struct shape *image = &apply->inputs[0]->shape, *filters = &apply->inputs[LIKE]->shape;
    const struct window window = convolution_window(apply, image, filters);
    struct pieces pieces = { .start = NULL };

    memory_of(&pieces, apply, &window, filters->dims[0]);
    return pieces.used;
}

/* ---- Runs ---- */

/* Images [first, end) and filters [filter, filter + filters): what one sum is made of. */
struct work {
    int64_t first, end, filter, filters;
};

static const char *example(const struct tensor *tensor, int64_t n)
{
    return (const char *)tensor->data + (size_t)n * example_bytes(tensor);
}

/* A window of one element: rows are the image transposed. */
static void add_points(const struct call *call, const struct work *work, const struct memory *memory,
                       void *to)
{
    struct product product = { .dtype = call->outputs[0]->dtype,
                               .transpose_b = true,
                               .m = work->filters,
                               .n = memory->window.planes,
                               .k = memory->places };

    if (work->first == work->end)
        memset(to, 0, (size_t)(product.m * product.n) * dtype_bytes(product.dtype));
    for (int64_t n = work->first; n < work->end; n++) {
        blas_product(&product, gradient_of_places(call, n, work->filter, work->filters, memory->gradient),
                     example(call->inputs[0], n), to);
        product.accumulate = true;
    }
}

/* The planes that begin at `plane`, of an image that is already there. */
static struct window planes_from(const struct memory *memory, int64_t plane)
{
    struct window window = memory->window;

    window.planes -= plane;
    if (window.planes > memory->planes)
        window.planes = memory->planes;
    return window;
}

static void *element(void *memory, int64_t index, enum dtype dtype)
{
    return (char *)memory + (size_t)index * dtype_bytes(dtype);
}

/* Lays out some planes after the other, each by itself or, if `whole`, side by side. */
static void add_planes(const struct call *call, const struct memory *memory, bool whole)
{
    const enum dtype dtype = call->outputs[0]->dtype;
    const struct window *w = &memory->window;
    const int64_t plane_elements = (w->height + 2 * w->pad_height) * (w->width + 2 * w->pad_width);
    const int64_t stride = whole ? memory->stride : stride_of(memory->width);
    int64_t column = 0;

    for (int64_t plane = 0; plane < memory->window.planes; plane += memory->planes, column += memory->width) {
        const struct window some = planes_from(memory, plane);
        const struct sparse_product product = {
            .rows = memory->filters,
            .table = memory->rows,
            .table_stride = stride,
            .width = rounded_up(window_elements(&some), SPARSE_UNIT),
            .out = element(memory->sums, column, dtype),
            .out_stride = memory->stride,
        };

        call->kernels->place_rows(&some, element(memory->image, plane * plane_elements, dtype),
                                  element(memory->rows, whole ? column : 0, dtype), stride);
        if (!whole)
            call->kernels->sparse_add_product(&memory->list, &product);
    }
}

static void add_images(const struct call *call, const struct work *work, struct memory *memory)
{
    const struct kernels *kernels = call->kernels;
    const enum dtype dtype = call->outputs[0]->dtype;
    const struct product product = { .dtype = dtype,
                                     .accumulate = true,
                                     .m = work->filters,
                                     .n = memory->total,
                                     .k = memory->places,
                                     .c_columns = memory->stride };
    bool sparse = work->filters * memory->places <= INT32_MAX;

    memset(memory->image, 0, (size_t)memory->image_elements * dtype_bytes(dtype));
    memset(memory->sums, 0, (size_t)(work->filters * memory->stride) * dtype_bytes(dtype));
    for (int64_t n = work->first; n < work->end; n++) {
        const void *gradient = gradient_of_places(call, n, work->filter, work->filters, memory->gradient);

        /* Once most is not zero, nobody looks any more. */
        sparse = sparse && kernels->sparse_list(gradient, work->filters, memory->places,
                                                work->filters * memory->places / 2, &memory->list);
        kernels->pad(&memory->window, example(call->inputs[0], n), memory->image);
        add_planes(call, memory, !sparse);
        if (!sparse)
            blas_product(&product, gradient, memory->rows, memory->sums);
    }
}

static void turn_back(const struct call *call, const struct memory *memory, void *to)
{
    const enum dtype dtype = call->outputs[0]->dtype;
    const int64_t elements = window_elements(&memory->window);
    const int64_t size = memory->window.window_height * memory->window.window_width;
    int64_t column = 0;

    for (int64_t plane = 0; plane < memory->window.planes; plane += memory->planes, column += memory->width) {
        const struct window some = planes_from(memory, plane);

        call->kernels->filters_from_rows(&some, memory->filters, element(memory->sums, column, dtype),
                                         memory->stride, element(to, plane * size, dtype), elements);
    }
}

static void add_up(const struct call *call, const struct work *work, const struct window *window, void *to)
{
    struct pieces pieces = { .start = call->scratch };
    struct memory memory = memory_of(&pieces, call->apply, window, work->filters);

    if (columns_are_the_image(window)) {
        add_points(call, work, &memory, to);
        return;
    }
    add_images(call, work, &memory);
    turn_back(call, &memory, to);
}

int64_t filters_gradient_groups(const struct apply *apply, int64_t images)
{
    const int64_t most = apply->attributes.integers[IMAGE_GROUPS];

    return images < 1 ? 1 : images < most ? images : most;
}

bool filters_gradient_run(const struct call *call, struct error *err)
{
    const struct tensor *image = call->inputs[0], *sums = call->outputs[0];
    const struct shape filters =
        shape_of(4, sums->shape.dims[1], sums->shape.dims[2], sums->shape.dims[3], sums->shape.dims[4]);
    const struct window window = convolution_window(call->apply, &image->shape, &filters);
    const size_t filter_bytes = (size_t)window_elements(&window) * dtype_bytes(sums->dtype);
    const int64_t groups = sums->shape.dims[0], images = image->shape.dims[0];
    const bool by_filters = groups == 1 && call->partial;

    (void)err;
    for (int64_t g = 0; g < groups; g++) {
        struct work work = { images * g / groups, images * (g + 1) / groups, 0, filters.dims[0] };

        if (by_filters) {
            work.filter = call->begin;
            work.filters = call->end - call->begin;
        } else if (call->partial && (g < call->begin || g >= call->end)) {
            continue;
        }
        add_up(call, &work, &window,
               (char *)sums->data + (size_t)(g * filters.dims[0] + work.filter) * filter_bytes);
    }
    return true;
}
