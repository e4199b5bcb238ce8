/* engine/bricks/batch_normalization.c -- (x - mean) / stdev * scale + shift.
 *
 * x is (n, input_dim ...).  Statistics run over the batch and over the axes marked broadcastable; those and
 * scale and shift have the shape of input_dim with 1 on these axes.  In a training graph mean and stdev =
 * sqrt(variance + epsilon) are those of the batch, and the population's move towards them; else they are the
 * population's. Ioffe and Szegedy, "Batch Normalization", 2015. */
#include "engine/bricks/batch_normalization.h"

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/image.h"

/* How far the population statistics move towards those of a batch. */
static const double POPULATION_STEP = 0.1;

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

static bool is_broadcast(const struct brick *self, int axis)
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
        shape.dims[axis] = is_broadcast(self, axis) ? 1 : settings->input_dim.items[axis];
    return shape;
}

static bool has_scale(const struct batch_normalization *settings)
{
    return settings->learn_scale && !settings->mean_only;
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
           (!has_scale(settings) || brick_add_filled(self, "batch_norm_scale", &shape, PARAMETER_WEIGHT,
                                                     settings->scale_init, 1, errors)) &&
           brick_add_filled(self, "population_mean", &shape, PARAMETER_STATISTIC, NULL, 0, errors) &&
           (settings->mean_only ||
            brick_add_filled(self, "population_stdev", &shape, PARAMETER_STATISTIC, NULL, 1, errors));
}

static bool check_input(const struct brick *self, const struct node *x, struct error *err)
{
    const struct batch_normalization *settings = self->settings;
    bool fits = node_rank(x) == (int)settings->input_dim.count + 1;
    char text[SHAPE_TEXT_BYTES], wanted_text[SHAPE_TEXT_BYTES];
    struct shape wanted = { .rank = (int)settings->input_dim.count };

    for (int axis = 0; axis < wanted.rank; axis++)
        wanted.dims[axis] = settings->input_dim.items[axis];
    for (int axis = 0; fits && axis < wanted.rank; axis++)
        fits = is_broadcast(self, axis) || node_dim(x, axis + 1) == wanted.dims[axis];
    return fits ||
           RAISE(err, ERROR_SHAPE, NULL, "an input of shape %s does not hold examples of the input_dim %s",
                 shape_text(node_shape(x), text), shape_text(&wanted, wanted_text));
}

/* Over the batch and the broadcast axes, which stay with length 1. */
static struct node *average(const struct brick *self, struct graph *graph, struct node *x, struct error *err)
{
    int axes[TENSOR_RANK_MAX] = { 0 }, count = 1;

    for (int axis = 1; axis < node_rank(x); axis++)
        if (is_broadcast(self, axis - 1))
            axes[count++] = axis;
    return node_reduce(graph, REDUCE_MEAN, x, axes, count, true, err);
}

/* A brick that is applied twice learns from the first application. */
static bool is_moved_already(const struct graph *graph, const struct node *population)
{
    size_t count;
    const struct update *updates = graph_updates(graph, &count);

    for (size_t i = 0; i < count; i++)
        if (updates[i].variable == population)
            return true;
    return false;
}

/* population += POPULATION_STEP (batch - population), at each training batch. */
static bool move_population(const struct brick *self, struct graph *graph, const char *name,
                            struct node *batch, struct error *err)
{
    struct node *population = brick_parameter_node(self, graph, name, err), *moved;

    if (!batch || !population)
        return false;
    if (is_moved_already(graph, population))
        return true;
    batch = node_reshape(graph, batch, node_shape(population)->dims, node_rank(population), err);
    moved = node_add(graph, node_multiply(graph, batch, node_constant(graph, POPULATION_STEP), err),
                     node_multiply(graph, population, node_constant(graph, 1 - POPULATION_STEP), err), err);
    return moved && graph_add_update(graph, population, moved, err);
}

/* The scale or the shift; *out is NULL when there is none. */
static bool find_factor(const struct brick *self, struct graph *graph, const char *name, bool there,
                        struct node **out, struct error *err)
{
    *out = there ? brick_parameter_node(self, graph, name, err) : NULL;
    return *out || !there;
}

/* Whether statistics run over all but the channels, of images that are worth going through one by one. */
static bool is_by_channels(const struct brick *self, const struct graph *graph, const struct node *x)
{
    enum { PIXELS_MIN = 8 };
    const struct batch_normalization *settings = self->settings;
    int64_t pixels = 1;

    for (int axis = 2; axis < node_rank(x); axis++) {
        if (!is_broadcast(self, axis - 1))
            return false;
        pixels *= node_dim(x, axis);
    }
    return graph_mode(graph) == GRAPH_TRAINING && !settings->mean_only && !is_broadcast(self, 0) &&
           pixels >= PIXELS_MIN;
}

static struct node *apply_by_channels(const struct brick *self, struct graph *graph, struct node *x,
                                      struct node *scale, struct node *shift, struct error *err)
{
    const struct batch_normalization *settings = self->settings;
    struct batch_normalised normalised;

    if (!node_batch_normalization(graph, x, scale, shift, settings->epsilon, &normalised, err) ||
        !move_population(self, graph, "population_mean", normalised.mean, err) ||
        !move_population(self, graph, "population_stdev", normalised.stdev, err))
        return NULL;
    return normalised.y;
}

static bool find_statistics(const struct brick *self, struct graph *graph, struct node *x,
                            struct node **out_mean, struct node **out_stdev, struct error *err)
{
    const struct batch_normalization *settings = self->settings;
    struct node *variance;

    *out_stdev = NULL;
    if (graph_mode(graph) == GRAPH_EVALUATION) {
        *out_mean = brick_parameter_node(self, graph, "population_mean", err);
        if (!settings->mean_only)
            *out_stdev = brick_parameter_node(self, graph, "population_stdev", err);
        return *out_mean && (settings->mean_only || *out_stdev);
    }
    *out_mean = average(self, graph, x, err);
    if (!move_population(self, graph, "population_mean", *out_mean, err))
        return false;
    if (settings->mean_only)
        return true;
    variance = average(self, graph, node_sqr(graph, node_subtract(graph, x, *out_mean, err), err), err);
    *out_stdev =
        node_sqrt(graph, node_add(graph, variance, node_constant(graph, settings->epsilon), err), err);
    return move_population(self, graph, "population_stdev", *out_stdev, err);
}

static bool batch_normalization_apply(struct brick *self, struct graph *graph,
                                      const struct brick_values *inputs, struct brick_values *results,
                                      struct error *err)
{
    const struct batch_normalization *settings = self->settings;
    struct node *x = inputs->items[0], *mean, *stdev, *scale, *shift;

    if (!check_input(self, x, err) ||
        !find_factor(self, graph, "batch_norm_scale", has_scale(settings), &scale, err) ||
        !find_factor(self, graph, "batch_norm_shift", settings->learn_shift, &shift, err))
        return false;
    if (is_by_channels(self, graph, x))
        return brick_result(results, apply_by_channels(self, graph, x, scale, shift, err));
    if (!find_statistics(self, graph, x, &mean, &stdev, err))
        return false;
    x = node_subtract(graph, x, mean, err);
    if (stdev)
        x = node_divide(graph, x, stdev, err);
    if (scale)
        x = node_multiply(graph, x, scale, err);
    if (shift)
        x = node_add(graph, x, shift, err);
    return brick_result(results, x);
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
