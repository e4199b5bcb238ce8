/* engine/graph/ops/convolution_pooled.c -- a convolution and the max pooling behind it as one operation.
 *
 * Where images are convolved in blocks, the sums of some filters are pooled while they are in the cache and
 * never go to memory: results are the greatest of each window and bits that say which they are, which is all
 * that the gradients need.  Where somebody else reads the sums as well, they are made by the convolution
 * alone and pooled afterwards. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

#include "engine/tensor/blas.h"

enum { GREATEST_RESULT, BITS_RESULT };
enum { IMAGE, FILTERS, CONVOLUTION, POOLED_OPERANDS }; /* the convolution only by its shape */

static struct window pool_of(const struct apply *apply, const struct window *window, int64_t planes)
{
    const struct shape places = shape_of(4, (int64_t)1, planes, window->rows, window->columns);

    return pooling_window(apply->attributes.integers + POOLING, &places);
}

static bool pooled_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                         struct error *err)
{
    struct window window, pool;

    if (!convolution_filters_fit(apply, &inputs[0], &inputs[1], err))
        return false;
    window = convolution_window(apply, &inputs[0], &inputs[1]);
    pool = pool_of(apply, &window, inputs[1].dims[0]);
    if (pool.rows < 1 || pool.columns < 1)
        return raise_shapes(err, apply->operation->name, &inputs[0], &inputs[1],
                            "a window of %lld by %lld does not fit into %lld by %lld places",
                            (long long)pool.window_height, (long long)pool.window_width,
                            (long long)window.rows, (long long)window.columns);
    outputs[0] = outputs[1] = shape_of(4, inputs[0].dims[0], inputs[1].dims[0], pool.rows, pool.columns);
    return true;
}

static struct sharing pooled_share(const struct apply *apply, const struct shape *inputs,
                                   const struct shape *outputs)
{
    const struct window window = convolution_window(apply, &inputs[0], &inputs[1]);

    return (struct sharing){ SHARE_ROWS, outputs[0].dims[0],
                             2 * (double)(outputs[0].dims[0] * outputs[0].dims[1]) *
                                 (double)(window.rows * window.columns * window_elements(&window)) };
}

static size_t pooled_scratch(const struct apply *apply)
{
    const struct window window =
        convolution_window(apply, &apply->inputs[0]->shape, &apply->inputs[1]->shape);
    struct pieces pieces = { .start = NULL };

    take_forward(&pieces, apply, &window, &apply->inputs[1]->shape, BLOCK_IMAGES_MAX);
    return pieces.used;
}

/* The places of image n. */
static void pool_places(const struct call *call, const struct window *pool, const void *places, int64_t n)
{
    const struct tensor *greatest = call->outputs[GREATEST_RESULT], *bits = call->outputs[BITS_RESULT];
    char *to = (char *)greatest->data + (size_t)n * example_bytes(greatest);

    call->kernels->pool_max(pool, places, to);
    call->kernels->pool_bits(pool, places, to, (char *)bits->data + (size_t)n * example_bytes(bits));
}

/* The last images of a batch, one by one. */
static void pool_images(const struct call *call, const struct window *window, const struct forward *memory,
                        int64_t first)
{
    const struct tensor *image = call->inputs[0], *filters = call->inputs[1];
    const struct window pool = pool_of(call->apply, window, filters->shape.dims[0]);
    const struct product product = { .dtype = call->outputs[GREATEST_RESULT]->dtype,
                                     .m = filters->shape.dims[0],
                                     .n = window->rows * window->columns,
                                     .k = window_elements(window) };

    for (int64_t n = first; n < image->shape.dims[0]; n++) {
        call->kernels->columns(window, (const char *)image->data + (size_t)n * example_bytes(image),
                               memory->columns);
        blas_product(&product, filters->data, memory->columns, memory->places);
        pool_places(call, &pool, memory->places, n);
    }
}

static bool pooled_run(const struct call *call, struct error *err)
{
    const struct tensor *filters = call->inputs[1];
    const struct window window = convolution_window(call->apply, &call->inputs[0]->shape, &filters->shape);
    const struct window pool = pool_of(call->apply, &window, 1);
    struct pieces pieces = { .start = call->scratch };
    const struct forward memory =
        take_forward(&pieces, call->apply, &window, &filters->shape, call->kernels->block_images);

    (void)err;
    pool_images(call, &window, &memory, run_blocks(call, &window, &memory, &pool));
    return true;
}

static bool pooled_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                            struct node **inputs, struct error *err)
{
    if (outputs[GREATEST_RESULT])
        return convolution_gradients(graph, &apply->attributes, apply->inputs, outputs[GREATEST_RESULT],
                                     &apply->outputs[BITS_RESULT], inputs, err);
    inputs[0] = inputs[1] = NULL;
    return true;
}

/* ---- Of a convolution that is there ---- */

static bool rest_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                       struct error *err)
{
    const struct window pool = pooling_window(apply->attributes.integers + POOLING, &inputs[0]);

    (void)err;
    outputs[0] = outputs[1] = shape_of(4, inputs[0].dims[0], inputs[0].dims[1], pool.rows, pool.columns);
    return true;
}

static bool rest_run(const struct call *call, struct error *err)
{
    const struct tensor *places = call->inputs[0];
    const int64_t *dims = places->shape.dims;
    const struct shape one = shape_of(4, (int64_t)1, dims[1], dims[2], dims[3]);
    const struct window pool = pooling_window(call->apply->attributes.integers + POOLING, &one);

    (void)err;
    for (int64_t n = 0; n < dims[0]; n++)
        pool_places(call, &pool, (const char *)places->data + (size_t)n * example_bytes(places), n);
    return true;
}

static const struct operation rest_operation = {
    .name = "max pooling of a convolution",
    .output_count = 2,
    .infer = rest_infer,
    .run = rest_run,
    .share = share_rows,
};

/* ---- */

static const struct operation pooled_operation = {
    .name = "convolution with max pooling",
    .shape_only = 1 << CONVOLUTION,
    .rest = &rest_operation,
    .output_count = 2,
    .infer = pooled_infer,
    .run = pooled_run,
    .share = pooled_share,
    .whole = 1 << FILTERS,
    .gradient = pooled_gradient,
    .scratch_bytes = pooled_scratch,
};

bool node_pools_at_once(const struct node *node, const int64_t pooling[POOLING_INTEGERS])
{
    struct window pool;

    if (!node_is_convolution(node) || !convolution_is_for_blocks(node->apply))
        return false;
    pool = pooling_window(pooling, &node->shape);
    return pool.window_height <= POOL_ELEMENTS_MAX && pool.window_width <= POOL_ELEMENTS_MAX &&
           pool.window_height * pool.window_width <= POOL_ELEMENTS_MAX && pool.rows > 0 && pool.columns > 0;
}

struct node *node_pooled_convolution(struct graph *graph, struct node *convolution,
                                     const int64_t pooling[POOLING_INTEGERS], struct error *err)
{
    struct attributes attributes = convolution->apply->attributes;
    struct node *const *const of = convolution->apply->inputs;
    struct node *const operands[] = {
        [IMAGE] = of[IMAGE], [FILTERS] = of[FILTERS], [CONVOLUTION] = convolution
    };

    memcpy(attributes.integers + POOLING, pooling, POOLING_INTEGERS * sizeof *pooling);
    return graph_apply_one(graph, &pooled_operation, operands, POOLED_OPERANDS, &attributes,
                           graph_real(graph), err);
}
