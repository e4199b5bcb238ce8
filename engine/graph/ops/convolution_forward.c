/* engine/graph/ops/convolution_forward.c -- runs a convolution.
 *
 * As many images at once as a vector has lanes, where the window is small enough that what it sees of them
 * stays in the first caches; else, and for the last few images of a batch, image by image: what the filters
 * see is laid out as columns (c h w, places) and multiplied,  out = W columns.  The columns of one image stay
 * in the cache. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

#include "engine/tensor/blas.h"

bool convolution_is_for_blocks(const struct apply *apply)
{
    enum { VECTOR_BYTES_MAX = 64, SEEN_MAX = 1 << 17, BLOCK_MAX = 1 << 24 };
    const struct window w = convolution_window(apply, &apply->inputs[0]->shape, &apply->inputs[1]->shape);
    const double seen = (double)(w.planes * w.window_height) * (double)(w.window_width + w.step_width);
    const double pixels =
        (double)(w.planes * (w.height + 2 * w.pad_height)) * (double)(w.width + 2 * w.pad_width);
    const double sums = (double)BLOCK_FILTERS_MAX * (double)(w.rows * w.columns);

    return !columns_are_the_image(&w) && seen * VECTOR_BYTES_MAX <= SEEN_MAX &&
           pixels * VECTOR_BYTES_MAX <= BLOCK_MAX && sums * VECTOR_BYTES_MAX <= BLOCK_MAX;
}

/* What pooling adds: as many places again as there are at most, twice. */
static void take_pooled(struct pieces *pieces, const struct apply *apply, const struct window *window,
                        struct forward *memory, int64_t filters, int64_t lanes)
{
    const size_t bytes = dtype_bytes(apply->outputs[0].dtype);
    const struct shape places = shape_of(4, (int64_t)1, (int64_t)1, window->rows, window->columns);
    const struct window pool = pooling_window(apply->attributes.integers + POOLING, &places);

    memory->pooled = take_piece(pieces, 2 * BLOCK_FILTERS_MAX * pool.rows * pool.columns * lanes, bytes);
    memory->places = take_piece(pieces, filters * window->rows * window->columns, bytes);
}

struct forward take_forward(struct pieces *pieces, const struct apply *apply, const struct window *window,
                            const struct shape *filters, int64_t lanes)
{
    const size_t bytes = dtype_bytes(apply->outputs[0].dtype);
    const int64_t elements = window_elements(window), places = window->rows * window->columns;
    struct forward memory = { .columns = NULL };

    if (columns_are_the_image(window))
        return memory;
    memory.columns = take_piece(pieces, elements * places, bytes);
    if (apply->output_count > 1)
        take_pooled(pieces, apply, window, &memory, filters->dims[0], lanes);
    if (!convolution_is_for_blocks(apply))
        return memory;
    memory.block_pixels =
        window->planes * (window->height + 2 * window->pad_height) * (window->width + 2 * window->pad_width);
    memory.block = take_piece(pieces, memory.block_pixels * lanes, bytes);
    memory.table = take_piece(pieces, (filters->dims[0] + BLOCK_FILTERS_MAX) * elements, bytes);
    memory.sums = take_piece(pieces, BLOCK_FILTERS_MAX * places * lanes, bytes);
    memory.offsets = take_piece(pieces, elements, sizeof *memory.offsets);
    return memory;
}

size_t convolution_scratch(const struct apply *apply)
{
    const struct shape *filters = &apply->inputs[1]->shape;
    const struct window window = convolution_window(apply, &apply->inputs[0]->shape, filters);
    struct pieces pieces = { .start = NULL };

    take_forward(&pieces, apply, &window, filters, BLOCK_IMAGES_MAX);
    return pieces.used;
}

/* ---- In blocks ---- */

static void find_offsets(const struct forward *memory, const struct window *w, int64_t lanes)
{
    const int64_t width = w->width + 2 * w->pad_width, height = w->height + 2 * w->pad_height;
    int64_t *offset = memory->offsets;

    for (int64_t c = 0; c < w->planes; c++)
        for (int64_t i = 0; i < w->window_height; i++)
            for (int64_t j = 0; j < w->window_width; j++)
                *offset++ = ((c * height + i) * width + j) * lanes;
}

/* A block with fewer images takes as long as a full one, and columns as long as two thirds of them. */
static bool fills_block(int64_t images, int64_t lanes)
{
    return 3 * images >= 2 * lanes;
}

int64_t run_blocks(const struct call *call, const struct window *window, const struct forward *memory,
                   const struct window *pool)
{
    const struct tensor *image = call->inputs[0], *filters = call->inputs[1], *out = call->outputs[0];
    const int64_t images = image->shape.dims[0], lanes = call->kernels->block_images;
    struct block_convolution block = { .window = *window,
                                       .filters = filters->shape.dims[0],
                                       .elements = window_elements(window),
                                       .offsets = memory->offsets,
                                       .table = memory->table,
                                       .block = memory->block,
                                       .sums = memory->sums,
                                       .pool = pool,
                                       .pooled = memory->pooled };
    int64_t n = 0;

    if (!memory->block || !fills_block(images, lanes))
        return 0;
    find_offsets(memory, window, lanes);
    call->kernels->block_filters(window, block.filters, filters->data, memory->table);
    memset(memory->block, 0, (size_t)(memory->block_pixels * lanes) * dtype_bytes(out->dtype));
    for (; fills_block(images - n, lanes); n += block.images) {
        block.images = images - n < lanes ? images - n : lanes;
        call->kernels->block_of_images(window, block.images,
                                       (const char *)image->data + (size_t)n * example_bytes(image),
                                       memory->block);
        if (pool)
            block.bits = (char *)call->outputs[1]->data + (size_t)n * example_bytes(out);
        call->kernels->block_convolve(&block, (char *)out->data + (size_t)n * example_bytes(out));
    }
    return n;
}

/* ---- Image by image ---- */

static const void *columns_of(const struct call *call, const struct window *window, const void *image,
                              const struct forward *memory)
{
    if (columns_are_the_image(window))
        return image;
    call->kernels->columns(window, image, memory->columns);
    return memory->columns;
}

bool convolution_run(const struct call *call, struct error *err)
{
    const struct tensor *image = call->inputs[0], *filters = call->inputs[1], *out = call->outputs[0];
    const struct window window = convolution_window(call->apply, &image->shape, &filters->shape);
    const struct product product = { .dtype = out->dtype,
                                     .m = filters->shape.dims[0],
                                     .n = window.rows * window.columns,
                                     .k = window_elements(&window) };
    struct pieces pieces = { .start = call->scratch };
    const struct forward memory =
        take_forward(&pieces, call->apply, &window, &filters->shape, call->kernels->block_images);
    const int64_t done = run_blocks(call, &window, &memory, NULL);
    const char *from = (const char *)image->data + (size_t)done * example_bytes(image);
    char *to = (char *)out->data + (size_t)done * example_bytes(out);

    (void)err;
    for (int64_t n = done; n < image->shape.dims[0];
         n++, from += example_bytes(image), to += example_bytes(out))
        blas_product(&product, filters->data, columns_of(call, &window, from, &memory), to);
    return true;
}
