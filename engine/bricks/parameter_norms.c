/* engine/bricks/parameter_norms.c -- the L2 norms of W and b as auxiliary variables. */
#include "engine/bricks/brick_build.h"

static struct node *norm(struct brick *self, struct graph *graph, const char *name, struct error *err)
{
    struct node *parameter = brick_parameter_node(self, graph, name, err);

    return parameter ? node_l2_norm(graph, &parameter, 1, err) : NULL;
}

static bool weight_norm(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                        struct brick_values *results, struct error *err)
{
    (void)inputs;
    return brick_result(results, norm(self, graph, "W", err));
}

static bool bias_norm(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                      struct brick_values *results, struct error *err)
{
    const struct initializable *initializable = self->settings;

    (void)inputs;
    if (initializable->use_bias == BOOLEAN_FALSE)
        return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "brick %s (%s) has no b_norm: it has no biases",
                     self->path, self->type->component.name);
    return brick_result(results, norm(self, graph, "b", err));
}

const struct brick_method parameter_norms[] = {
    { "W_norm", 0, 0, weight_norm },
    { "b_norm", 0, 0, bias_norm },
    { NULL, 0, 0, NULL },
};
