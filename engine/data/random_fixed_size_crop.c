/* engine/data/random_fixed_size_crop.c -- windows of one size, cut at random places.
 *
 * As Fuel's RandomFixedSizeCrop: of a batch of equal images all columns are drawn first, then all rows; of
 * images of different sizes, and of single ones, row and column one image after the other. */
#include <string.h>

#include "engine/data/image.h"
#include "engine/data/sourcewise.h"
#include "engine/data/transformers.h"

struct crop {
    struct integer_list window_shape;
    struct text_list which_sources;
    int64_t rng;
};

static const struct param params[] = {
    PARAM(crop, window_shape, INTEGERS, .required = true, .min = 1, .max = 1e6, .count_min = 2,
          .count_max = 2, .about = "Height and width of the windows."),
    RANDOM_SEED(crop),
    WHICH_SOURCES(crop),
    PARAM_END,
};

static bool too_small(const struct crop *crop, const struct shape *shape, struct error *err)
{
    const int64_t height = crop->window_shape.items[0], width = crop->window_shape.items[1];
    char text[SHAPE_TEXT_BYTES];

    if (shape->dims[shape->rank - 2] >= height && shape->dims[shape->rank - 1] >= width)
        return false;
    RAISE(err, ERROR_SHAPE, NULL, "images of shape %s are smaller than a window of %lld x %lld",
          shape_text(shape, text), (long long)height, (long long)width);
    return true;
}

static bool crop_plan(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                      struct error *err)
{
    const struct crop *crop = settings;

    (void)real;
    if (!image_check(spec, examples, err))
        return false;
    if (crop->window_shape.count != 2) /* reported already */
        return true;
    if (too_small(crop, &spec->shape, err))
        return false;
    spec->shape.dims[spec->shape.rank - 2] = crop->window_shape.items[0];
    spec->shape.dims[spec->shape.rank - 1] = crop->window_shape.items[1];
    spec->ragged = false;
    return true;
}

/* Copies the window at (top, left) of an image (channels, height, width) at `from`. */
static void cut(const struct crop *crop, const struct shape *image, size_t element_bytes, const char *from,
                int64_t top, int64_t left, char *to)
{
    const int64_t channels = image->dims[image->rank - 3], height = image->dims[image->rank - 2];
    const size_t row_bytes = (size_t)image->dims[image->rank - 1] * element_bytes;
    const size_t window_bytes = (size_t)crop->window_shape.items[1] * element_bytes;

    for (int64_t channel = 0; channel < channels; channel++)
        for (int64_t row = 0; row < crop->window_shape.items[0]; row++, to += window_bytes)
            memcpy(to,
                   from + (size_t)(channel * height + top + row) * row_bytes + (size_t)left * element_bytes,
                   window_bytes);
}

/* Images of one size.  A copy of the generator draws the columns, while the generator itself has stepped over
 * them already and draws the rows. */
static void crop_equal(const struct crop *crop, const struct tensor *images, int64_t count,
                       struct random_state *random, const struct tensor *out)
{
    const struct shape *shape = &images->shape;
    const int64_t spare_rows = shape->dims[shape->rank - 2] - crop->window_shape.items[0];
    const int64_t spare_columns = shape->dims[shape->rank - 1] - crop->window_shape.items[1];
    const size_t image_bytes = tensor_bytes(images) / (size_t)count,
                 window_bytes = tensor_bytes(out) / (size_t)count;
    struct random_state columns = *random;

    for (int64_t i = 0; i < count; i++)
        random_randint(random, spare_columns + 1);
    for (int64_t i = 0; i < count; i++) {
        const int64_t left = random_randint(&columns, spare_columns + 1);
        const int64_t top = random_randint(random, spare_rows + 1);

        cut(crop, shape, dtype_bytes(images->dtype), (const char *)images->data + (size_t)i * image_bytes,
            top, left, (char *)out->data + (size_t)i * window_bytes);
    }
}

static bool crop_one(const struct crop *crop, const struct tensor *image, int64_t channels,
                     struct random_state *random, char *to, struct error *err)
{
    const struct shape *shape = &image->shape;
    int64_t top, left;

    if (too_small(crop, shape, err))
        return false;
    if (shape->dims[0] != channels)
        return RAISE(err, ERROR_SHAPE, NULL, "images have %lld and %lld channels", (long long)channels,
                     (long long)shape->dims[0]);
    top = random_randint(random, shape->dims[1] - crop->window_shape.items[0] + 1);
    left = random_randint(random, shape->dims[2] - crop->window_shape.items[1] + 1);
    cut(crop, shape, dtype_bytes(image->dtype), image->data, top, left, to);
    return true;
}

static bool crop_apply(const void *settings, const struct sourcewise_input *in, const struct tensor *out,
                       struct error *err)
{
    const struct crop *crop = settings;
    const struct tensor *images = in->source->ragged ? in->source->ragged : &in->source->tensor;
    const size_t window_bytes = tensor_bytes(out) / (size_t)in->count;

    if (!in->source->ragged && images->shape.rank == 4) {
        crop_equal(crop, images, in->count, in->random, out);
        return true;
    }
    for (int64_t i = 0; i < in->count; i++)
        if (!crop_one(crop, &images[i], out->shape.dims[out->shape.rank - 3], in->random,
                      (char *)out->data + (size_t)i * window_bytes, err))
            return false;
    return true;
}

static struct data_stream *crop_new(const struct component *component, struct data_stream *inner,
                                    const struct transforming *with, struct error_list *errors)
{
    static const struct sourcewise how = {
        .plan = crop_plan, .apply = crop_apply, .random = true, .takes_ragged = true
    };
    const struct crop *settings = component->settings;

    return sourcewise_new(&how, component, &settings->which_sources, settings->rng, inner, with->real,
                          errors);
}

const struct transformer_type random_fixed_size_crop_type = {
    .component = {
        .name = "RandomFixedSizeCrop",
        .about = "Cuts a window of one size out of each image, (channel, height, width), at a random place.",
        .params = params,
        .settings_size = sizeof(struct crop),
    },
    .new = crop_new,
};
