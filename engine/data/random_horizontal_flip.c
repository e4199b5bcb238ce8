/* engine/data/random_horizontal_flip.c -- mirrors images left to right, at random.
 *
 * One uniform number is drawn per image; below `probability` it is mirrored.  Fuel has no such transformer.
 */
#include <string.h>

#include "engine/data/image.h"
#include "engine/data/sourcewise.h"
#include "engine/data/transformers.h"

struct flip {
    double probability;
    struct text_list which_sources;
    int64_t rng;
};

static const struct param params[] = {
    PARAM(flip, probability, REAL, .preset = "0.5", .min = 0, .max = 1,
          .about = "How likely an image is mirrored."),
    RANDOM_SEED(flip),
    WHICH_SOURCES(flip),
    PARAM_END,
};

static bool flip_plan(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                      struct error *err)
{
    (void)settings;
    (void)real;
    return image_check(spec, examples, err);
}

static void mirror_row(unsigned char *to, const unsigned char *from, int64_t width, size_t element_bytes)
{
    for (int64_t i = 0; i < width; i++)
        memcpy(to + (size_t)i * element_bytes, from + (size_t)(width - 1 - i) * element_bytes, element_bytes);
}

static bool flip_apply(const void *settings, const struct sourcewise_input *in, const struct tensor *out,
                       struct error *err)
{
    const struct flip *flip = settings;
    const size_t image_bytes = tensor_bytes(out) / (size_t)in->count, element_bytes = dtype_bytes(out->dtype);
    const int64_t width = out->shape.dims[out->shape.rank - 1];
    const size_t row_bytes = (size_t)width * element_bytes;

    (void)err;
    for (int64_t i = 0; i < in->count; i++) {
        const unsigned char *from = (const unsigned char *)in->source->tensor.data + (size_t)i * image_bytes;
        unsigned char *to = (unsigned char *)out->data + (size_t)i * image_bytes;
        const bool mirrored = random_double(in->random) < flip->probability;

        if (!mirrored)
            memcpy(to, from, image_bytes);
        for (size_t at = 0; mirrored && at < image_bytes; at += row_bytes)
            mirror_row(to + at, from + at, width, element_bytes);
    }
    return true;
}

static struct data_stream *flip_new(const struct component *component, struct data_stream *inner,
                                    const struct transforming *with, struct error_list *errors)
{
    static const struct sourcewise how = { .plan = flip_plan, .apply = flip_apply, .random = true };
    const struct flip *settings = component->settings;

    return sourcewise_new(&how, component, &settings->which_sources, settings->rng, inner, with->real,
                          errors);
}

const struct transformer_type random_horizontal_flip_type = {
    .component = {
        .name = "RandomHorizontalFlip",
        .about = "Mirrors images, (channel, height, width), left to right, each with a probability.",
        .params = params,
        .settings_size = sizeof(struct flip),
    },
    .new = flip_new,
};
