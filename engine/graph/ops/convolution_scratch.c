/* engine/graph/ops/convolution_scratch.c -- memory of convolutions, and the gradient of places in it: see
 * convolution.h. */
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

int64_t gradient_elements(const struct apply *apply, int64_t filters, int64_t places)
{
    return is_pooled(apply) ? filters * places : 0;
}

/* The filters of one example, from `first` on. */
static const char *planes_of(const struct tensor *tensor, int64_t n, int64_t first)
{
    const int64_t *dims = tensor->shape.dims;

    return (const char *)tensor->data + (size_t)n * example_bytes(tensor) +
           (size_t)(first * dims[2] * dims[3]) * dtype_bytes(tensor->dtype);
}

const void *gradient_of_places(const struct call *call, int64_t n, int64_t first, int64_t count, void *memory)
{
    const struct tensor *const *inputs = call->inputs;
    struct window window;

    if (!is_pooled(call->apply))
        return planes_of(inputs[PLACES_GRADIENT], n, first);
    window = pooling_window(call->apply->attributes.integers + POOLING, &inputs[PLACES]->shape);
    window.planes = count;
    call->kernels->pool_max_gradient(&window, planes_of(inputs[PLACES], n, first),
                                     planes_of(inputs[GREATEST], n, first),
                                     planes_of(inputs[PLACES_GRADIENT], n, first), memory);
    return memory;
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
