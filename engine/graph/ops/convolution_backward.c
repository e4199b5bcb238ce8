/* engine/graph/ops/convolution_backward.c -- one image of a gradient at a time: see convolution.h.
 *
 * Images lie by pixels, all channels of one side by side: what a filter sees is then a few long lines. */
#include "engine/graph/ops/convolution.h"

/* ---- The gradient of the places ---- */

static bool is_pooled(const struct apply *apply)
{
    return apply->input_count == GRADIENT_OPERANDS;
}

const struct shape *gradient_places(const struct apply *apply, const struct shape *inputs)
{
    return &inputs[is_pooled(apply) ? PLACES : PLACES_GRADIENT];
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

struct backward take_backward(struct pieces *pieces, const struct apply *apply, const struct window *window,
                              int64_t filters)
{
    const struct window *w = window;
    const enum dtype dtype = apply->outputs[0].dtype;
    const size_t bytes = dtype_bytes(dtype);
    struct backward backward = {
        .window = *w, .filters = filters, .places = w->rows * w->columns, .patches = patches_of(w)
    };

    if (is_pooled(apply))
        backward.gradient = take_piece(pieces, filters * backward.places, bytes);
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
    backward.list = take_list(pieces, filters, backward.entries_max + backward.places, dtype);
    return backward;
}

void find_corners(const struct backward *backward)
{
    const struct window *w = &backward->window;
    const int64_t down = w->step_height * (w->width + 2 * w->pad_width), right = w->step_width;

    for (int64_t place = 0; place < backward->places; place++)
        backward->corners[place] = (place / w->columns * down + place % w->columns * right) * w->planes;
}

bool list_gradient(const struct call *call, struct backward *backward, const void *gradient)
{
    return backward->entries_max > 0 &&
           call->kernels->sparse_list(gradient, backward->filters, backward->places, backward->entries_max,
                                      &backward->list);
}
