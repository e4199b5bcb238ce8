/* engine/graph/ops/convolution_filters.c -- the gradient of a convolution's filters.
 *
 * Image by image, what the filters see is laid out as rows, one per place, and multiplied from the left with
 * the gradient of the places:  d W (f, lines) += d out (f, places) rows (places, lines).  The rows of one
 * image stay in the cache.  Behind max pooling and rectifiers most of that gradient is zero; then only the
 * rest is multiplied, with patches of the image itself.
 *
 * Sums of some groups of images are results of their own, added up by a sum over the groups: members of a
 * team share the groups, and the sums do not depend on how many members there are.  Where the filters are
 * many, there is one group, and members share the filters. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

#include "engine/tensor/blas.h"

/* ---- Scratch ---- */

/* For sparse gradients some lines of all patches at a time are laid out as rows, so that these stay in the
 * first cache: `group` lines, as `room` elements.  For others whole patches are. */
struct memory {
    struct backward backward;
    int64_t group, room;
    void *rows, *group_sums, *sums;
    int64_t group_stride, stride; /* of group_sums; of sums and of rows of whole patches */
};

static int64_t units(int64_t elements)
{
    return (elements + SPARSE_UNIT - 1) / SPARSE_UNIT;
}

static void group_lines(struct memory *memory)
{
    enum { ELEMENTS = 128 }; /* eight vectors of the widest registers */
    const struct patches *p = &memory->backward.patches;
    const int64_t most = p->width > 0 && p->width < ELEMENTS ? ELEMENTS / p->width : 1;

    memory->group = most < p->lines ? most : p->lines;
    memory->room = units(memory->group * p->width) * SPARSE_UNIT;
    memory->group_stride = (p->lines + memory->group - 1) / memory->group * memory->room;
}

/* `filters`: how many of them. */
static struct memory take_memory(struct pieces *pieces, const struct apply *apply,
                                 const struct window *window, int64_t filters)
{
    const size_t bytes = dtype_bytes(apply->outputs[0].dtype);
    struct memory memory = { .backward = take_backward(pieces, apply, window, filters) };

    if (columns_are_the_image(window))
        return memory;
    group_lines(&memory);
    /* Room for one unit more, and an odd number of them, so that rows do not meet in the same sets of the
     * cache. */
    memory.stride = ((units(window_elements(window)) + 1) | 1) * SPARSE_UNIT;
    memory.rows = take_piece(pieces, memory.backward.places * memory.stride + SPARSE_UNIT, bytes);
    memory.group_sums = take_piece(pieces, filters * memory.group_stride, bytes);
    memory.sums = take_piece(pieces, filters * memory.stride, bytes);
    return memory;
}

size_t filters_gradient_scratch(const struct apply *apply)
{
    const struct shape *image = &apply->inputs[0]->shape, *filters = &apply->inputs[LIKE]->shape;
    const struct window window = convolution_window(apply, image, filters);
    struct pieces pieces = { .start = NULL };

    take_memory(&pieces, apply, &window, filters->dims[0]);
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
static void add_points(const struct call *call, const struct work *work, const struct backward *b, void *to)
{
    struct product product = { .dtype = call->outputs[0]->dtype,
                               .transpose_b = true,
                               .m = work->filters,
                               .n = b->window.planes,
                               .k = b->places };

    if (work->first == work->end)
        memset(to, 0, (size_t)(product.m * product.n) * dtype_bytes(product.dtype));
    for (int64_t n = work->first; n < work->end; n++) {
        blas_product(&product, gradient_of_places(call, b, n, work->filter), example(call->inputs[0], n), to);
        product.accumulate = true;
    }
}

static void add_sparse(const struct call *call, const struct memory *memory)
{
    const struct backward *b = &memory->backward;
    const size_t bytes = dtype_bytes(call->outputs[0]->dtype);
    struct sparse_product product = { .rows = b->filters,
                                      .table = memory->rows,
                                      .table_stride = memory->room,
                                      .out = memory->group_sums,
                                      .out_stride = memory->group_stride };

    for (int64_t line = 0; line < b->patches.lines; line += memory->group) {
        const int64_t rest = b->patches.lines - line, lines = rest < memory->group ? rest : memory->group;

        product.width = lines * b->patches.width;
        call->kernels->place_rows(&b->patches, line, lines, b->image, memory->rows, memory->room);
        call->kernels->sparse_add_product(&b->list, &product);
        product.out = (char *)product.out + (size_t)memory->room * bytes;
    }
}

/* Gives the number of images whose gradient was mostly zero: once it is not, nobody looks any more. */
static int64_t add_images(const struct call *call, const struct work *work, struct memory *memory)
{
    const struct kernels *kernels = call->kernels;
    struct backward *b = &memory->backward;
    const size_t bytes = dtype_bytes(call->outputs[0]->dtype);
    struct product product = { .dtype = call->outputs[0]->dtype,
                               .m = work->filters,
                               .n = units(window_elements(&b->window)) * SPARSE_UNIT,
                               .k = b->places,
                               .c_columns = memory->stride };
    int64_t sparse = work->end - work->first;

    memset(b->image, 0, (size_t)b->image_elements * bytes);
    memset(memory->group_sums, 0, (size_t)(work->filters * memory->group_stride) * bytes);
    for (int64_t n = work->first; n < work->end; n++) {
        kernels->pixels_first(&b->window, example(call->inputs[0], n), b->image);
        if (n - work->first < sparse && !list_gradient(call, b, n, work->filter))
            sparse = n - work->first;
        if (n - work->first < sparse) {
            add_sparse(call, memory);
            continue;
        }
        kernels->place_rows(&b->patches, 0, b->patches.lines, b->image, memory->rows, memory->stride);
        blas_product(&product, gradient_of_places(call, b, n, work->filter), memory->rows, memory->sums);
        product.accumulate = true;
    }
    return sparse;
}

static void add_up(const struct call *call, const struct work *work, const struct window *window, void *to)
{
    struct pieces pieces = { .start = call->scratch };
    struct memory memory = take_memory(&pieces, call->apply, window, work->filters);
    const int64_t images = work->end - work->first, lines = window->window_height;
    int64_t sparse;

    if (columns_are_the_image(window)) {
        add_points(call, work, &memory.backward, to);
        return;
    }
    find_corners(&memory.backward);
    sparse = add_images(call, work, &memory);
    memset(to, 0, (size_t)(work->filters * window_elements(window)) * dtype_bytes(call->outputs[0]->dtype));
    if (sparse > 0)
        call->kernels->add_to_filters(window, work->filters, memory.group, memory.room, memory.group_sums,
                                      memory.group_stride, to);
    if (sparse < images)
        call->kernels->add_to_filters(window, work->filters, lines, 0, memory.sums, memory.stride, to);
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
