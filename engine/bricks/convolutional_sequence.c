/* engine/bricks/convolutional_sequence.c -- bricks for images one after the other; each is told what the one
 * before makes. */
#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/image.h"

struct convolutional_sequence {
    struct initializable initializable; /* first */
    struct component_list layers;
    int64_t num_channels, batch_size;
    struct integer_list image_size;
    const struct cJSON *border_mode;
    enum optional_boolean tied_biases;
};

static const struct param params[] = {
    PARAM(convolutional_sequence, layers, COMPONENTS, .required = true, .family = &brick_family,
          .count_min = 1, .count_max = BRICK_LAYERS_MAX,
          .about = "The bricks in the order of their application."),
    PARAM(convolutional_sequence, num_channels, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX,
          .about = "Channels of the input."),
    PARAM(convolutional_sequence, batch_size, INTEGER, .nullable = true, .min = 1, .max = -1,
          .about = "Not needed: batches may have any size."),
    PARAM(convolutional_sequence, image_size, INTEGERS, .nullable = true, .null_items = true, .count_min = 2,
          .count_max = 2, .min = 1, .max = IMAGE_EXTENT_MAX, .about = "Height and width of the input."),
    PARAM(convolutional_sequence, border_mode, JSON, .nullable = true,
          .about = "The border_mode of all layers that have one; by default they keep their own."),
    PARAM(convolutional_sequence, tied_biases, OPTIONAL_BOOLEAN, .nullable = true,
          .about = "Whether biases of all layers are tied; by default they keep their own."),
    INITIALIZABLE_PARENT_PARAMS,
    PARAM_END
};

static bool convolutional_sequence_build(struct brick *self, struct error_list *errors)
{
    const struct convolutional_sequence *settings = self->settings;
    bool good = true;

    for (size_t i = 0; i < settings->layers.count; i++)
        good = brick_add_child(self, settings->layers.items[i], NULL, errors) && good;
    return good;
}

/* Whether the layer knows about images or, like an activation, leaves them as they are. */
static bool is_for_images(const struct brick *layer, struct error_list *errors)
{
    if (layer->type->take_images || (!layer->type->declare && !layer->type->build))
        return true;
    REPORT_AT(errors, ERROR_INVALID_VALUE, layer->component, NULL, "%s (%s) does not work on images",
              layer->path, layer->type->component.name);
    return error_list_hint(errors, "Put it behind the ConvolutionalSequence, after a Flattener.");
}

static bool tell_layers(struct brick *self, struct images *images, struct error_list *errors)
{
    for (size_t i = 0; i < self->child_count; i++) {
        struct brick *layer = self->children[i];

        brick_push_use_bias(self, layer);
        if (!is_for_images(layer, errors) ||
            (layer->type->take_images && !layer->type->take_images(layer, images, errors)))
            return false;
    }
    return true;
}

static bool settings_are_good(const struct brick *self, struct error_list *errors)
{
    const struct convolutional_sequence *settings = self->settings;
    struct extent pad;
    const bool has_channels = brick_need_dim(self, "num_channels", settings->num_channels, errors);

    return border_of(self, settings->border_mode, (struct extent){ 1, 1 }, &pad, errors) && has_channels;
}

/* What the layers make of the images that the settings describe. */
static bool configure_layers(struct brick *self, struct images *out, struct error_list *errors)
{
    const struct convolutional_sequence *settings = self->settings;
    const struct extent extent = extent_of(&settings->image_size, INTEGER_ABSENT);

    if (!settings_are_good(self, errors))
        return false;
    *out = (struct images){ .channels = settings->num_channels,
                            .height = extent.height,
                            .width = extent.width,
                            .border_mode = settings->border_mode,
                            .tied_biases = settings->tied_biases };
    return tell_layers(self, out, errors);
}

static bool convolutional_sequence_push(struct brick *self, struct error_list *errors)
{
    struct images images;

    return configure_layers(self, &images, errors);
}

static bool convolutional_sequence_take_images(struct brick *self, struct images *images,
                                               struct error_list *errors)
{
    struct convolutional_sequence *settings = self->settings;
    struct images result;

    settings->num_channels = images->channels;
    if (images->height != INTEGER_ABSENT)
        settings->image_size = extent_list(self, (struct extent){ images->height, images->width });
    if (images->border_mode)
        settings->border_mode = images->border_mode;
    if (images->tied_biases != BOOLEAN_ABSENT)
        settings->tied_biases = images->tied_biases;
    if (!configure_layers(self, &result, errors))
        return false;
    images->channels = result.channels;
    images->height = result.height;
    images->width = result.width;
    return true;
}

static bool convolutional_sequence_apply(struct brick *self, struct graph *graph,
                                         const struct brick_values *inputs, struct brick_values *results,
                                         struct error *err)
{
    const struct convolutional_sequence *settings = self->settings;

    return check_images(inputs->items[0], settings->num_channels,
                        extent_of(&settings->image_size, INTEGER_ABSENT), err) &&
           brick_apply_children(self, graph, inputs, results, err);
}

const struct brick_type convolutional_sequence_brick_type = {
    .component = { .name = "ConvolutionalSequence",
                   .about = "Chains bricks that work on images, and tells each what the one before makes.",
                   .params = params,
                   .settings_size = sizeof(struct convolutional_sequence) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .build = convolutional_sequence_build,
    .push = convolutional_sequence_push,
    .take_images = convolutional_sequence_take_images,
    .apply = convolutional_sequence_apply,
};
