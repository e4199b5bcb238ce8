/* engine/bricks/convolutional.c -- true convolution with filters W, and its transpose, plus biases b.
 *
 * Images are (batch, channels, height, width).  W is (num_filters, num_channels, height, width) in both
 * bricks; b is (num_filters), or (num_filters, height, width) of the result where biases are not tied.  The
 * transposed brick does what the gradient of a convolution with num_channels filters does to that
 * convolution's result. */
#include <inttypes.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/image.h"

struct convolutional {
    struct initializable initializable; /* first */
    struct integer_list filter_size, image_size, step;
    int64_t num_filters, num_channels, batch_size;
    const struct cJSON *border_mode;
    bool tied_biases;
    struct integer_list original_image_size, unused_edge; /* of the transposed */
    struct extent pad;                                    /* what border_mode stands for, once declared */
};

#define PAIR(field, ...)                                                                                     \
    PARAM(convolutional, field, INTEGERS, .count_min = 2, .count_max = 2, .max = IMAGE_EXTENT_MAX,           \
          __VA_ARGS__)
#define COMMON_PARAMS                                                                                        \
    PAIR(filter_size, .required = true, .min = 1, .about = "Height and width of the filters."),              \
        PARAM(convolutional, num_filters, INTEGER, .required = true, .min = 1, .max = BRICK_WIDTH_MAX,       \
              .about = "Channels of the result."),                                                           \
        PARAM(convolutional, num_channels, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX,                        \
              .about = "Channels of the input."),                                                            \
        PARAM(convolutional, batch_size, INTEGER, .nullable = true, .min = 1, .max = -1,                     \
              .about = "Not needed: batches may have any size."),                                            \
        PAIR(image_size, .nullable = true, .null_items = true, .min = 1,                                     \
             .about = "Height and width of the input; only needed for biases that are not tied."),           \
        PAIR(step, .preset = "[1, 1]", .min = 1,                                                             \
             .about = "How far the filters move, down and to the right."),                                   \
        PARAM(convolutional, border_mode, JSON, .preset = "\"valid\"",                                       \
              .about =                                                                                       \
                  "Zeros around the images: \"valid\" for none, \"full\" for the filter's size less 1, "     \
                  "\"half\" for half of it, an integer, or a pair of them."),                                \
        PARAM(convolutional, tied_biases, BOOLEAN, .preset = "true",                                         \
              .about = "Whether there is one bias for each filter, or one for each place too.")

static const struct param params[] = { COMMON_PARAMS, INITIALIZABLE_PARAMS, PARAM_END };

static const struct param transpose_params[] = {
    COMMON_PARAMS,
    PAIR(original_image_size, .nullable = true, .min = 1,
         .about = "Height and width of the result; by default the smallest that fit to the input."),
    PAIR(unused_edge, .preset = "[0, 0]", .min = 0,
         .about = "Rows and columns of the result beyond the smallest possible."),
    INITIALIZABLE_PARAMS, PARAM_END
};

static bool is_transposed(const struct brick *self)
{
    return self->type == &convolutional_transpose_brick_type;
}

/* ---- Extents ---- */

static int64_t places(int64_t extent, int64_t filter, int64_t step, int64_t pad)
{
    return extent + 2 * pad < filter ? 0 : (extent + 2 * pad - filter) / step + 1;
}

/* Of the result, for an input of that extent; absent where that is, 0 or less where there is no result. */
static struct extent result_of(const struct brick *self, struct extent in)
{
    const struct convolutional *settings = self->settings;
    const struct extent filter = extent_of(&settings->filter_size, 1), step = extent_of(&settings->step, 1),
                        edge = extent_of(&settings->unused_edge, 0), pad = settings->pad;

    if (is_transposed(self) && settings->original_image_size.given)
        return extent_of(&settings->original_image_size, INTEGER_ABSENT);
    if (in.height == INTEGER_ABSENT)
        return in;
    if (is_transposed(self))
        return (struct extent){ step.height * (in.height - 1) + filter.height - 2 * pad.height + edge.height,
                                step.width * (in.width - 1) + filter.width - 2 * pad.width + edge.width };
    return (struct extent){ places(in.height, filter.height, step.height, pad.height),
                            places(in.width, filter.width, step.width, pad.width) };
}

static bool find_pad(struct brick *self, struct error_list *errors)
{
    struct convolutional *settings = self->settings;

    return border_of(self, settings->border_mode, extent_of(&settings->filter_size, 1), &settings->pad,
                     errors);
}

/* The extent of the result as far as the settings tell it; reports one that cannot be. */
static bool find_result(const struct brick *self, struct extent *out, struct error_list *errors)
{
    const struct convolutional *settings = self->settings;
    const struct extent in = extent_of(&settings->image_size, INTEGER_ABSENT);

    *out = result_of(self, in);
    if (out->height == INTEGER_ABSENT || (out->height > 0 && out->width > 0))
        return true;
    return REPORT_AT(errors, ERROR_SHAPE, self->component, NULL,
                     "%s (%s) makes nothing of images of %" PRId64 " by %" PRId64 " pixels", self->path,
                     self->type->component.name, in.height, in.width);
}

static bool convolutional_take_images(struct brick *self, struct images *images, struct error_list *errors)
{
    struct convolutional *settings = self->settings;
    struct extent result;

    settings->num_channels = images->channels;
    if (images->height != INTEGER_ABSENT)
        settings->image_size = extent_list(self, (struct extent){ images->height, images->width });
    if (images->border_mode)
        settings->border_mode = images->border_mode;
    if (images->tied_biases != BOOLEAN_ABSENT)
        settings->tied_biases = images->tied_biases == BOOLEAN_TRUE;
    if (!find_pad(self, errors) || !find_result(self, &result, errors))
        return false;
    images->channels = settings->num_filters;
    images->height = result.height;
    images->width = result.width;
    return true;
}

/* ---- Parameters ---- */

static bool declare_biases(struct brick *self, struct error_list *errors)
{
    const struct convolutional *settings = self->settings;
    struct shape biases = { 1, { settings->num_filters } };
    struct extent result;

    if (!find_result(self, &result, errors))
        return false;
    if (!settings->tied_biases) {
        if (!brick_need_dim(self, "image_size", result.height, errors))
            return false;
        biases = (struct shape){ 3, { settings->num_filters, result.height, result.width } };
    }
    return brick_add_parameter(self, "b", &biases, PARAMETER_BIAS, errors);
}

static bool convolutional_declare(struct brick *self, struct error_list *errors)
{
    const struct convolutional *settings = self->settings;
    const struct extent filter = extent_of(&settings->filter_size, 1);
    const struct shape weights = {
        4, { settings->num_filters, settings->num_channels, filter.height, filter.width }
    };

    if (!brick_need_dim(self, "num_channels", settings->num_channels, errors) || !find_pad(self, errors) ||
        !brick_add_parameter(self, "W", &weights, PARAMETER_WEIGHT, errors))
        return false;
    return settings->initializable.use_bias != BOOLEAN_TRUE || declare_biases(self, errors);
}

/* ---- Application ---- */

static struct image_steps steps_of(const struct convolutional *settings)
{
    const struct extent step = extent_of(&settings->step, 1);

    return (struct image_steps){ step.height, step.width, settings->pad.height, settings->pad.width };
}

static struct node *convolve(struct brick *self, struct graph *graph, struct node *x, struct error *err)
{
    static const int exchanged[] = { 1, 0, 2, 3 };
    const struct image_steps steps = steps_of(self->settings);
    struct node *filters = brick_parameter_node(self, graph, "W", err);
    struct extent result;

    if (!is_transposed(self))
        return node_convolution(graph, x, filters, &steps, err);
    result = result_of(self, (struct extent){ node_dim(x, 2), node_dim(x, 3) });
    if (result.height < 1 || result.width < 1) {
        RAISE(err, ERROR_SHAPE, NULL, "images of %" PRId64 " by %" PRId64 " pixels come from none",
              node_dim(x, 2), node_dim(x, 3));
        return NULL;
    }
    filters = node_dimshuffle(graph, filters, exchanged, 4, err);
    return node_transposed_convolution(graph, x, filters, &steps, result.height, result.width, err);
}

static bool convolutional_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                                struct brick_values *results, struct error *err)
{
    static const int tied[] = { AXIS_NEW, 0, AXIS_NEW, AXIS_NEW }, untied[] = { AXIS_NEW, 0, 1, 2 };
    const struct convolutional *settings = self->settings;
    struct node *x = inputs->items[0], *biases;

    if (!check_images(x, settings->num_channels, extent_of(&settings->image_size, INTEGER_ABSENT), err))
        return false;
    x = convolve(self, graph, x, err);
    if (x && settings->initializable.use_bias == BOOLEAN_TRUE) {
        biases = brick_parameter_node(self, graph, "b", err);
        biases = node_dimshuffle(graph, biases, settings->tied_biases ? tied : untied, 4, err);
        x = node_add(graph, x, biases, err);
    }
    return brick_result(results, x);
}

const struct brick_type convolutional_brick_type = {
    .component = { .name = "Convolutional",
                   .about = "Convolves images with filters and adds biases.",
                   .params = params,
                   .settings_size = sizeof(struct convolutional) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = convolutional_declare,
    .take_images = convolutional_take_images,
    .apply = convolutional_apply,
    .auxiliaries = parameter_norms,
};

const struct brick_type convolutional_transpose_brick_type = {
    .component = { .name = "ConvolutionalTranspose",
                   .about = "The transpose of a convolution: goes from its results to images.",
                   .params = transpose_params,
                   .settings_size = sizeof(struct convolutional) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = convolutional_declare,
    .take_images = convolutional_take_images,
    .apply = convolutional_apply,
    .auxiliaries = parameter_norms,
};
