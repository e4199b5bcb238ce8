/* engine/bricks/pooling.c -- the greatest or the mean of each window of an image. */
#include <inttypes.h>

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/image.h"

struct pooling_settings {
    struct integer_list pooling_size, step, padding;
    bool ignore_border, include_padding;
};

#define PAIR(field, ...)                                                                                     \
    PARAM(pooling_settings, field, INTEGERS, .count_min = 2, .count_max = 2, .max = IMAGE_EXTENT_MAX,        \
          __VA_ARGS__)
#define COMMON_PARAMS                                                                                        \
    PAIR(pooling_size, .required = true, .min = 1, .about = "Height and width of the window."),              \
        PAIR(step, .nullable = true, .min = 1,                                                               \
             .about = "How far the window moves, down and to the right; by default its size."),              \
        PARAM(pooling_settings, ignore_border, BOOLEAN, .preset = "true",                                    \
              .about = "Whether windows that stick out at the bottom or right are left out."),               \
        PAIR(padding, .preset = "[0, 0]", .min = 0,                                                          \
             .about = "Imaginary rows and columns at each side; less than the window.")

static const struct param max_params[] = { COMMON_PARAMS, PARAM_END };
static const struct param average_params[] = { COMMON_PARAMS,
                                               PARAM(pooling_settings, include_padding, BOOLEAN,
                                                     .preset = "false",
                                                     .about = "Whether the padding counts, as zeros."),
                                               PARAM_END };

static struct pooling pooling_of(const struct pooling_settings *settings)
{
    const struct extent size = extent_of(&settings->pooling_size, 1), pad = extent_of(&settings->padding, 0);
    struct extent step = extent_of(&settings->step, INTEGER_ABSENT);

    if (step.height == INTEGER_ABSENT)
        step = size;
    return (struct pooling){ .height = size.height,
                             .width = size.width,
                             .steps = { step.height, step.width, pad.height, pad.width },
                             .ignore_border = settings->ignore_border,
                             .include_padding = settings->include_padding };
}

static bool pooling_declare(struct brick *self, struct error_list *errors)
{
    const struct pooling pooling = pooling_of(self->settings);
    const struct image_steps *steps = &pooling.steps;

    if (steps->pad_height >= pooling.height || steps->pad_width >= pooling.width)
        return REPORT_AT(errors, ERROR_OUT_OF_RANGE, self->component, "padding",
                         "the padding is not smaller than the pooling_size");
    if (!pooling.ignore_border && (steps->pad_height > 0 || steps->pad_width > 0))
        return REPORT_AT(errors, ERROR_CONFLICT, self->component, "padding",
                         "padding does not go with ignore_border false");
    return true;
}

static bool pooling_take_images(struct brick *self, struct images *images, struct error_list *errors)
{
    const struct pooling p = pooling_of(self->settings);
    const struct extent in = { images->height, images->width };

    if (in.height == INTEGER_ABSENT)
        return true;
    images->height =
        pooling_places(in.height, p.height, p.steps.step_height, p.steps.pad_height, p.ignore_border);
    images->width = pooling_places(in.width, p.width, p.steps.step_width, p.steps.pad_width, p.ignore_border);
    return (images->height > 0 && images->width > 0) ||
           REPORT_AT(errors, ERROR_SHAPE, self->component, NULL,
                     "%s (%s) makes nothing of images of %" PRId64 " by %" PRId64 " pixels", self->path,
                     self->type->component.name, in.height, in.width);
}

static bool pool(struct brick *self, struct graph *graph, enum pooling_kind kind, struct node *x,
                 struct brick_values *results, struct error *err)
{
    const struct pooling pooling = pooling_of(self->settings);

    if (!check_images(x, INTEGER_ABSENT, (struct extent){ INTEGER_ABSENT, INTEGER_ABSENT }, err))
        return false;
    return brick_result(results, node_pooling(graph, kind, x, &pooling, err));
}

static bool max_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                      struct brick_values *results, struct error *err)
{
    return pool(self, graph, POOLING_MAX, inputs->items[0], results, err);
}

static bool average_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                          struct brick_values *results, struct error *err)
{
    return pool(self, graph, POOLING_AVERAGE, inputs->items[0], results, err);
}

const struct brick_type max_pooling_brick_type = {
    .component = { .name = "MaxPooling",
                   .about = "Takes the greatest of each window of an image.",
                   .params = max_params,
                   .settings_size = sizeof(struct pooling_settings) },
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = pooling_declare,
    .take_images = pooling_take_images,
    .apply = max_apply,
};

const struct brick_type average_pooling_brick_type = {
    .component = { .name = "AveragePooling",
                   .about = "Takes the mean of each window of an image.",
                   .params = average_params,
                   .settings_size = sizeof(struct pooling_settings) },
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = pooling_declare,
    .take_images = pooling_take_images,
    .apply = average_apply,
};
