/* engine/graph/ops/recurrent_lstm.c -- LSTM with peepholes over a whole sequence.
 *
 * Operands: inputs (time, batch, 4 dim), W (dim, 4 dim), peepholes (dim) to the input, forget and output
 * gates, initial states and cells (batch, dim), [mask].  Results: gates (time, batch, 4 dim), what the way
 * back needs of them, in place of the inputs; states and cells (time, batch, dim). */
#include "engine/graph/ops/recurrent.h"

static const char operation_name[] = "lstm";
enum { INPUTS, WEIGHTS, TO_IN, TO_FORGET, TO_OUT, STATES_0, CELLS_0, FIXED };
enum { GATES, STATES, CELLS, RESULTS };

static bool check_peephole(const struct shape *w, const struct shape *peephole, struct error *err)
{
    return (peephole->rank == 1 && peephole->dims[0] == w->dims[0]) ||
           raise_shapes(err, operation_name, w, peephole, "peepholes have to be (dim)");
}

static bool lstm_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                       struct error *err)
{
    const struct shape *x = &inputs[INPUTS], *w = &inputs[WEIGHTS];

    if (!recurrent_check(operation_name, x, w, 4, err) || !check_peephole(w, &inputs[TO_IN], err) ||
        !check_peephole(w, &inputs[TO_FORGET], err) || !check_peephole(w, &inputs[TO_OUT], err) ||
        !recurrent_check_state(operation_name, x, w, &inputs[STATES_0], err) ||
        !recurrent_check_state(operation_name, x, w, &inputs[CELLS_0], err) ||
        (apply->attributes.integers[RECURRENT_MASKED] &&
         !recurrent_check_mask(operation_name, x, &inputs[FIXED], err)))
        return false;
    outputs[GATES] = *x;
    outputs[STATES] = outputs[CELLS] = shape_of(3, x->dims[0], x->dims[1], w->dims[0]);
    return true;
}

/* What is the same in all steps. */
static struct lstm_step common_step(const struct call *call, const struct tensor *states,
                                    struct recurrent_rows rows, const struct cell_activation *activation,
                                    const struct cell_activation *gate)
{
    const int64_t *integers = call->apply->attributes.integers;

    return (struct lstm_step){
        .rows = rows.count,
        .dim = states->shape.dims[2],
        .activation = activation,
        .gate = gate,
        .standard = integers[RECURRENT_ACTIVATION] == ACTIVATION_TANH &&
                    integers[RECURRENT_GATE] == ACTIVATION_LOGISTIC,
        .scratch = call->scratch,
    };
}

static bool lstm_run(const struct call *call, struct error *err)
{
    const struct tensor *x = call->inputs[INPUTS], *gates = call->outputs[GATES];
    const struct tensor *states = call->outputs[STATES], *cells = call->outputs[CELLS];
    const struct recurrent_optional optional = recurrent_optional(call, FIXED);
    const struct cell_activation activation = recurrent_activation(call, RECURRENT_ACTIVATION);
    const struct cell_activation gate = recurrent_activation(call, RECURRENT_GATE);
    const struct recurrent_rows rows = recurrent_rows(call, x);
    struct lstm_step s = common_step(call, states, rows, &activation, &gate);
    const int64_t steps = x->shape.dims[0];

    (void)err;
    s.to_in = call->inputs[TO_IN]->data;
    s.to_forget = call->inputs[TO_FORGET]->data;
    s.to_out = call->inputs[TO_OUT]->data;
    for (int64_t step = 0; step < steps; step++) {
        const int64_t time = recurrent_time(call->apply, step, steps);

        s.mask = recurrent_at(optional.mask, time, rows.first);
        s.gates = recurrent_take(x, gates, time, rows);
        s.states = recurrent_at(states, time, rows.first);
        s.cells = recurrent_at(cells, time, rows.first);
        s.old_states = recurrent_before(call->apply, states, call->inputs[STATES_0], step, rows.first);
        s.old_cells = recurrent_before(call->apply, cells, call->inputs[CELLS_0], step, rows.first);
        recurrent_product(call->inputs[WEIGHTS], false, s.rows, s.old_states, s.gates);
        call->kernels->cells.lstm(&s);
    }
    return true;
}

static size_t row_scratch_bytes(const struct shape *states, enum dtype dtype)
{
    return (size_t)(LSTM_SCRATCH_ROWS * states->dims[2]) * dtype_bytes(dtype);
}

static size_t lstm_scratch_bytes(const struct apply *apply)
{
    return row_scratch_bytes(&apply->outputs[STATES].shape, apply->outputs[STATES].dtype);
}

static struct sharing lstm_share(const struct apply *apply, const struct shape *inputs,
                                 const struct shape *outputs)
{
    (void)apply;
    (void)outputs;
    return recurrent_share(&inputs[INPUTS], &inputs[WEIGHTS]);
}

/* ---- Back.  Operands: gates, cells, W, peepholes, initial cells, [gradients of states and cells], [mask].
 * Results: gradients of the inputs, in place of the gates, of the initial states and cells, and of the
 * peepholes, (batch, 3, dim): to be summed over the batch, each row being that of several examples or zero
 * ---- */

enum {
    BACK_GATES,
    BACK_CELLS,
    BACK_WEIGHTS,
    BACK_TO_IN,
    BACK_TO_FORGET,
    BACK_TO_OUT,
    BACK_CELLS_0,
    BACK_FIXED
};
enum { D_INPUTS, D_STATES_0, D_CELLS_0, D_PEEPHOLES, BACK_RESULTS };

static bool back_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                       struct error *err)
{
    (void)apply;
    (void)err;
    outputs[D_INPUTS] = inputs[BACK_GATES];
    outputs[D_STATES_0] = outputs[D_CELLS_0] = inputs[BACK_CELLS_0];
    outputs[D_PEEPHOLES] = shape_of(3, inputs[BACK_GATES].dims[1], INT64_C(3), inputs[BACK_TO_IN].dims[0]);
    return true;
}

static bool back_run(const struct call *call, struct error *err)
{
    const struct tensor *gates = call->inputs[BACK_GATES], *cells = call->inputs[BACK_CELLS];
    const struct tensor *d_inputs = call->outputs[D_INPUTS];
    const struct recurrent_optional optional = recurrent_optional(call, BACK_FIXED);
    const struct cell_activation activation = recurrent_activation(call, RECURRENT_ACTIVATION);
    const struct cell_activation gate = recurrent_activation(call, RECURRENT_GATE);
    const struct recurrent_rows rows = recurrent_rows(call, gates);
    struct lstm_step s = common_step(call, cells, rows, &activation, &gate);
    const int64_t steps = gates->shape.dims[0];

    (void)err;
    s.to_in = call->inputs[BACK_TO_IN]->data;
    s.to_forget = call->inputs[BACK_TO_FORGET]->data;
    s.to_out = call->inputs[BACK_TO_OUT]->data;
    s.carry_states = recurrent_zeros(call->outputs[D_STATES_0], rows);
    s.carry_cells = recurrent_zeros(call->outputs[D_CELLS_0], rows);
    s.d_peepholes = recurrent_zeros(call->outputs[D_PEEPHOLES], rows);
    for (int64_t step = steps - 1; step >= 0; step--) {
        const int64_t time = recurrent_time(call->apply, step, steps);

        s.mask = recurrent_at(optional.mask, time, rows.first);
        s.gates = recurrent_at(gates, time, rows.first);
        s.d_gates = recurrent_at(d_inputs, time, rows.first);
        s.old_cells = recurrent_before(call->apply, cells, call->inputs[BACK_CELLS_0], step, rows.first);
        s.d_states = recurrent_at(optional.arriving[0], time, rows.first);
        s.d_cells = recurrent_at(optional.arriving[1], time, rows.first);
        call->kernels->cells.lstm_gradient(&s);
        recurrent_product(call->inputs[BACK_WEIGHTS], true, s.rows, s.d_gates, s.carry_states);
    }
    return true;
}

static size_t back_scratch_bytes(const struct apply *apply)
{
    return row_scratch_bytes(&apply->inputs[BACK_CELLS]->shape, apply->inputs[BACK_CELLS]->dtype);
}

static struct sharing back_share(const struct apply *apply, const struct shape *inputs,
                                 const struct shape *outputs)
{
    (void)apply;
    (void)outputs;
    return recurrent_share(&inputs[BACK_GATES], &inputs[BACK_WEIGHTS]);
}

static const struct operation back_operation = {
    .name = "gradient of lstm",
    .output_count = BACK_RESULTS,
    .in_place = true,
    .infer = back_infer,
    .run = back_run,
    .share = back_share,
    .whole = 1U << BACK_WEIGHTS | 1U << BACK_TO_IN | 1U << BACK_TO_FORGET | 1U << BACK_TO_OUT,
    .states = 1U << BACK_CELLS_0,
    .state_results = 1U << D_STATES_0 | 1U << D_CELLS_0 | 1U << D_PEEPHOLES,
    .scratch_bytes = back_scratch_bytes,
};

static bool lstm_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                          struct node **inputs, struct error *err)
{
    struct node *operands[BACK_FIXED + 3] = {
        [BACK_GATES] = &apply->outputs[GATES],       [BACK_CELLS] = &apply->outputs[CELLS],
        [BACK_WEIGHTS] = apply->inputs[WEIGHTS],     [BACK_TO_IN] = apply->inputs[TO_IN],
        [BACK_TO_FORGET] = apply->inputs[TO_FORGET], [BACK_TO_OUT] = apply->inputs[TO_OUT],
        [BACK_CELLS_0] = apply->inputs[CELLS_0],
    };
    struct apply *back =
        recurrent_apply_back(graph, &back_operation, apply, &outputs[STATES], 2, operands, BACK_FIXED, err);
    struct node *peepholes;

    if (!back)
        return false;
    inputs[INPUTS] = &back->outputs[D_INPUTS];
    inputs[STATES_0] = &back->outputs[D_STATES_0];
    inputs[CELLS_0] = &back->outputs[D_CELLS_0];
    inputs[WEIGHTS] = recurrent_weight_gradient(graph, apply, &apply->outputs[STATES],
                                                apply->inputs[STATES_0], inputs[INPUTS], err);
    peepholes =
        node_reduce(graph, REDUCE_SUM, &back->outputs[D_PEEPHOLES], (const int[]){ 0 }, 1, false, err);
    for (int i = 0; i < 3; i++) {
        inputs[TO_IN + i] = node_at(graph, peepholes, i, err);
        if (!inputs[TO_IN + i])
            return false;
    }
    return inputs[WEIGHTS] != NULL;
}

static const struct operation lstm_operation = {
    .name = operation_name,
    .output_count = RESULTS,
    .in_place = true,
    .infer = lstm_infer,
    .run = lstm_run,
    .share = lstm_share,
    .whole = 1U << WEIGHTS | 1U << TO_IN | 1U << TO_FORGET | 1U << TO_OUT,
    .states = 1U << STATES_0 | 1U << CELLS_0,
    .gradient = lstm_gradient,
    .scratch_bytes = lstm_scratch_bytes,
};

bool node_lstm(struct graph *graph, const struct recurrence *recurrence, const struct lstm_operands *given,
               struct node **out_states, struct node **out_cells, struct error *err)
{
    struct node *operands[FIXED + 1] = { NULL };
    struct apply *apply;
    int64_t dim;

    operands[INPUTS] = node_real(graph, given->inputs, err);
    if (!operands[INPUTS] || !given->weights || !given->states || !given->cells ||
        !recurrent_check(operation_name, node_shape(given->inputs), node_shape(given->weights), 4, err))
        return false;
    dim = node_dim(given->weights, 0);
    operands[WEIGHTS] = given->weights;
    operands[TO_IN] = given->to_in;
    operands[TO_FORGET] = given->to_forget;
    operands[TO_OUT] = given->to_out;
    operands[STATES_0] = recurrent_initial(graph, operation_name, operands[INPUTS], given->states, dim, err);
    if (!operands[STATES_0])
        return false;
    operands[CELLS_0] = recurrent_initial(graph, operation_name, operands[INPUTS], given->cells, dim, err);
    if (!operands[CELLS_0])
        return false;
    apply = recurrent_apply(graph, &lstm_operation, recurrence, operands, FIXED, err);
    if (!apply)
        return false;
    *out_states = &apply->outputs[STATES];
    *out_cells = &apply->outputs[CELLS];
    return true;
}
