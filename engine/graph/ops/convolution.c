/* engine/graph/ops/convolution.c -- two-dimensional convolution, true to the name, with flipped filters:
 *     out[n, f, y, x] = sum over c, i, j of
 *         w[f, c, i, j] image[n, c, y s + h - 1 - i - p, x s + w - 1 - j - p]
 * The operations and their gradients; how they run is told in convolution_forward.c, convolution_image.c and
 * convolution_filters.c. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

static bool convolution_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                              struct error *err)
{
    struct window window;

    if (!convolution_filters_fit(apply, &inputs[0], &inputs[1], err))
        return false;
    window = convolution_window(apply, &inputs[0], &inputs[1]);
    outputs[0] = shape_of(4, inputs[0].dims[0], inputs[1].dims[0], window.rows, window.columns);
    return true;
}

/* ---- Sharing: by images, or groups of them ---- */

static double work_of(const struct shape *filters, const struct shape *places)
{
    return 2 * (double)shape_elements(places) *
           (double)(filters->dims[1] * filters->dims[2] * filters->dims[3]);
}

static struct sharing convolution_share(const struct apply *apply, const struct shape *inputs,
                                        const struct shape *outputs)
{
    (void)apply;
    return (struct sharing){ SHARE_ROWS, outputs[0].dims[0], work_of(&inputs[1], &outputs[0]) };
}

static struct sharing image_gradient_share(const struct apply *apply, const struct shape *inputs,
                                           const struct shape *outputs)
{
    const struct shape places = gradient_places(apply, inputs, &outputs[0], &inputs[0]);

    return (struct sharing){ SHARE_ROWS, outputs[0].dims[0], work_of(&inputs[0], &places) };
}

static struct sharing filters_gradient_share(const struct apply *apply, const struct shape *inputs,
                                             const struct shape *outputs)
{
    const int64_t groups = outputs[0].dims[0];
    const struct shape places = gradient_places(apply, inputs, &inputs[0], &inputs[LIKE]);

    return (struct sharing){ SHARE_PARTS, groups > 1 ? groups : outputs[0].dims[1],
                             work_of(&inputs[LIKE], &places) };
}

/* ---- Operations and their gradients: each is linear in both operands ---- */

static bool convolution_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                 struct node **inputs, struct error *err);
static bool transpose_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                               struct node **inputs, struct error *err);

static const struct operation convolution_operation = {
    .name = "convolution",
    .infer = convolution_infer,
    .run = convolution_run,
    .share = convolution_share,
    .whole = 1 << 1,
    .gradient = convolution_gradient,
    .scratch_bytes = convolution_scratch,
};
static const struct operation image_gradient_operation = {
    .name = "gradient of convolution, image",
    .shape_only = 1U << LIKE,
    .infer = image_gradient_infer,
    .run = image_gradient_run,
    .share = image_gradient_share,
    .whole = 1 << LINEAR_OPERAND,
    .scratch_bytes = image_gradient_scratch,
};
static const struct operation transpose_operation = {
    .name = "transposed convolution",
    .infer = transpose_infer,
    .run = image_gradient_run,
    .share = image_gradient_share,
    .whole = 1 << LINEAR_OPERAND,
    .gradient = transpose_gradient,
    .scratch_bytes = image_gradient_scratch,
};
static const struct operation filters_gradient_operation = {
    .name = "gradient of convolution, filters",
    .shape_only = 1U << LIKE,
    .infer = filters_gradient_infer,
    .run = filters_gradient_run,
    .share = filters_gradient_share,
    .scratch_bytes = filters_gradient_scratch,
};

bool node_is_convolution(const struct node *node)
{
    return node->apply && node->apply->operation == &convolution_operation;
}

static struct node *apply_three(struct graph *graph, const struct operation *operation,
                                const struct attributes *attributes, struct node *a, struct node *b,
                                struct node *like, struct error *err)
{
    struct node *const operands[] = { a, b, like };

    return graph_apply_one(graph, operation, operands, like ? 3 : 2, attributes, graph_real(graph), err);
}

/* What comes to the places: their gradient or, with bits, that of what was pooled. */
struct arrival {
    struct node *gradient, *bits;
};

/* A gradient of a convolution, or two; where that of the places comes from max pooling, from before that. */
static struct node *apply_gradient(struct graph *graph, const struct operation *operation,
                                   const struct attributes *attributes, struct node *linear,
                                   const struct arrival *arrival, struct node *like, struct error *err)
{
    struct node *places = arrival->gradient;
    const struct apply *pooling = node_max_pooling_gradient(places);
    struct attributes pooled = *attributes;
    struct node *operands[GRADIENT_OPERANDS] = {
        [LINEAR_OPERAND] = linear, [PLACES_GRADIENT] = places, [LIKE] = like
    };

    if (arrival->bits) {
        operands[BITS] = arrival->bits;
        return graph_apply_one(graph, operation, operands, BITS_OPERANDS, attributes, graph_real(graph), err);
    }
    if (!pooling)
        return apply_three(graph, operation, attributes, linear, places, like, err);
    operands[PLACES_GRADIENT] = pooling->inputs[POOLED_GRADIENT];
    operands[PLACES] = pooling->inputs[POOLED_IMAGE];
    operands[GREATEST] = pooling->inputs[POOLED_GREATEST];
    memcpy(pooled.integers + POOLING, pooling->attributes.integers, POOLING_INTEGERS * sizeof(int64_t));
    return graph_apply_one(graph, operation, operands, GRADIENT_OPERANDS, &pooled, graph_real(graph), err);
}

/* The sums over groups of images, added up. */
static struct node *filters_gradient(struct graph *graph, const struct attributes *attributes,
                                     struct node *image, const struct arrival *places, struct node *filters,
                                     struct error *err)
{
    enum { GROUPS = 8, ELEMENTS_MAX = 1 << 18 };
    struct attributes grouped = *attributes;
    struct node *sums;

    grouped.integers[IMAGE_GROUPS] = shape_elements(&filters->shape) <= ELEMENTS_MAX ? GROUPS : 1;
    sums = apply_gradient(graph, &filters_gradient_operation, &grouped, image, places, filters, err);
    return sums ? node_reduce(graph, REDUCE_SUM, sums, (const int[]){ 0 }, 1, false, err) : NULL;
}

bool convolution_gradients(struct graph *graph, const struct attributes *attributes,
                           struct node *const *operands, struct node *gradient, struct node *bits,
                           struct node **out_gradients, struct error *err)
{
    struct node *image = operands[0], *filters = operands[1];
    const struct arrival arrival = { gradient, bits };

    out_gradients[0] =
        apply_gradient(graph, &image_gradient_operation, attributes, filters, &arrival, image, err);
    out_gradients[1] = filters_gradient(graph, attributes, image, &arrival, filters, err);
    return out_gradients[0] && out_gradients[1];
}

static bool convolution_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                 struct node **inputs, struct error *err)
{
    return convolution_gradients(graph, &apply->attributes, apply->inputs, outputs[0], NULL, inputs, err);
}

static bool transpose_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                               struct node **inputs, struct error *err)
{
    struct node *filters = apply->inputs[0];
    const struct arrival places = { apply->inputs[1], NULL };

    inputs[0] = filters_gradient(graph, &apply->attributes, outputs[0], &places, filters, err);
    inputs[1] =
        apply_three(graph, &convolution_operation, &apply->attributes, outputs[0], filters, NULL, err);
    return inputs[0] && inputs[1];
}

/* ---- Constructors ---- */

static bool operands_are_images(struct graph *graph, const char *name, struct node **image,
                                struct node **filters, struct error *err)
{
    *image = node_real(graph, *image, err);
    *filters = *image ? node_real(graph, *filters, err) : NULL;
    if (!*filters)
        return false;
    if ((*image)->shape.rank != 4 || (*filters)->shape.rank != 4)
        return raise_shapes(err, name, &(*image)->shape, &(*filters)->shape,
                            "images are (batch, channels, height, width), filters (filters, channels, "
                            "height, width)");
    return true;
}

static struct attributes attributes_of(const struct image_steps *steps)
{
    struct attributes attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.integers[PAD_HEIGHT] = steps->pad_height;
    attributes.integers[PAD_WIDTH] = steps->pad_width;
    attributes.integers[STEP_HEIGHT] = steps->step_height;
    attributes.integers[STEP_WIDTH] = steps->step_width;
    return attributes;
}

struct node *node_convolution(struct graph *graph, struct node *image, struct node *filters,
                              const struct image_steps *steps, struct error *err)
{
    const struct attributes attributes = attributes_of(steps);

    if (!operands_are_images(graph, "convolution", &image, &filters, err))
        return NULL;
    return apply_three(graph, &convolution_operation, &attributes, image, filters, NULL, err);
}

struct node *node_transposed_convolution(struct graph *graph, struct node *places, struct node *filters,
                                         const struct image_steps *steps, int64_t height, int64_t width,
                                         struct error *err)
{
    struct attributes attributes = attributes_of(steps);

    attributes.integers[IMAGE_HEIGHT] = height;
    attributes.integers[IMAGE_WIDTH] = width;
    if (!operands_are_images(graph, "transposed convolution", &places, &filters, err))
        return NULL;
    return apply_three(graph, &transpose_operation, &attributes, filters, places, NULL, err);
}
