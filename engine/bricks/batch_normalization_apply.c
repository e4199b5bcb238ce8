/* engine/bricks/batch_normalization_apply.c -- (x - mean) / stdev * scale + shift: what it computes.
 *
 * In a training graph mean and stdev = sqrt(variance + epsilon) are those of the batch, and the population's
 * move towards them; else they are the population's.  Ioffe and Szegedy, "Batch Normalization", 2015. */
#include "engine/bricks/batch_normalization.h"

/* How far the population statistics move towards those of a batch. */
static const double POPULATION_STEP = 0.1;

static bool check_input(const struct brick *self, const struct node *x, struct error *err)
{
    const struct batch_normalization *settings = self->settings;
    bool fits = node_rank(x) == (int)settings->input_dim.count + 1;
    char text[SHAPE_TEXT_BYTES], wanted_text[SHAPE_TEXT_BYTES];
    struct shape wanted = { .rank = (int)settings->input_dim.count };

    for (int axis = 0; axis < wanted.rank; axis++)
        wanted.dims[axis] = settings->input_dim.items[axis];
    for (int axis = 0; fits && axis < wanted.rank; axis++)
        fits = batch_normalization_broadcasts(self, axis) || node_dim(x, axis + 1) == wanted.dims[axis];
    return fits ||
           RAISE(err, ERROR_SHAPE, NULL, "an input of shape %s does not hold examples of the input_dim %s",
                 shape_text(node_shape(x), text), shape_text(&wanted, wanted_text));
}

/* Over the batch and the broadcast axes, which stay with length 1. */
static struct node *average(const struct brick *self, struct graph *graph, struct node *x, struct error *err)
{
    int axes[TENSOR_RANK_MAX] = { 0 }, count = 1;

    for (int axis = 1; axis < node_rank(x); axis++)
        if (batch_normalization_broadcasts(self, axis - 1))
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
        if (!batch_normalization_broadcasts(self, axis - 1))
            return false;
        pixels *= node_dim(x, axis);
    }
    return graph_mode(graph) == GRAPH_TRAINING && !settings->mean_only &&
           !batch_normalization_broadcasts(self, 0) && pixels >= PIXELS_MIN;
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

bool batch_normalization_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                               struct brick_values *results, struct error *err)
{
    const struct batch_normalization *settings = self->settings;
    struct node *x = inputs->items[0], *mean, *stdev, *scale, *shift;

    if (!check_input(self, x, err) ||
        !find_factor(self, graph, "batch_norm_scale", batch_normalization_has_scale(settings), &scale, err) ||
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
