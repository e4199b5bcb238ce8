/* engine/graph/ops/batch_normalization.c -- channels of images, each with the mean and deviation of its
 * batch: y = (x - mean) / stdev * scale + shift,  stdev = sqrt(variance + epsilon)
 *
 * Shapes: x, y (batch, channels, ...); mean, stdev (1, channels, 1 ...); scale and shift have an element per
 * channel.  Channel by channel, so that what is read of x a second and third time is still in the cache;
 * members of a team share the channels.  Sums over a channel do not depend on who makes them. */
#include "engine/graph/node.h"

#include <math.h>
#include <string.h>

enum { HAS_SCALE, HAS_SHIFT }; /* attributes; epsilon is `real` */
enum operand { IMAGE, FACTORS };
enum result { NORMALISED, MEAN, STDEV };
enum gradient_operand { GRADIENT, LIKE_IMAGE, MEANS, STDEVS, SCALE };
enum gradient_result { IMAGE_GRADIENT, SCALE_GRADIENT, SHIFT_GRADIENT };

/* ---- Shapes and sharing ---- */

static struct shape statistics_of(const struct shape *x)
{
    struct shape shape = *x;

    for (int axis = 0; axis < x->rank; axis++)
        shape.dims[axis] = axis == 1 ? x->dims[1] : 1;
    return shape;
}

static bool normalise_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                            struct error *err)
{
    for (size_t i = FACTORS; i < apply->input_count; i++)
        if (shape_elements(&inputs[i]) != inputs[IMAGE].dims[1])
            return raise_shapes(err, apply->operation->name, &inputs[IMAGE], &inputs[i],
                                "scale and shift have one element per channel");
    outputs[NORMALISED] = inputs[IMAGE];
    outputs[MEAN] = outputs[STDEV] = statistics_of(&inputs[IMAGE]);
    return true;
}

static bool gradient_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                           struct error *err)
{
    (void)apply;
    (void)err;
    outputs[IMAGE_GRADIENT] = inputs[GRADIENT];
    outputs[SCALE_GRADIENT] = outputs[SHIFT_GRADIENT] = inputs[MEANS];
    return true;
}

static struct sharing share_channels(const struct apply *apply, const struct shape *inputs,
                                     const struct shape *outputs)
{
    enum { WORK = 20 };

    (void)apply;
    (void)inputs;
    return (struct sharing){ SHARE_CHANNELS, outputs[0].dims[1], WORK * (double)shape_elements(&outputs[0]) };
}

/* ---- Runs ---- */

static struct channel channel_of(const struct shape *x)
{
    const int64_t inner = x->dims[0] * x->dims[1] > 0 ? shape_elements(x) / (x->dims[0] * x->dims[1]) : 0;

    return (struct channel){ .runs = x->dims[0], .length = inner, .stride = inner * x->dims[1] };
}

static double elements_of(const struct channel *channel)
{
    return (double)channel->runs * (double)channel->length;
}

static void *start_of(const struct tensor *tensor, const struct channel *channel, int64_t number)
{
    return (char *)tensor->data + (size_t)(number * channel->length) * dtype_bytes(tensor->dtype);
}

static bool normalise_run(const struct call *call, struct error *err)
{
    const struct kernels *kernels = call->kernels;
    const struct tensor *x = call->inputs[IMAGE], *const *out = call->outputs;
    const int64_t *has = call->apply->attributes.integers;
    const struct channel channel = channel_of(&x->shape);
    const double count = elements_of(&channel);

    (void)err;
    for (int64_t c = call->partial ? call->begin : 0; c < (call->partial ? call->end : x->shape.dims[1]);
         c++) {
        const void *from = start_of(x, &channel, c);
        const double scale = has[HAS_SCALE] ? tensor_read(call->inputs[FACTORS], c) : 1;
        const double shift = has[HAS_SHIFT] ? tensor_read(call->inputs[FACTORS + has[HAS_SCALE]], c) : 0;
        double mean, stdev;

        tensor_write(out[MEAN], c, kernels->channel_sum(&channel, from) / count);
        mean = tensor_read(out[MEAN], c);
        tensor_write(
            out[STDEV], c,
            sqrt(kernels->channel_squares(&channel, from, mean) / count + call->apply->attributes.real));
        stdev = tensor_read(out[STDEV], c);
        kernels->channel_scale(&channel, from, mean, scale / stdev, shift,
                               start_of(out[NORMALISED], &channel, c));
    }
    return true;
}

/* With z = (x - mean) / stdev:  d scale = sum of dy z,  d shift = sum of dy,
 *     dx = scale / stdev (dy - mean of dy - z mean of dy z) */
static bool gradient_run(const struct call *call, struct error *err)
{
    const struct tensor *const *in = call->inputs, *const *out = call->outputs;
    const struct channel channel = channel_of(&in[GRADIENT]->shape);
    const double count = elements_of(&channel);
    const int64_t end = call->partial ? call->end : in[GRADIENT]->shape.dims[1];

    (void)err;
    for (int64_t c = call->partial ? call->begin : 0; c < end; c++) {
        const void *gradient = start_of(in[GRADIENT], &channel, c),
                   *x = start_of(in[LIKE_IMAGE], &channel, c);
        const double mean = tensor_read(in[MEANS], c), stdev = tensor_read(in[STDEVS], c);
        const double scale = call->apply->input_count > SCALE ? tensor_read(in[SCALE], c) : 1;
        double sums[2], factors[3];

        call->kernels->channel_products(&channel, gradient, x, mean, sums);
        sums[1] /= stdev;
        factors[0] = scale / stdev;
        factors[1] = -factors[0] * sums[1] / count / stdev;
        factors[2] = -factors[0] * sums[0] / count;
        call->kernels->channel_mix(&channel, gradient, x, mean, factors,
                                   start_of(out[IMAGE_GRADIENT], &channel, c));
        tensor_write(out[SHIFT_GRADIENT], c, sums[0]);
        tensor_write(out[SCALE_GRADIENT], c, sums[1]);
    }
    return true;
}

/* ---- The operation and its gradient ---- */

static const struct operation gradient_operation = {
    .name = "gradient of batch normalization",
    .output_count = 3,
    .in_place = true,
    .infer = gradient_infer,
    .run = gradient_run,
    .share = share_channels,
    .whole = 1 << SCALE,
};

/* What comes through the statistics themselves, if anybody uses them: dx = d mean / n, and d stdev (x - mean)
 * / (n stdev). */
static struct node *through_statistics(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                       struct node *sum, struct error *err)
{
    struct node *x = apply->inputs[IMAGE], *mean = &apply->outputs[MEAN], *stdev = &apply->outputs[STDEV];
    struct node *count =
        node_divide(graph, node_element_count(graph, x, err), node_element_count(graph, mean, err), err);

    if (outputs[MEAN])
        sum = node_add(graph, sum, node_divide(graph, outputs[MEAN], count, err), err);
    if (outputs[STDEV])
        sum = node_add(
            graph, sum,
            node_multiply(graph, node_subtract(graph, x, mean, err),
                          node_divide(graph, outputs[STDEV], node_multiply(graph, stdev, count, err), err),
                          err),
            err);
    return sum;
}

static bool normalise_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                               struct node **inputs, struct error *err)
{
    const int64_t *has = apply->attributes.integers;
    struct node *operands[] = { outputs[NORMALISED], apply->inputs[IMAGE], &apply->outputs[MEAN],
                                &apply->outputs[STDEV], has[HAS_SCALE] ? apply->inputs[FACTORS] : NULL };
    const struct application application = { &gradient_operation, operands,
                                             has[HAS_SCALE] ? SCALE + 1 : SCALE, NULL, graph_real(graph) };
    struct apply *gradient;
    size_t next = FACTORS;

    for (size_t i = 0; i < apply->input_count; i++)
        inputs[i] = NULL;
    if (!outputs[NORMALISED]) {
        inputs[IMAGE] = through_statistics(
            graph, apply, outputs, node_fill(graph, node_constant(graph, 0), apply->inputs[IMAGE], err), err);
        return inputs[IMAGE] != NULL;
    }
    gradient = graph_apply(graph, &application, err);
    if (!gradient)
        return false;
    inputs[IMAGE] = through_statistics(graph, apply, outputs, &gradient->outputs[IMAGE_GRADIENT], err);
    for (int which = HAS_SCALE; which <= HAS_SHIFT; which++) {
        if (!has[which])
            continue;
        inputs[next] =
            node_reshape_like(graph, &gradient->outputs[which == HAS_SCALE ? SCALE_GRADIENT : SHIFT_GRADIENT],
                              apply->inputs[next], err);
        if (!inputs[next++])
            return false;
    }
    return inputs[IMAGE] != NULL;
}

static const struct operation operation = {
    .name = "batch normalization",
    .output_count = 3,
    .infer = normalise_infer,
    .run = normalise_run,
    .share = share_channels,
    .whole = 1 << FACTORS | 1 << (FACTORS + 1),
    .gradient = normalise_gradient,
};

/* ---- Constructor ---- */

bool node_batch_normalization(struct graph *graph, struct node *x, struct node *scale, struct node *shift,
                              double epsilon, struct batch_normalised *out, struct error *err)
{
    struct attributes attributes;
    struct node *operands[3];
    struct application application = { &operation, operands, 0, &attributes, graph_real(graph) };
    struct apply *apply;

    memset(&attributes, 0, sizeof attributes);
    attributes.real = epsilon;
    attributes.integers[HAS_SCALE] = scale != NULL;
    attributes.integers[HAS_SHIFT] = shift != NULL;
    operands[application.input_count++] = node_real(graph, x, err);
    if (scale)
        operands[application.input_count++] = node_real(graph, scale, err);
    if (shift)
        operands[application.input_count++] = node_real(graph, shift, err);
    if (operands[IMAGE] && node_rank(operands[IMAGE]) < 2)
        return raise_shapes(err, operation.name, node_shape(operands[IMAGE]), NULL,
                            "images are (batch, channels, ...)");
    apply = graph_apply(graph, &application, err);
    if (!apply)
        return false;
    *out = (struct batch_normalised){ &apply->outputs[NORMALISED], &apply->outputs[MEAN],
                                      &apply->outputs[STDEV] };
    return true;
}
