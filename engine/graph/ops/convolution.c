/* engine/graph/ops/convolution.c -- two-dimensional convolution, true to the name, with flipped filters:
 *     out[n, f, y, x] = sum over c, i, j of
 *         w[f, c, i, j] image[n, c, y s + h - 1 - i - p, x s + w - 1 - j - p]
 * Image by image, what the filters see is laid out as columns (c h w, places) and multiplied:
 *     out = W columns,  d W += d out columns',  d columns = W' d out, which is added back into the image.
 * The columns of one image stay in the cache.  Sums over images run in their order. */
#include "engine/graph/ops/convolution.h"

#include <string.h>

#include "engine/tensor/blas.h"

/* ---- Shapes: image (n, c, H, W), filters (f, c, h, w), places (n, f, rows, columns) ---- */

struct window convolution_window(const struct apply *apply, const struct shape *image,
                                 const struct shape *filters)
{
    const int64_t *integers = apply->attributes.integers;

    return (struct window){
        .planes = filters->dims[1],
        .height = image->dims[2],
        .width = image->dims[3],
        .window_height = filters->dims[2],
        .window_width = filters->dims[3],
        .step_height = integers[STEP_HEIGHT],
        .step_width = integers[STEP_WIDTH],
        .pad_height = integers[PAD_HEIGHT],
        .pad_width = integers[PAD_WIDTH],
        .rows = (image->dims[2] + 2 * integers[PAD_HEIGHT] - filters->dims[2]) / integers[STEP_HEIGHT] + 1,
        .columns = (image->dims[3] + 2 * integers[PAD_WIDTH] - filters->dims[3]) / integers[STEP_WIDTH] + 1,
    };
}

/* Whether the columns of one image can be counted and multiplied. */
static bool columns_in_bounds(const struct apply *apply, const struct shape *image,
                              const struct shape *filters)
{
    const struct window window = convolution_window(apply, image, filters);
    const struct shape columns = {
        5, { window.planes, window.window_height, window.window_width, window.rows, window.columns }
    };
    int64_t elements;

    return shape_count(&columns, &elements) && elements <= BLAS_EXTENT_MAX &&
           filters->dims[0] <= BLAS_EXTENT_MAX;
}

static bool filters_fit(const struct apply *apply, const struct shape *image, const struct shape *filters,
                        struct error *err)
{
    const int64_t *integers = apply->attributes.integers;
    const char *name = apply->operation->name;

    if (image->dims[1] != filters->dims[1])
        return raise_shapes(err, name, image, filters, "%lld channels, but filters for %lld",
                            (long long)image->dims[1], (long long)filters->dims[1]);
    if (!columns_in_bounds(apply, image, filters))
        return raise_shapes(err, name, image, filters, "there is too much for one product");
    if (image->dims[2] + 2 * integers[PAD_HEIGHT] < filters->dims[2] ||
        image->dims[3] + 2 * integers[PAD_WIDTH] < filters->dims[3])
        return raise_shapes(err, name, image, filters, "the filters are larger than the padded image");
    return true;
}

static bool convolution_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                              struct error *err)
{
    struct window window;

    if (!filters_fit(apply, &inputs[0], &inputs[1], err))
        return false;
    window = convolution_window(apply, &inputs[0], &inputs[1]);
    outputs[0] = shape_of(4, inputs[0].dims[0], inputs[1].dims[0], window.rows, window.columns);
    return true;
}

/* Whether `places` is what a convolution of `image` gives. */
static bool places_fit(const struct apply *apply, const struct shape *image, const struct shape *filters,
                       const struct shape *places, struct error *err)
{
    struct window window;

    if (!filters_fit(apply, image, filters, err))
        return false;
    window = convolution_window(apply, image, filters);
    if (places->dims[1] != filters->dims[0] || places->dims[2] != window.rows ||
        places->dims[3] != window.columns || places->dims[0] != image->dims[0])
        return raise_shapes(err, apply->operation->name, places, filters,
                            "images of %lld by %lld pixels would give %lld by %lld",
                            (long long)image->dims[2], (long long)image->dims[3], (long long)window.rows,
                            (long long)window.columns);
    return true;
}

/* ---- Runs ---- */

static const void *columns_of(const struct call *call, const struct window *window, const void *image)
{
    if (columns_are_the_image(window))
        return image;
    call->kernels->columns(window, image, call->scratch);
    return call->scratch;
}

static bool convolution_run(const struct call *call, struct error *err)
{
    const struct tensor *image = call->inputs[0], *filters = call->inputs[1], *out = call->outputs[0];
    const struct window window = convolution_window(call->apply, &image->shape, &filters->shape);
    const struct product product = { .dtype = out->dtype,
                                     .m = filters->shape.dims[0],
                                     .n = window.rows * window.columns,
                                     .k = window_elements(&window) };
    const char *from = image->data;
    char *to = out->data;

    (void)err;
    for (int64_t n = 0; n < image->shape.dims[0]; n++, from += example_bytes(image), to += example_bytes(out))
        blas_product(&product, filters->data, columns_of(call, &window, from), to);
    return true;
}

/* ---- Scratch: the columns of one image ---- */

static size_t columns_bytes(const struct apply *apply, const struct shape *image, const struct shape *filters)
{
    const struct window window = convolution_window(apply, image, filters);

    if (columns_are_the_image(&window))
        return 0;
    return (size_t)(window_elements(&window) * window.rows * window.columns) *
           dtype_bytes(apply->outputs[0].dtype);
}

static size_t convolution_scratch(const struct apply *apply)
{
    return columns_bytes(apply, &apply->inputs[0]->shape, &apply->inputs[1]->shape);
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
    (void)apply;
    return (struct sharing){ SHARE_ROWS, outputs[0].dims[0], work_of(&inputs[0], &inputs[1]) };
}

static struct sharing filters_gradient_share(const struct apply *apply, const struct shape *inputs,
                                             const struct shape *outputs)
{
    const int64_t groups = outputs[0].dims[0];

    (void)apply;
    return (struct sharing){ SHARE_PARTS, groups > 1 ? groups : outputs[0].dims[1],
                             work_of(&inputs[2], &inputs[1]) };
}

/* ---- Operations and their gradients: each is linear in both operands ---- */

static bool image_gradient_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                                 struct error *err)
{
    outputs[0] = inputs[2];
    outputs[0].dims[0] = inputs[1].dims[0];
    return places_fit(apply, &outputs[0], &inputs[0], &inputs[1], err);
}

static bool transpose_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                            struct error *err)
{
    outputs[0] = shape_of(4, inputs[1].dims[0], inputs[0].dims[1], apply->attributes.integers[IMAGE_HEIGHT],
                          apply->attributes.integers[IMAGE_WIDTH]);
    return places_fit(apply, &outputs[0], &inputs[0], &inputs[1], err);
}

static bool filters_gradient_infer(const struct apply *apply, const struct shape *inputs,
                                   struct shape *outputs, struct error *err)
{
    const int64_t *dims = inputs[2].dims;

    outputs[0] =
        shape_of(5, filters_gradient_groups(apply, inputs[0].dims[0]), dims[0], dims[1], dims[2], dims[3]);
    return places_fit(apply, &inputs[0], &inputs[2], &inputs[1], err);
}

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
    .shape_only = 1U << 2,
    .infer = image_gradient_infer,
    .run = image_gradient_run,
    .share = image_gradient_share,
    .whole = 1 << 0,
    .scratch_bytes = image_gradient_scratch,
};
static const struct operation transpose_operation = {
    .name = "transposed convolution",
    .infer = transpose_infer,
    .run = image_gradient_run,
    .share = image_gradient_share,
    .whole = 1 << 0,
    .gradient = transpose_gradient,
    .scratch_bytes = image_gradient_scratch,
};
static const struct operation filters_gradient_operation = {
    .name = "gradient of convolution, filters",
    .shape_only = 1U << 2,
    .infer = filters_gradient_infer,
    .run = filters_gradient_run,
    .share = filters_gradient_share,
    .scratch_bytes = filters_gradient_scratch,
};

static struct node *apply_three(struct graph *graph, const struct operation *operation,
                                const struct attributes *attributes, struct node *a, struct node *b,
                                struct node *like, struct error *err)
{
    struct node *const operands[] = { a, b, like };

    return graph_apply_one(graph, operation, operands, like ? 3 : 2, attributes, graph_real(graph), err);
}

/* The sums over groups of images, added up. */
static struct node *filters_gradient(struct graph *graph, const struct attributes *attributes,
                                     struct node *image, struct node *places, struct node *filters,
                                     struct error *err)
{
    enum { GROUPS = 8, ELEMENTS_MAX = 1 << 18 };
    struct attributes grouped = *attributes;
    struct node *sums;

    grouped.integers[IMAGE_GROUPS] = shape_elements(&filters->shape) <= ELEMENTS_MAX ? GROUPS : 1;
    sums = apply_three(graph, &filters_gradient_operation, &grouped, image, places, filters, err);
    return sums ? node_reduce(graph, REDUCE_SUM, sums, (const int[]){ 0 }, 1, false, err) : NULL;
}

static bool convolution_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                 struct node **inputs, struct error *err)
{
    struct node *image = apply->inputs[0], *filters = apply->inputs[1];

    inputs[0] =
        apply_three(graph, &image_gradient_operation, &apply->attributes, filters, outputs[0], image, err);
    inputs[1] = filters_gradient(graph, &apply->attributes, image, outputs[0], filters, err);
    return inputs[0] && inputs[1];
}

static bool transpose_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                               struct node **inputs, struct error *err)
{
    struct node *filters = apply->inputs[0], *places = apply->inputs[1];

    inputs[0] = filters_gradient(graph, &apply->attributes, outputs[0], places, filters, err);
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
