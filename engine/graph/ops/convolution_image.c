/* engine/graph/ops/convolution_image.c -- the gradient of a convolution's image, and what a transposed
 * convolution does:  d columns (c h w, places) = W' d out,  which is added back into the image.
 *
 * Where most of d out is zero, as it is behind max pooling and rectifiers, the rest is multiplied one by one:
 * every place adds some filters to the patch of the image that it saw. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

#include "engine/tensor/blas.h"

struct memory {
    struct window window;
    int64_t filters, places;
    void *columns, *table, *image, *gradient;
    int64_t *offsets;
    int64_t image_elements, stride; /* stride: of the table, in elements */
    struct patches patches;
    struct sparse list, by_place;
};

static int64_t entries_max(const struct memory *memory)
{
    /* A filter of the table is wider than it has to be, and the loops over it are short. */
    return (int64_t)((double)(memory->filters * memory->places) *
                     ((double)window_elements(&memory->window) / (double)memory->stride) / 2);
}

static struct patches patches_of(const struct window *window)
{
    const int64_t run = patch_run(window), runs_of_row = (window->window_width + run - 1) / run;
    const int64_t runs = window->planes * window->window_height * runs_of_row, unit = SPARSE_UNIT / run;

    return (struct patches){
        .rows = window->rows,
        .columns = window->columns,
        .row_step = window->step_height * (window->width + 2 * window->pad_width),
        .column_step = window->step_width,
        .run = run,
        .runs = (runs + unit - 1) / unit * unit,
    };
}

/* Where the runs lie; those that only fill up add zeros to the corner. */
static void find_offsets(const struct memory *memory)
{
    const struct window *w = &memory->window;
    const int64_t width = w->width + 2 * w->pad_width, height = w->height + 2 * w->pad_height;
    int64_t run = 0;

    for (int64_t c = 0; c < w->planes; c++)
        for (int64_t i = 0; i < w->window_height; i++)
            for (int64_t j = 0; j < w->window_width; j += memory->patches.run)
                memory->offsets[run++] = (c * height + i) * width + j;
    for (; run < memory->patches.runs; run++)
        memory->offsets[run] = 0;
}

static struct memory memory_of(struct pieces *pieces, const struct apply *apply, const struct window *window,
                               int64_t filters)
{
    const enum dtype dtype = apply->outputs[0].dtype;
    const size_t bytes = dtype_bytes(dtype);
    struct memory memory = { .window = *window,
                             .filters = filters,
                             .places = window->rows * window->columns,
                             .patches = patches_of(window) };

    memory.gradient = take_piece(pieces, gradient_elements(apply, filters, memory.places), bytes);
    if (columns_are_the_image(window))
        return memory;
    memory.stride = memory.patches.runs * memory.patches.run;
    memory.image_elements =
        window->planes * (window->height + 2 * window->pad_height) * (window->width + 2 * window->pad_width) +
        SPARSE_UNIT;
    memory.columns = take_piece(pieces, window_elements(window) * memory.places, bytes);
    memory.table = take_piece(pieces, filters * memory.stride, bytes);
    memory.image = take_piece(pieces, memory.image_elements, bytes);
    memory.offsets = take_piece(pieces, memory.patches.runs, sizeof *memory.offsets);
    memory.list = take_list(pieces, filters, entries_max(&memory) + memory.places, dtype);
    memory.by_place = take_list(pieces, memory.places, entries_max(&memory), dtype);
    memory.patches.offsets = memory.offsets;
    return memory;
}

size_t image_gradient_scratch(const struct apply *apply)
{
    const struct shape *filters = &apply->inputs[0]->shape;
    const struct window window = convolution_window(apply, &apply->outputs[0].shape, filters);
    struct pieces pieces = { .start = NULL };

    memory_of(&pieces, apply, &window, filters->dims[0]);
    return pieces.used;
}

/* False when too much of the gradient is not zero. */
static bool add_entries(const struct call *call, struct memory *memory, const void *gradient, void *to)
{
    const struct kernels *kernels = call->kernels;

    if (!kernels->sparse_list(gradient, memory->filters, memory->places, entries_max(memory), &memory->list))
        return false;
    kernels->sparse_transpose(&memory->list, memory->filters, memory->places, &memory->by_place);
    memset(memory->image, 0, (size_t)memory->image_elements * dtype_bytes(call->outputs[0]->dtype));
    kernels->sparse_add_patches(&memory->by_place, &memory->patches, memory->table, memory->stride,
                                memory->image);
    kernels->crop(&memory->window, memory->image, to);
    return true;
}

bool image_gradient_run(const struct call *call, struct error *err)
{
    const struct tensor *filters = call->inputs[LINEAR_OPERAND], *image = call->outputs[0];
    const struct window window = convolution_window(call->apply, &image->shape, &filters->shape);
    struct pieces pieces = { .start = call->scratch };
    struct memory memory = memory_of(&pieces, call->apply, &window, filters->shape.dims[0]);
    const struct product product = { .dtype = image->dtype,
                                     .transpose_a = true,
                                     .m = window_elements(&window),
                                     .n = memory.places,
                                     .k = memory.filters };
    bool sparse = !columns_are_the_image(&window) && memory.filters * memory.places <= INT32_MAX;
    char *to = image->data;

    (void)err;
    if (sparse) {
        find_offsets(&memory);
        call->kernels->filters_to_table(&window, memory.filters, filters->data, memory.table, memory.stride);
    }
    for (int64_t n = 0; n < image->shape.dims[0]; n++, to += example_bytes(image)) {
        const void *gradient = gradient_of_places(call, n, 0, memory.filters, memory.gradient);

        /* Once most is not zero, nobody looks any more. */
        sparse = sparse && add_entries(call, &memory, gradient, to);
        if (sparse)
            continue;
        if (columns_are_the_image(&window)) {
            blas_product(&product, filters->data, gradient, to);
            continue;
        }
        blas_product(&product, filters->data, gradient, memory.columns);
        call->kernels->add_columns(&window, memory.columns, to);
    }
    return true;
}
