/* engine/graph/ops/recurrent_gated.c -- the gated recurrent unit over a whole sequence.
 *
 * Operands: gate inputs (time, batch, 2 dim), inputs (time, batch, dim), G (dim, 2 dim), S (dim, dim),
 * initial states (batch, dim), [mask].  Results: gates (time, batch, 2 dim), in place of the gate inputs, and
 * candidates (time, batch, dim), both as the way back needs them; reset (time, batch, dim), the old states
 * times the reset gate; states (time, batch, dim). */
#include "engine/graph/ops/recurrent.h"

#include <string.h>

static const char operation_name[] = "gated_recurrent";
enum { GATE_INPUTS, INPUTS, TO_GATES, TO_STATE, INITIAL, FIXED };
enum { GATES, CANDIDATES, RESET, STATES, RESULTS };

static bool gated_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                        struct error *err)
{
    const struct shape *x = &inputs[INPUTS], *gates = &inputs[GATE_INPUTS];

    if (!recurrent_check(operation_name, x, &inputs[TO_STATE], 1, err) ||
        !recurrent_check(operation_name, gates, &inputs[TO_GATES], 2, err) ||
        !recurrent_check_state(operation_name, x, &inputs[TO_STATE], &inputs[INITIAL], err) ||
        (apply->attributes.integers[RECURRENT_MASKED] &&
         !recurrent_check_mask(operation_name, x, &inputs[FIXED], err)))
        return false;
    if (x->dims[0] != gates->dims[0] || x->dims[1] != gates->dims[1] || 2 * x->dims[2] != gates->dims[2])
        return raise_shapes(err, operation_name, x, gates,
                            "the inputs of the gates have to be twice as wide as the inputs");
    outputs[GATES] = *gates;
    outputs[CANDIDATES] = outputs[RESET] = outputs[STATES] = *x;
    return true;
}

/* Applies an activation to `count` numbers; gives where the results are: in place, or in `memory` when the
 * way back needs what went in. */
static void *activate(const struct cell_activation *activation, void *z, void *memory, int64_t count)
{
    void *out = activation->from_result ? z : memory;

    activation->forward(z, out, count, activation->parameter);
    return out;
}

static bool gated_run(const struct call *call, struct error *err)
{
    const struct tensor *x = call->inputs[INPUTS], *gate_inputs = call->inputs[GATE_INPUTS];
    const struct tensor *gates = call->outputs[GATES], *candidates = call->outputs[CANDIDATES];
    const struct tensor *states = call->outputs[STATES];
    const struct cell_kernels *cells = &call->kernels->cells;
    const struct recurrent_optional optional = recurrent_optional(call, FIXED);
    const struct cell_activation activation = recurrent_activation(call, RECURRENT_ACTIVATION);
    const struct cell_activation gate = recurrent_activation(call, RECURRENT_GATE);
    const struct recurrent_rows rows = recurrent_rows(call, x);
    const int64_t steps = x->shape.dims[0], dim = x->shape.dims[2], unit = rows.count * dim;

    (void)err;
    for (int64_t step = 0; step < steps; step++) {
        const int64_t time = recurrent_time(call->apply, step, steps);
        const void *old = recurrent_before(call->apply, states, call->inputs[INITIAL], step, rows.first);
        void *z = recurrent_take(gate_inputs, gates, time, rows);
        void *candidate = recurrent_take(x, candidates, time, rows);
        void *out = recurrent_at(states, time, rows.first);
        struct gated_step s = { .rows = rows.count, .dim = dim, .old = old, .carry = out };

        recurrent_product(call->inputs[TO_GATES], false, s.rows, old, z);
        s.gates = activate(&gate, z, call->scratch, 2 * unit);
        s.reset = recurrent_at(call->outputs[RESET], time, rows.first);
        cells->gated_reset(&s);
        recurrent_product(call->inputs[TO_STATE], false, s.rows, s.reset, candidate);
        s.candidate = activate(&activation, candidate, out, unit);
        cells->gated_mix(&s);
        cells->blend(&(struct cell_blend){ s.rows, dim, recurrent_at(optional.mask, time, rows.first), out,
                                           old, out });
    }
    return true;
}

static size_t gated_scratch_bytes(const struct apply *apply)
{
    const struct node *gates = &apply->outputs[GATES];

    return (size_t)(gates->shape.dims[1] * gates->shape.dims[2]) * dtype_bytes(gates->dtype);
}

static struct sharing share_both(const struct shape *gates, const struct shape *x,
                                 const struct shape *weights)
{
    struct sharing sharing = recurrent_share(gates, weights);

    sharing.work += recurrent_share(x, weights).work;
    return sharing;
}

static struct sharing gated_share(const struct apply *apply, const struct shape *inputs,
                                  const struct shape *outputs)
{
    (void)apply;
    (void)outputs;
    return share_both(&inputs[GATE_INPUTS], &inputs[INPUTS], &inputs[TO_STATE]);
}

/* ---- Back.  Operands: gates, candidates, states, G, S, initial states, [gradient of states], [mask].
 * Results: gradients of the gate inputs, in place of the gates, of the inputs, of the initial states ---- */

enum { BACK_GATES, BACK_CANDIDATES, BACK_STATES, BACK_TO_GATES, BACK_TO_STATE, BACK_INITIAL, BACK_FIXED };
enum { D_GATE_INPUTS, D_INPUTS, D_INITIAL, BACK_RESULTS };

static bool back_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                       struct error *err)
{
    (void)apply;
    (void)err;
    outputs[D_GATE_INPUTS] = inputs[BACK_GATES];
    outputs[D_INPUTS] = inputs[BACK_CANDIDATES];
    outputs[D_INITIAL] = inputs[BACK_INITIAL];
    return true;
}

/* Scratch, in units of (batch, dim): results of the gates, 2; their gradients, 2; results of the candidates;
 * what is fresh; the gradient of reset. */
enum {
    SCRATCH_GATES = 0,
    SCRATCH_D_GATES = 2,
    SCRATCH_CANDIDATES = 4,
    SCRATCH_FRESH,
    SCRATCH_RESET,
    SCRATCH_UNITS
};

static const void *results(const struct cell_activation *activation, const void *kept, void *memory,
                           int64_t count)
{
    if (activation->from_result)
        return kept;
    activation->forward(kept, memory, count, activation->parameter);
    return memory;
}

/* One step: `s` holds the old states and the carry, `kept` what is kept of the gates and the candidates. */
static void back_step(const struct call *call, struct gated_step *s, const void *kept_gates,
                      const void *kept_candidates, void *d_gate_inputs)
{
    const struct cell_kernels *cells = &call->kernels->cells;
    const struct cell_activation activation = recurrent_activation(call, RECURRENT_ACTIVATION);
    const struct cell_activation gate = recurrent_activation(call, RECURRENT_GATE);
    const int64_t unit = s->rows * s->dim;
    const size_t unit_bytes = (size_t)unit * dtype_bytes(call->outputs[D_INPUTS]->dtype);
    char *scratch = call->scratch;

    s->gates = results(&gate, kept_gates, scratch + SCRATCH_GATES * unit_bytes, 2 * unit);
    s->candidate = results(&activation, kept_candidates, scratch + SCRATCH_CANDIDATES * unit_bytes, unit);
    s->d_gates = scratch + SCRATCH_D_GATES * unit_bytes;
    s->reset = scratch + SCRATCH_RESET * unit_bytes;
    cells->gated_mix_gradient(s);
    activation.slope(kept_candidates, s->d_candidate, s->d_candidate, unit, activation.parameter);
    memset(s->reset, 0, unit_bytes);
    recurrent_product(call->inputs[BACK_TO_STATE], true, s->rows, s->d_candidate, s->reset);
    cells->gated_reset_gradient(s);
    gate.slope(kept_gates, s->d_gates, d_gate_inputs, 2 * unit, gate.parameter);
    recurrent_product(call->inputs[BACK_TO_GATES], true, s->rows, d_gate_inputs, s->carry);
}

static bool back_run(const struct call *call, struct error *err)
{
    const struct tensor *gates = call->inputs[BACK_GATES], *candidates = call->inputs[BACK_CANDIDATES];
    const struct tensor *initial = call->inputs[BACK_INITIAL];
    const struct recurrent_optional optional = recurrent_optional(call, BACK_FIXED);
    const struct recurrent_rows rows = recurrent_rows(call, candidates);
    const int64_t steps = candidates->shape.dims[0], dim = candidates->shape.dims[2];
    struct gated_step s = { .rows = rows.count, .dim = dim };
    void *fresh =
        (char *)call->scratch + SCRATCH_FRESH * (size_t)(rows.count * dim) * dtype_bytes(initial->dtype);

    (void)err;
    s.carry = recurrent_zeros(call->outputs[D_INITIAL], rows);
    s.fresh = fresh;
    for (int64_t step = steps - 1; step >= 0; step--) {
        const int64_t time = recurrent_time(call->apply, step, steps);

        call->kernels->cells.unblend(
            &(struct cell_unblend){ s.rows, s.dim, recurrent_at(optional.mask, time, rows.first),
                                    recurrent_at(optional.arriving[0], time, rows.first), s.carry, fresh });
        s.old = recurrent_before(call->apply, call->inputs[BACK_STATES], initial, step, rows.first);
        s.d_candidate = recurrent_at(call->outputs[D_INPUTS], time, rows.first);
        back_step(call, &s, recurrent_at(gates, time, rows.first), recurrent_at(candidates, time, rows.first),
                  recurrent_at(call->outputs[D_GATE_INPUTS], time, rows.first));
    }
    return true;
}

static size_t back_scratch_bytes(const struct apply *apply)
{
    const struct node *d_initial = &apply->outputs[D_INITIAL];

    return SCRATCH_UNITS * (size_t)shape_elements(&d_initial->shape) * dtype_bytes(d_initial->dtype);
}

static struct sharing back_share(const struct apply *apply, const struct shape *inputs,
                                 const struct shape *outputs)
{
    (void)apply;
    (void)outputs;
    return share_both(&inputs[BACK_GATES], &inputs[BACK_CANDIDATES], &inputs[BACK_TO_STATE]);
}

static const struct operation back_operation = {
    .name = "gradient of gated_recurrent",
    .output_count = BACK_RESULTS,
    .in_place = true,
    .infer = back_infer,
    .run = back_run,
    .share = back_share,
    .whole = 1U << BACK_TO_GATES | 1U << BACK_TO_STATE,
    .states = 1U << BACK_INITIAL,
    .state_results = 1U << D_INITIAL,
    .scratch_bytes = back_scratch_bytes,
};

/* a' b over all steps: (dim, dim) from two sequences (time, batch, dim). */
static struct node *product_over_steps(struct graph *graph, struct node *a, struct node *b, struct error *err)
{
    static const int transposed[] = { 1, 0 };
    const int64_t rows[] = { DIMENSION_REST, DIMENSION_SAME(2) };

    return node_dot(graph, node_dimshuffle(graph, node_reshape(graph, a, rows, 2, err), transposed, 2, err),
                    node_reshape(graph, b, rows, 2, err), err);
}

static bool gated_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                           struct node **inputs, struct error *err)
{
    struct node *operands[BACK_FIXED + 2] = {
        [BACK_GATES] = &apply->outputs[GATES],     [BACK_CANDIDATES] = &apply->outputs[CANDIDATES],
        [BACK_STATES] = &apply->outputs[STATES],   [BACK_TO_GATES] = apply->inputs[TO_GATES],
        [BACK_TO_STATE] = apply->inputs[TO_STATE], [BACK_INITIAL] = apply->inputs[INITIAL],
    };
    struct apply *back =
        recurrent_apply_back(graph, &back_operation, apply, &outputs[STATES], 1, operands, BACK_FIXED, err);

    if (!back)
        return false;
    inputs[GATE_INPUTS] = &back->outputs[D_GATE_INPUTS];
    inputs[INPUTS] = &back->outputs[D_INPUTS];
    inputs[INITIAL] = &back->outputs[D_INITIAL];
    inputs[TO_GATES] = recurrent_weight_gradient(graph, apply, &apply->outputs[STATES],
                                                 apply->inputs[INITIAL], inputs[GATE_INPUTS], err);
    inputs[TO_STATE] = product_over_steps(graph, &apply->outputs[RESET], inputs[INPUTS], err);
    return inputs[TO_GATES] && inputs[TO_STATE];
}

static const struct operation gated_operation = {
    .name = operation_name,
    .output_count = RESULTS,
    .in_place = true,
    .infer = gated_infer,
    .run = gated_run,
    .share = gated_share,
    .whole = 1U << TO_GATES | 1U << TO_STATE,
    .states = 1U << INITIAL,
    .gradient = gated_gradient,
    .scratch_bytes = gated_scratch_bytes,
};

struct node *node_gated_recurrent(struct graph *graph, const struct recurrence *recurrence,
                                  const struct gated_operands *given, struct error *err)
{
    struct node *operands[FIXED + 1] = { NULL };
    struct apply *apply;

    operands[GATE_INPUTS] = node_real(graph, given->gate_inputs, err);
    operands[INPUTS] = operands[GATE_INPUTS] ? node_real(graph, given->inputs, err) : NULL;
    if (!operands[INPUTS] || !given->state_to_state || !given->states ||
        !recurrent_check(operation_name, node_shape(given->inputs), node_shape(given->state_to_state), 1,
                         err))
        return NULL;
    operands[TO_GATES] = given->state_to_gates;
    operands[TO_STATE] = given->state_to_state;
    operands[INITIAL] = recurrent_initial(graph, operation_name, operands[INPUTS], given->states,
                                          node_dim(given->state_to_state, 0), err);
    if (!operands[INITIAL])
        return NULL;
    apply = recurrent_apply(graph, &gated_operation, recurrence, operands, FIXED, err);
    return apply ? &apply->outputs[STATES] : NULL;
}
