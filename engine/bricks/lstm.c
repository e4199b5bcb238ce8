/* engine/bricks/lstm.c -- long short term memory with peepholes.
 *
 * inputs are (time, batch, 4 dim): input gate, forget gate, cells, output gate.  W_state is (dim, 4 dim), the
 * peepholes W_cell_to_in, W_cell_to_forget and W_cell_to_out are (dim); states and cells (time, batch, dim).
 */
#include "engine/bricks/bricks.h"
#include "engine/bricks/recurrent.h"

static const struct param params[] = { RECURRENT_DIM, RECURRENT_ACTIVATIONS, INITIALIZABLE_PARAMS,
                                       PARAM_END };

static bool lstm_declare(struct brick *self, struct error_list *errors)
{
    static const char *const peepholes[] = { "W_cell_to_in", "W_cell_to_forget", "W_cell_to_out" };
    const struct recurrent *recurrent = self->settings;
    const struct shape weights = { 2, { recurrent->dim, 4 * recurrent->dim } };
    const struct shape peephole = { 1, { recurrent->dim } };

    if (!brick_add_parameter(self, "W_state", &weights, PARAMETER_WEIGHT, errors))
        return false;
    for (int i = 0; i < 3; i++)
        if (!brick_add_parameter(self, peepholes[i], &peephole, PARAMETER_WEIGHT, errors))
            return false;
    return recurrent_declare_states(self, errors);
}

static bool lstm_apply(struct brick *self, struct graph *graph, const struct recurrent_call *call,
                       struct brick_values *results, struct error *err)
{
    const struct recurrence recurrence = recurrent_recurrence(self, call);
    const struct lstm_operands operands = {
        .inputs = call->sequences[0],
        .weights = brick_parameter_node(self, graph, "W_state", err),
        .to_in = brick_parameter_node(self, graph, "W_cell_to_in", err),
        .to_forget = brick_parameter_node(self, graph, "W_cell_to_forget", err),
        .to_out = brick_parameter_node(self, graph, "W_cell_to_out", err),
        .states = recurrent_state(self, graph, call, 0, err),
        .cells = recurrent_state(self, graph, call, 1, err),
    };

    results->count = 2;
    return node_lstm(graph, &recurrence, &operands, &results->items[0], &results->items[1], err);
}

static const struct recurrent_cell cell = {
    .sequences = { { "inputs", 4 } },
    .states = { "states", "cells" },
    .parameters = { "initial_state", "initial_cells" },
    .apply = lstm_apply,
};

const struct brick_type lstm_brick_type = {
    .component = { .name = "LSTM",
                   .about =
                       "Long short term memory with peepholes; its inputs are four times as wide as dim.",
                   .params = params,
                   .settings_size = sizeof(struct recurrent) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 4,
    .build = recurrent_build,
    .declare = lstm_declare,
    .apply = recurrent_apply_brick,
    .input_names = recurrent_input_names,
    .cell = &cell,
};
