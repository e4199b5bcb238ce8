/* engine/graph/ops/pooling.c -- the greatest or the mean of what a window sees at each of its places. */
#include "engine/graph/ops/pooling.h"

#include <string.h>

enum {
    WINDOW_HEIGHT,
    WINDOW_WIDTH,
    STEP_HEIGHT,
    STEP_WIDTH,
    PAD_HEIGHT,
    PAD_WIDTH,
    IGNORE_BORDER,
    INCLUDE_PADDING /* the last of POOLING_INTEGERS */
};

int64_t pooling_places(int64_t extent, int64_t window, int64_t step, int64_t pad, bool ignore_border)
{
    if (ignore_border)
        return extent + 2 * pad < window ? 0 : (extent + 2 * pad - window) / step + 1;
    if (extent == 0)
        return 0;
    if (step >= window)
        return (extent - 1) / step + 1;
    return extent - 1 - window + step < 0 ? 1 : (extent - 1 - window + step) / step + 1;
}

struct window pooling_window(const int64_t integers[POOLING_INTEGERS], const struct shape *image)
{
    struct window window = {
        .planes = image->dims[0] * image->dims[1],
        .height = image->dims[2],
        .width = image->dims[3],
        .window_height = integers[WINDOW_HEIGHT],
        .window_width = integers[WINDOW_WIDTH],
        .step_height = integers[STEP_HEIGHT],
        .step_width = integers[STEP_WIDTH],
        .pad_height = integers[PAD_HEIGHT],
        .pad_width = integers[PAD_WIDTH],
    };

    window.rows = pooling_places(window.height, window.window_height, window.step_height, window.pad_height,
                                 integers[IGNORE_BORDER]);
    window.columns = pooling_places(window.width, window.window_width, window.step_width, window.pad_width,
                                    integers[IGNORE_BORDER]);
    return window;
}

static struct window window_of(const struct apply *apply, const struct shape *image)
{
    return pooling_window(apply->attributes.integers, image);
}

static bool pooling_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                          struct error *err)
{
    const struct window window = window_of(apply, &inputs[0]);

    if (window.rows < 1 || window.columns < 1)
        return raise_shapes(err, apply->operation->name, &inputs[0], NULL,
                            "a window of %lld by %lld does not fit into the image",
                            (long long)window.window_height, (long long)window.window_width);
    outputs[0] = inputs[0];
    outputs[0].dims[2] = window.rows;
    outputs[0].dims[3] = window.columns;
    return true;
}

static bool max_run(const struct call *call, struct error *err)
{
    const struct window window = window_of(call->apply, &call->inputs[0]->shape);

    (void)err;
    call->kernels->pool_max(&window, call->inputs[0]->data, call->outputs[0]->data);
    return true;
}

/* x, its greatest, their gradient */
static bool max_gradient_run(const struct call *call, struct error *err)
{
    const struct window window = window_of(call->apply, &call->inputs[0]->shape);

    (void)err;
    call->kernels->pool_max_gradient(&window, call->inputs[0]->data, call->inputs[1]->data,
                                     call->inputs[2]->data, call->outputs[0]->data);
    return true;
}

static bool mean_run(const struct call *call, struct error *err)
{
    const struct window window = window_of(call->apply, &call->inputs[0]->shape);

    (void)err;
    call->kernels->pool_mean(&window, call->apply->attributes.integers[INCLUDE_PADDING],
                             call->inputs[0]->data, call->outputs[0]->data);
    return true;
}

/* x for its shape, the gradient of the means */
static bool mean_gradient_run(const struct call *call, struct error *err)
{
    const struct window window = window_of(call->apply, &call->inputs[0]->shape);

    (void)err;
    call->kernels->pool_mean_gradient(&window, call->apply->attributes.integers[INCLUDE_PADDING],
                                      call->inputs[1]->data, call->scratch, call->outputs[0]->data);
    return true;
}

static size_t mean_gradient_scratch(const struct apply *apply)
{
    const int64_t *dims = apply->inputs[1]->shape.dims;

    return (size_t)(dims[2] * dims[3]) * dtype_bytes(apply->outputs[0].dtype);
}

static const struct operation max_gradient_operation = {
    .name = "gradient of max pooling",
    .infer = infer_same,
    .run = max_gradient_run,
    .share = share_rows,
};
static const struct operation mean_gradient_operation = {
    .name = "gradient of average pooling",
    .shape_only = 1,
    .infer = infer_same,
    .run = mean_gradient_run,
    .share = share_rows,
    .scratch_bytes = mean_gradient_scratch,
};

const struct apply *node_max_pooling_gradient(const struct node *node)
{
    return node->apply && node->apply->operation == &max_gradient_operation ? node->apply : NULL;
}

static bool max_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                         struct node **inputs, struct error *err)
{
    struct node *const operands[] = { apply->inputs[0], &apply->outputs[0], outputs[0] };

    inputs[0] = graph_apply_one(graph, &max_gradient_operation, operands, 3, &apply->attributes,
                                graph_real(graph), err);
    return inputs[0] != NULL;
}

static bool mean_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                          struct node **inputs, struct error *err)
{
    struct node *const operands[] = { apply->inputs[0], outputs[0] };

    inputs[0] = graph_apply_one(graph, &mean_gradient_operation, operands, 2, &apply->attributes,
                                graph_real(graph), err);
    return inputs[0] != NULL;
}

static const struct operation operations[] = {
    [POOLING_MAX] = { .name = "max pooling",
                      .infer = pooling_infer,
                      .run = max_run,
                      .share = share_rows,
                      .gradient = max_gradient },
    [POOLING_AVERAGE] = { .name = "average pooling",
                          .infer = pooling_infer,
                          .run = mean_run,
                          .share = share_rows,
                          .gradient = mean_gradient },
};

/* ---- Constructor ---- */

static struct node *pool(struct graph *graph, enum pooling_kind kind, struct node *image,
                         const struct attributes *attributes, struct error *err)
{
    if (image && kind == POOLING_MAX && node_pools_at_once(image, attributes->integers))
        return node_pooled_convolution(graph, image, attributes->integers, err);
    return graph_apply_one(graph, &operations[kind], &image, 1, attributes, graph_real(graph), err);
}

/* Functions that never fall: the greatest of their results is the result of the greatest. */
static bool never_falls(const struct apply *apply)
{
    switch (apply->operation->kernel) {
    case KERNEL_exp:
    case KERNEL_tanh:
    case KERNEL_logistic:
    case KERNEL_rectifier:
    case KERNEL_softplus:
        return true;
    case KERNEL_leaky_rectifier:
        return apply->attributes.real >= 0;
    default:
        return false;
    }
}

/* Whether x adds the same to all pixels of a channel. */
static bool is_bias(const struct node *x, const struct node *image)
{
    return x->shape.rank == 4 && x->shape.dims[2] == 1 && x->shape.dims[3] == 1 && x->shape.dims[0] == 1 &&
           x->shape.dims[1] == image->shape.dims[1];
}

/* The greatest first and biases and activations afterwards, on what is left: the same numbers and gradients,
 * and where a rectifier's zeros tie, its slope is that of the greatest as well. */
static struct node *pool_max_first(struct graph *graph, struct node *image,
                                   const struct attributes *attributes, struct error *err)
{
    const struct apply *apply = image->apply;

    if (!apply || apply->operation->kind != OPERATION_ELEMENTWISE)
        return pool(graph, POOLING_MAX, image, attributes, err);
    if (apply->input_count == 1 && never_falls(apply))
        return node_kernel_unary(graph, (enum kernel_unary)apply->operation->kernel,
                                 pool_max_first(graph, apply->inputs[0], attributes, err),
                                 apply->attributes.real, err);
    if (apply->input_count == 2 && apply->operation->kernel == KERNEL_add &&
        shape_equal(&apply->inputs[0]->shape, &image->shape) && is_bias(apply->inputs[1], image))
        return node_add(graph, pool_max_first(graph, apply->inputs[0], attributes, err), apply->inputs[1],
                        err);
    return pool(graph, POOLING_MAX, image, attributes, err);
}

struct node *node_pooling(struct graph *graph, enum pooling_kind kind, struct node *image,
                          const struct pooling *pooling, struct error *err)
{
    struct attributes attributes;

    image = node_real(graph, image, err);
    if (!image)
        return NULL;
    if (image->shape.rank != 4) {
        raise_shapes(err, operations[kind].name, &image->shape, NULL,
                     "images are (batch, channels, height, width)");
        return NULL;
    }
    memset(&attributes, 0, sizeof attributes);
    attributes.integers[WINDOW_HEIGHT] = pooling->height;
    attributes.integers[WINDOW_WIDTH] = pooling->width;
    attributes.integers[STEP_HEIGHT] = pooling->steps.step_height;
    attributes.integers[STEP_WIDTH] = pooling->steps.step_width;
    attributes.integers[PAD_HEIGHT] = pooling->steps.pad_height;
    attributes.integers[PAD_WIDTH] = pooling->steps.pad_width;
    attributes.integers[IGNORE_BORDER] = pooling->ignore_border;
    attributes.integers[INCLUDE_PADDING] = pooling->include_padding;
    return kind == POOLING_MAX ? pool_max_first(graph, image, &attributes, err)
                               : pool(graph, kind, image, &attributes, err);
}
