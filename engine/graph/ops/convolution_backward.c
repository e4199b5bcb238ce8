/* engine/graph/ops/convolution_backward.c -- one image of a gradient at a time: see convolution.h.
 *
 * Images lie by pixels, all channels of one side by side: what a filter sees is then a few long lines. */
#include "engine/graph/ops/convolution.h"

/* ---- The gradient of the places ---- */

static bool is_pooled(const struct apply *apply)
{
    return apply->input_count == GRADIENT_OPERANDS;
}

static bool has_bits(const struct apply *apply)
{
    return apply->input_count == BITS_OPERANDS;
}

struct shape gradient_places(const struct apply *apply, const struct shape *inputs, const struct shape *image,
                             const struct shape *filters)
{
    struct shape places = inputs[is_pooled(apply) ? PLACES : PLACES_GRADIENT];

    if (has_bits(apply)) {
        const struct window window = convolution_window(apply, image, filters);

        places.dims[2] = window.rows;
        places.dims[3] = window.columns;
    }
    return places;
}

/* The filters of one example, from `first` on. */
static const char *planes_of(const struct tensor *tensor, int64_t n, int64_t first)
{
    const int64_t *dims = tensor->shape.dims;

    return (const char *)tensor->data + (size_t)n * example_bytes(tensor) +
           (size_t)(first * dims[2] * dims[3]) * dtype_bytes(tensor->dtype);
}

const void *gradient_of_places(const struct call *call, const struct backward *backward, int64_t n,
                               int64_t first)
{
    const struct tensor *const *inputs = call->inputs;
    struct window window;

    if (has_bits(call->apply)) {
        call->kernels->unpool(&backward->pool, planes_of(inputs[PLACES_GRADIENT], n, first),
                              planes_of(inputs[BITS], n, first), backward->gradient);
        return backward->gradient;
    }
    if (!is_pooled(call->apply))
        return planes_of(inputs[PLACES_GRADIENT], n, first);
    window = pooling_window(call->apply->attributes.integers + POOLING, &inputs[PLACES]->shape);
    window.planes = backward->filters;
    call->kernels->pool_max_gradient(&window, planes_of(inputs[PLACES], n, first),
                                     planes_of(inputs[GREATEST], n, first),
                                     planes_of(inputs[PLACES_GRADIENT], n, first), backward->gradient);
    return backward->gradient;
}

/* ---- Pieces of scratch ---- */

void *take_piece(struct pieces *pieces, int64_t count, size_t bytes)
{
    enum { ALIGNMENT_BYTES = 64 };
    void *piece = pieces->start ? pieces->start + pieces->used : NULL;

    pieces->used += ((size_t)count * bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    return piece;
}

struct sparse take_list(struct pieces *pieces, int64_t rows, int64_t entries, enum dtype dtype)
{
    struct sparse list;

    list.starts = take_piece(pieces, rows + 1, sizeof *list.starts);
    list.columns = take_piece(pieces, entries + SPARSE_UNIT, sizeof *list.columns);
    list.values = take_piece(pieces, entries + SPARSE_UNIT, dtype_bytes(dtype));
    return list;
}

/* ---- Patches ---- */

static int64_t rounded_up(int64_t count, int64_t unit)
{
    return (count + unit - 1) / unit * unit;
}

static struct patches patches_of(const struct window *w)
{
    const int64_t width = w->window_width * w->planes;

    return (struct patches){
        .places = w->rows * w->columns,
        .lines = w->window_height,
        .width = width,
        .room = rounded_up(width, SPARSE_UNIT),
        .line_step = (w->width + 2 * w->pad_width) * w->planes,
    };
}

static void take_unpooling(struct pieces *pieces, const struct apply *apply, struct backward *b)
{
    const struct shape places = shape_of(4, (int64_t)1, b->filters, b->window.rows, b->window.columns);

    b->pool = pooling_window(apply->attributes.integers + POOLING, &places);
    b->unpooling = (struct unpooling){ .planes = b->filters, .places = b->pool.rows * b->pool.columns };
    b->pool_corners = take_piece(pieces, b->unpooling.places, sizeof *b->pool_corners);
    b->unpooling.corners = b->pool_corners;
    for (int64_t k = 0; k < b->pool.window_height * b->pool.window_width; k++)
        b->unpooling.offsets[k] =
            (int32_t)(k / b->pool.window_width * b->pool.width + k % b->pool.window_width);
}

struct backward take_backward(struct pieces *pieces, const struct apply *apply, const struct window *window,
                              int64_t filters)
{
    const struct window *w = window;
    const enum dtype dtype = apply->outputs[0].dtype;
    const size_t bytes = dtype_bytes(dtype);
    struct backward backward = {
        .window = *w, .filters = filters, .places = w->rows * w->columns, .patches = patches_of(w)
    };

    if (is_pooled(apply) || has_bits(apply))
        backward.gradient = take_piece(pieces, filters * backward.places, bytes);
    if (has_bits(apply))
        take_unpooling(pieces, apply, &backward);
    if (columns_are_the_image(w))
        return backward;
    backward.image_elements =
        w->planes * (w->height + 2 * w->pad_height) * (w->width + 2 * w->pad_width) + SPARSE_UNIT;
    backward.image = take_piece(pieces, backward.image_elements, bytes);
    backward.corners = take_piece(pieces, backward.places, sizeof *backward.corners);
    backward.patches.corners = backward.corners;
    /* An odd number of units, so that rows do not meet in the same sets of the cache. */
    backward.stride = (backward.patches.lines * backward.patches.room / SPARSE_UNIT | 1) * SPARSE_UNIT;
    /* From half of what there is on, products of everything are faster. */
    backward.entries_max = filters * backward.places <= INT32_MAX ? filters * backward.places / 2 : 0;
    backward.list = take_list(
        pieces, filters, backward.entries_max + backward.places + POOL_ELEMENTS_MAX * SPARSE_UNIT, dtype);
    return backward;
}

static int32_t corner_of(const struct window *pool, int64_t place)
{
    const int64_t y = place / pool->columns * pool->step_height - pool->pad_height;
    const int64_t x = place % pool->columns * pool->step_width - pool->pad_width;

    return (int32_t)(y * pool->width + x);
}

void find_corners(const struct backward *backward)
{
    const struct window *w = &backward->window;
    const int64_t down = w->step_height * (w->width + 2 * w->pad_width), right = w->step_width;

    for (int64_t place = 0; place < backward->places; place++)
        backward->corners[place] = (place / w->columns * down + place % w->columns * right) * w->planes;
    for (int64_t place = 0; place < backward->unpooling.places; place++)
        backward->pool_corners[place] = corner_of(&backward->pool, place);
}

bool list_gradient(const struct call *call, struct backward *b, int64_t n, int64_t first)
{
    if (b->entries_max == 0)
        return false;
    if (has_bits(call->apply))
        return call->kernels->sparse_list_pooled(
            &b->unpooling, planes_of(call->inputs[PLACES_GRADIENT], n, first),
            planes_of(call->inputs[BITS], n, first), b->entries_max, &b->list);
    return call->kernels->sparse_list(gradient_of_places(call, b, n, first), b->filters, b->places,
                                      b->entries_max, &b->list);
}
