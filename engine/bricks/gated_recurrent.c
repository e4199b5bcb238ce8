/* engine/bricks/gated_recurrent.c -- the gated recurrent transition.
 *
 * inputs are (time, batch, dim), gate_inputs (time, batch, 2 dim): update, reset.  state_to_state is (dim,
 * dim), state_to_gates (dim, 2 dim), states (time, batch, dim).  As in Blocks, the two halves of
 * state_to_gates are drawn one after the other. */
#include "engine/bricks/bricks.h"
#include "engine/bricks/recurrent.h"

static const struct param params[] = { RECURRENT_DIM, RECURRENT_ACTIVATIONS, INITIALIZABLE_PARAMS,
                                       PARAM_END };

static bool gated_recurrent_declare(struct brick *self, struct error_list *errors)
{
    const struct recurrent *recurrent = self->settings;
    const struct shape to_state = { 2, { recurrent->dim, recurrent->dim } };
    const struct shape to_gates = { 2, { recurrent->dim, 2 * recurrent->dim } };

    return brick_add_parameter(self, "state_to_state", &to_state, PARAMETER_WEIGHT, errors) &&
           brick_add_pieces(self, "state_to_gates", &to_gates, 2, errors) &&
           recurrent_declare_states(self, errors);
}

static bool gated_recurrent_apply(struct brick *self, struct graph *graph, const struct recurrent_call *call,
                                  struct brick_values *results, struct error *err)
{
    const struct recurrence recurrence = recurrent_recurrence(self, call);
    const struct gated_operands operands = {
        .inputs = call->sequences[0],
        .gate_inputs = call->sequences[1],
        .state_to_state = brick_parameter_node(self, graph, "state_to_state", err),
        .state_to_gates = brick_parameter_node(self, graph, "state_to_gates", err),
        .states = recurrent_state(self, graph, call, 0, err),
    };

    return brick_result(results, node_gated_recurrent(graph, &recurrence, &operands, err));
}

static const struct recurrent_cell cell = {
    .sequences = { { "inputs", 1 }, { "gate_inputs", 2 } },
    .states = { "states" },
    .parameters = { "initial_state" },
    .apply = gated_recurrent_apply,
};

const struct brick_type gated_recurrent_brick_type = {
    .component = { .name = "GatedRecurrent",
                   .about = "A recurrent transition whose gates decide what to update and what to reset.",
                   .params = params,
                   .settings_size = sizeof(struct recurrent) },
    .initializable = true,
    .inputs_min = 2,
    .inputs_max = 4,
    .build = recurrent_build,
    .declare = gated_recurrent_declare,
    .apply = recurrent_apply_brick,
    .input_names = recurrent_input_names,
    .cell = &cell,
};
