/* engine/bricks/simple_recurrent.c -- h' = activation(x + h W).
 *
 * inputs are (time, batch, dim), W (dim, dim), states (time, batch, dim). */
#include "engine/bricks/bricks.h"
#include "engine/bricks/recurrent.h"

static const struct param params[] = { RECURRENT_DIM,
                                       PARAM(recurrent, activation, COMPONENT, .required = true,
                                             .family = &brick_family,
                                             .about = "Applied to what the new states are made of."),
                                       INITIALIZABLE_PARAMS, PARAM_END };

static bool simple_recurrent_declare(struct brick *self, struct error_list *errors)
{
    const struct recurrent *recurrent = self->settings;
    const struct shape weights = { 2, { recurrent->dim, recurrent->dim } };

    return brick_add_parameter(self, "W", &weights, PARAMETER_WEIGHT, errors) &&
           recurrent_declare_states(self, errors);
}

static bool simple_recurrent_apply(struct brick *self, struct graph *graph, const struct recurrent_call *call,
                                   struct brick_values *results, struct error *err)
{
    const struct recurrence recurrence = recurrent_recurrence(self, call);

    return brick_result(results, node_simple_recurrent(graph, &recurrence, call->sequences[0],
                                                       brick_parameter_node(self, graph, "W", err),
                                                       recurrent_state(self, graph, call, 0, err), err));
}

static const struct recurrent_cell cell = {
    .sequences = { { "inputs", 1 } },
    .states = { "states" },
    .parameters = { "initial_state" },
    .apply = simple_recurrent_apply,
};

const struct brick_type simple_recurrent_brick_type = {
    .component = { .name = "SimpleRecurrent",
                   .about = "The traditional recurrent transition: a product with the old states, then an "
                            "activation.",
                   .params = params,
                   .settings_size = sizeof(struct recurrent) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 3,
    .build = recurrent_build,
    .declare = simple_recurrent_declare,
    .apply = recurrent_apply_brick,
    .input_names = recurrent_input_names,
    .cell = &cell,
};
