/* engine/bricks/batch_normalization.c -- (x - mean) / stdev * scale + shift: what it declares.
 *
 * x is (n, input_dim ...).  Statistics run over the batch and over the axes marked broadcastable; those and
 * scale and shift have the shape of input_dim with 1 on these axes. */
#include "engine/bricks/batch_normalization.h"

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/image.h"

#define COMMON_PARAMS                                                                                        \
    PARAM(batch_normalization, epsilon, REAL, .preset = "0.0001", .min = 0, .max = -1,                       \
          .about = "Added to the variance of a batch, under the square root."),                              \
        PARAM(batch_normalization, scale_init, COMPONENT, .nullable = true,                                  \
              .family = &initialization_family, .about = "How scales start; by default as 1."),              \
        PARAM(batch_normalization, shift_init, COMPONENT, .nullable = true,                                  \
              .family = &initialization_family, .about = "How shifts start; by default as 0."),              \
        PARAM(batch_normalization, mean_only, BOOLEAN, .preset = "false",                                    \
              .about = "Whether only the mean is taken out, without division and scale."),                   \
        PARAM(batch_normalization, learn_scale, BOOLEAN, .preset = "true",                                   \
              .about = "Whether there are scales."),                                                         \
        PARAM(batch_normalization, learn_shift, BOOLEAN, .preset = "true",                                   \
              .about = "Whether there are shifts.")

static const struct param params[] = {
    PARAM(batch_normalization, input_dim, INTEGERS, .bare = true, .min = 1, .max = BRICK_WIDTH_MAX,
          .count_min = 1, .count_max = TENSOR_RANK_MAX - 1, .about = "Shape of one example."),
    PARAM(batch_normalization, broadcastable, JSON, .nullable = true,
          .about = "For each axis of an example, whether statistics run over it too: a list of booleans."),
    COMMON_PARAMS, PARAM_END
};

static const struct param spatial_params[] = {
    PARAM(batch_normalization, input_dim, INTEGERS, .min = 1, .max = BRICK_WIDTH_MAX, .count_min = 2,
          .count_max = TENSOR_RANK_MAX - 1, .about = "Shape of one example, channels first."),
    COMMON_PARAMS, PARAM_END
};

bool batch_normalization_broadcasts(const struct brick *self, int axis)
{
    const struct batch_normalization *settings = self->settings;

    if (self->type == &spatial_batch_normalization_brick_type)
        return axis > 0;
    return cJSON_IsTrue(cJSON_GetArrayItem(settings->broadcastable, axis));
}

static void batch_normalization_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
{
    struct batch_normalization *settings = self->settings;
    int64_t *dims = arena_array(&self->tree->arena, 1, sizeof *dims);

    dims[0] = input_dim != INTEGER_ABSENT ? input_dim : output_dim;
    settings->input_dim = (struct integer_list){ .items = dims, .count = 1, .given = true };
}

/* What a ConvolutionalSequence tells: the shape of one example, which stays. */
static bool batch_normalization_take_images(struct brick *self, struct images *images,
                                            struct error_list *errors)
{
    struct batch_normalization *settings = self->settings;
    int64_t *dims;

    if (images->height == INTEGER_ABSENT)
        return brick_need_dim(self, "input_dim", settings->input_dim.given ? 1 : INTEGER_ABSENT, errors);
    dims = arena_array(&self->tree->arena, 3, sizeof *dims);
    dims[0] = images->channels;
    dims[1] = images->height;
    dims[2] = images->width;
    settings->input_dim = (struct integer_list){ .items = dims, .count = 3, .given = true };
    return true;
}

static bool check_broadcastable(const struct brick *self, struct error_list *errors)
{
    const struct batch_normalization *settings = self->settings;
    const cJSON *item;
    bool good = cJSON_IsArray(settings->broadcastable) &&
                cJSON_GetArraySize(settings->broadcastable) == (int)settings->input_dim.count;

    if (!settings->broadcastable)
        return true;
    cJSON_ArrayForEach(item, settings->broadcastable) good = good && cJSON_IsBool(item);
    return good ||
           REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "broadcastable",
                     "not a list of %zu booleans, one for each axis of input_dim", settings->input_dim.count);
}

static struct shape statistics_shape(const struct brick *self)
{
    const struct batch_normalization *settings = self->settings;
    struct shape shape = { .rank = (int)settings->input_dim.count };

    for (int axis = 0; axis < shape.rank; axis++)
        shape.dims[axis] = batch_normalization_broadcasts(self, axis) ? 1 : settings->input_dim.items[axis];
    return shape;
}

static bool batch_normalization_declare(struct brick *self, struct error_list *errors)
{
    const struct batch_normalization *settings = self->settings;
    struct shape shape;

    if (!brick_need_dim(self, "input_dim", settings->input_dim.given ? 1 : INTEGER_ABSENT, errors) ||
        !check_broadcastable(self, errors))
        return false;
    shape = statistics_shape(self);
    return (!settings->learn_shift || brick_add_filled(self, "batch_norm_shift", &shape, PARAMETER_BIAS,
                                                       settings->shift_init, 0, errors)) &&
           (!batch_normalization_has_scale(settings) ||
            brick_add_filled(self, "batch_norm_scale", &shape, PARAMETER_WEIGHT, settings->scale_init, 1,
                             errors)) &&
           brick_add_filled(self, "population_mean", &shape, PARAMETER_STATISTIC, NULL, 0, errors) &&
           (settings->mean_only ||
            brick_add_filled(self, "population_stdev", &shape, PARAMETER_STATISTIC, NULL, 1, errors));
}

const struct brick_type batch_normalization_brick_type = {
    .component = { .name = "BatchNormalization",
                   .about = "Normalises each column over the batch, then scales and shifts it.",
                   .params = params,
                   .settings_size = sizeof(struct batch_normalization) },
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = batch_normalization_declare,
    .set_dims = batch_normalization_set_dims,
    .take_images = batch_normalization_take_images,
    .apply = batch_normalization_apply,
};

const struct brick_type spatial_batch_normalization_brick_type = {
    .component = { .name = "SpatialBatchNormalization",
                   .about = "Batch normalization of each channel over all its places.",
                   .params = spatial_params,
                   .settings_size = sizeof(struct batch_normalization) },
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = batch_normalization_declare,
    .take_images = batch_normalization_take_images,
    .apply = batch_normalization_apply,
};
