/* engine/graph/ops/convolution_image.c -- the gradient of a convolution's image, and what a transposed
 * convolution does:  d patches (places, lines) = d out' W,  which are added back into the image.
 *
 * Where most of d out is zero, as it is behind max pooling and rectifiers, the rest is multiplied one by one:
 * every place adds some filters to the patch of the image that it saw. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

#include "engine/tensor/blas.h"

struct memory {
    struct backward backward;
    bool by_patches; /* else: where patches are mostly room, their elements are rows */
    void *table, *rows;
    struct sparse by_place;
};

static struct memory take_memory(struct pieces *pieces, const struct apply *apply,
                                 const struct window *window, int64_t filters)
{
    const enum dtype dtype = apply->outputs[0].dtype;
    const size_t bytes = dtype_bytes(dtype);
    struct memory memory = { .backward = take_backward(pieces, apply, window, filters) };
    const struct backward *b = &memory.backward;

    if (columns_are_the_image(window))
        return memory;
    memory.by_patches = 5 * b->patches.width >= 4 * b->patches.room;
    memory.table = take_piece(pieces, filters * b->stride, bytes);
    memory.rows =
        take_piece(pieces, b->places * (memory.by_patches ? b->stride : window_elements(window)), bytes);
    memory.by_place = take_list(pieces, b->places, b->entries_max, dtype);
    return memory;
}

size_t image_gradient_scratch(const struct apply *apply)
{
    const struct shape *filters = &apply->inputs[0]->shape;
    const struct window window = convolution_window(apply, &apply->outputs[0].shape, filters);
    struct pieces pieces = { .start = NULL };

    take_memory(&pieces, apply, &window, filters->dims[0]);
    return pieces.used;
}

static void make_table(const struct call *call, const struct memory *memory)
{
    const struct backward *b = &memory->backward;

    find_corners(b);
    call->kernels->filters_to_patches(&b->window, b->filters, b->patches.room,
                                      call->inputs[LINEAR_OPERAND]->data, memory->table, b->stride);
}

/* The elements of patches as rows: add_columns puts them together. */
static void multiply_columns(const struct call *call, const struct memory *memory, const void *gradient,
                             void *to)
{
    const struct backward *b = &memory->backward;
    const bool whole = columns_are_the_image(&b->window);
    const struct product product = { .dtype = call->outputs[0]->dtype,
                                     .transpose_a = true,
                                     .m = window_elements(&b->window),
                                     .n = b->places,
                                     .k = b->filters };

    blas_product(&product, call->inputs[LINEAR_OPERAND]->data, gradient, whole ? to : memory->rows);
    if (!whole)
        call->kernels->add_columns(&b->window, memory->rows, to);
}

static void multiply_patches(const struct call *call, const struct memory *memory, const void *gradient)
{
    const struct backward *b = &memory->backward;
    const struct product product = { .dtype = call->outputs[0]->dtype,
                                     .transpose_a = true,
                                     .m = b->places,
                                     .n = b->patches.lines * b->patches.room,
                                     .k = b->filters,
                                     .c_columns = b->stride };

    blas_product(&product, gradient, memory->table, memory->rows);
    call->kernels->add_patches(&b->patches, memory->rows, b->stride, b->image);
}

bool image_gradient_run(const struct call *call, struct error *err)
{
    const struct kernels *kernels = call->kernels;
    const struct tensor *filters = call->inputs[LINEAR_OPERAND], *image = call->outputs[0];
    const struct window window = convolution_window(call->apply, &image->shape, &filters->shape);
    struct pieces pieces = { .start = call->scratch };
    struct memory memory = take_memory(&pieces, call->apply, &window, filters->shape.dims[0]);
    struct backward *b = &memory.backward;
    bool sparse = !columns_are_the_image(&window);
    char *to = image->data;

    (void)err;
    if (sparse)
        make_table(call, &memory);
    for (int64_t n = 0; n < image->shape.dims[0]; n++, to += example_bytes(image)) {
        /* Once most is not zero, nobody looks any more. */
        sparse = sparse && list_gradient(call, b, n, 0);
        if (!sparse && !memory.by_patches) {
            multiply_columns(call, &memory, gradient_of_places(call, b, n, 0), to);
            continue;
        }
        memset(b->image, 0, (size_t)b->image_elements * dtype_bytes(image->dtype));
        if (sparse) {
            kernels->sparse_transpose(&b->list, b->filters, b->places, &memory.by_place);
            kernels->sparse_add_patches(&memory.by_place, &b->patches, memory.table, b->stride, b->image);
        } else {
            multiply_patches(call, &memory, gradient_of_places(call, b, n, 0));
        }
        kernels->planes_first(&b->window, b->image, to);
    }
    return true;
}
