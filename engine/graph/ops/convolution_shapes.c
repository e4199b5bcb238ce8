/* engine/graph/ops/convolution_shapes.c -- which shapes a convolution takes and gives: see convolution.h. */
#include "engine/graph/ops/convolution.h"

#include "engine/tensor/blas.h"

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

/* Whether the columns of one image, and the image with its imaginary elements, can be counted. */
static bool columns_in_bounds(const struct apply *apply, const struct shape *image,
                              const struct shape *filters)
{
    const struct window window = convolution_window(apply, image, filters);
    const struct shape padded = {
        3, { window.planes, window.height + 2 * window.pad_height, window.width + 2 * window.pad_width }
    };
    const struct shape columns = {
        5, { window.planes, window.window_height, window.window_width, window.rows, window.columns }
    };
    int64_t elements, pixels;

    return shape_count(&columns, &elements) && elements <= BLAS_EXTENT_MAX && shape_count(&padded, &pixels) &&
           pixels <= BLAS_EXTENT_MAX && filters->dims[0] <= BLAS_EXTENT_MAX;
}

bool convolution_filters_fit(const struct apply *apply, const struct shape *image,
                             const struct shape *filters, struct error *err)
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

/* Whether `places` is what a convolution of `image` gives. */
bool convolution_places_fit(const struct apply *apply, const struct shape *image, const struct shape *filters,
                            const struct shape *places, struct error *err)
{
    struct window window;

    if (!convolution_filters_fit(apply, image, filters, err))
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

/* ---- Of gradients and of the transposed convolution ---- */

bool image_gradient_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                          struct error *err)
{
    struct shape places;

    outputs[0] = inputs[LIKE];
    outputs[0].dims[0] = inputs[PLACES_GRADIENT].dims[0];
    places = gradient_places(apply, inputs, &outputs[0], &inputs[0]);
    return convolution_places_fit(apply, &outputs[0], &inputs[0], &places, err);
}

bool transpose_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                     struct error *err)
{
    outputs[0] = shape_of(4, inputs[1].dims[0], inputs[0].dims[1], apply->attributes.integers[IMAGE_HEIGHT],
                          apply->attributes.integers[IMAGE_WIDTH]);
    return convolution_places_fit(apply, &outputs[0], &inputs[0], &inputs[1], err);
}

bool filters_gradient_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                            struct error *err)
{
    const int64_t *dims = inputs[LIKE].dims;
    const struct shape places = gradient_places(apply, inputs, &inputs[0], &inputs[LIKE]);

    outputs[0] =
        shape_of(5, filters_gradient_groups(apply, inputs[0].dims[0]), dims[0], dims[1], dims[2], dims[3]);
    return convolution_places_fit(apply, &inputs[0], &inputs[LIKE], &places, err);
}
