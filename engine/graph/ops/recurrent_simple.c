/* engine/graph/ops/recurrent_simple.c -- h' = activation(x + h W) over a whole sequence.
 *
 * Operands: inputs (time, batch, dim), W (dim, dim), initial states (batch, dim), [mask].
 * Results: kept (time, batch, dim), see cells.h, in place of the inputs; states (time, batch, dim). */
#include "engine/graph/ops/recurrent.h"

static const char operation_name[] = "simple_recurrent";
enum { INPUTS, WEIGHTS, INITIAL, FIXED };
enum { KEPT, STATES, RESULTS };

static bool simple_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                         struct error *err)
{
    if (!recurrent_check(operation_name, &inputs[INPUTS], &inputs[WEIGHTS], 1, err) ||
        !recurrent_check_state(operation_name, &inputs[INPUTS], &inputs[WEIGHTS], &inputs[INITIAL], err) ||
        (apply->attributes.integers[RECURRENT_MASKED] &&
         !recurrent_check_mask(operation_name, &inputs[INPUTS], &inputs[FIXED], err)))
        return false;
    outputs[KEPT] = outputs[STATES] = inputs[INPUTS];
    return true;
}

static bool simple_run(const struct call *call, struct error *err)
{
    const struct tensor *x = call->inputs[INPUTS], *kept = call->outputs[KEPT];
    const struct tensor *states = call->outputs[STATES];
    const struct recurrent_optional optional = recurrent_optional(call, FIXED);
    const struct cell_activation activation = recurrent_activation(call, RECURRENT_ACTIVATION);
    const struct recurrent_rows rows = recurrent_rows(call, x);
    const int64_t steps = x->shape.dims[0], dim = x->shape.dims[2];

    (void)err;
    for (int64_t step = 0; step < steps; step++) {
        const int64_t time = recurrent_time(call->apply, step, steps);
        const void *old = recurrent_before(call->apply, states, call->inputs[INITIAL], step, rows.first);
        void *z = recurrent_take(x, kept, time, rows), *out = recurrent_at(states, time, rows.first);
        void *fresh = activation.from_result ? z : out;

        recurrent_product(call->inputs[WEIGHTS], false, rows.count, old, z);
        activation.forward(z, fresh, rows.count * dim, activation.parameter);
        call->kernels->cells.blend(&(struct cell_blend){
            rows.count, dim, recurrent_at(optional.mask, time, rows.first), fresh, old, out });
    }
    return true;
}

static struct sharing simple_share(const struct apply *apply, const struct shape *inputs,
                                   const struct shape *outputs)
{
    (void)apply;
    (void)outputs;
    return recurrent_share(&inputs[0], &inputs[WEIGHTS]);
}

/* ---- Back.  Operands: kept, W, [gradient of states], [mask]; results: that of the inputs, in place of kept,
 * and that of the initial states ---- */

enum { BACK_KEPT, BACK_WEIGHTS, BACK_FIXED };
enum { D_INPUTS, D_INITIAL, BACK_RESULTS };

static bool back_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                       struct error *err)
{
    (void)apply;
    (void)err;
    outputs[D_INPUTS] = inputs[BACK_KEPT];
    outputs[D_INITIAL] = shape_of(2, inputs[BACK_KEPT].dims[1], inputs[BACK_KEPT].dims[2]);
    return true;
}

static bool back_run(const struct call *call, struct error *err)
{
    const struct tensor *kept = call->inputs[BACK_KEPT], *d_inputs = call->outputs[D_INPUTS];
    const struct recurrent_optional optional = recurrent_optional(call, BACK_FIXED);
    const struct cell_activation activation = recurrent_activation(call, RECURRENT_ACTIVATION);
    const struct recurrent_rows rows = recurrent_rows(call, kept);
    const int64_t steps = kept->shape.dims[0], dim = kept->shape.dims[2];
    void *carry = recurrent_zeros(call->outputs[D_INITIAL], rows), *fresh = call->scratch;

    (void)err;
    for (int64_t step = steps - 1; step >= 0; step--) {
        const int64_t time = recurrent_time(call->apply, step, steps);
        void *d_z = recurrent_at(d_inputs, time, rows.first);

        call->kernels->cells.unblend(
            &(struct cell_unblend){ rows.count, dim, recurrent_at(optional.mask, time, rows.first),
                                    recurrent_at(optional.arriving[0], time, rows.first), carry, fresh });
        activation.slope(recurrent_at(kept, time, rows.first), fresh, d_z, rows.count * dim,
                         activation.parameter);
        recurrent_product(call->inputs[BACK_WEIGHTS], true, rows.count, d_z, carry);
    }
    return true;
}

static size_t back_scratch_bytes(const struct apply *apply)
{
    const struct node *d_initial = &apply->outputs[D_INITIAL];

    return (size_t)shape_elements(&d_initial->shape) * dtype_bytes(d_initial->dtype);
}

static const struct operation back_operation = {
    .name = "gradient of simple_recurrent",
    .output_count = BACK_RESULTS,
    .in_place = true,
    .infer = back_infer,
    .run = back_run,
    .share = simple_share,
    .whole = 1U << BACK_WEIGHTS,
    .state_results = 1U << D_INITIAL,
    .scratch_bytes = back_scratch_bytes,
};

static bool simple_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                            struct node **inputs, struct error *err)
{
    struct node *operands[BACK_FIXED + 2] = { &apply->outputs[KEPT], apply->inputs[WEIGHTS] };
    struct apply *back =
        recurrent_apply_back(graph, &back_operation, apply, &outputs[STATES], 1, operands, BACK_FIXED, err);

    if (!back)
        return false;
    inputs[INPUTS] = &back->outputs[D_INPUTS];
    inputs[INITIAL] = &back->outputs[D_INITIAL];
    inputs[WEIGHTS] = recurrent_weight_gradient(graph, apply, &apply->outputs[STATES], apply->inputs[INITIAL],
                                                inputs[INPUTS], err);
    return inputs[WEIGHTS] != NULL;
}

static const struct operation simple_operation = {
    .name = operation_name,
    .output_count = RESULTS,
    .in_place = true,
    .infer = simple_infer,
    .run = simple_run,
    .share = simple_share,
    .whole = 1U << WEIGHTS,
    .states = 1U << INITIAL,
    .gradient = simple_gradient,
};

struct node *node_simple_recurrent(struct graph *graph, const struct recurrence *recurrence,
                                   struct node *inputs, struct node *weights, struct node *states,
                                   struct error *err)
{
    struct node *operands[FIXED + 1];
    struct apply *apply;

    operands[INPUTS] = node_real(graph, inputs, err);
    if (!operands[INPUTS] || !weights || !states ||
        !recurrent_check(operation_name, node_shape(inputs), node_shape(weights), 1, err))
        return NULL;
    operands[WEIGHTS] = weights;
    operands[INITIAL] =
        recurrent_initial(graph, operation_name, operands[INPUTS], states, node_dim(weights, 0), err);
    apply = recurrent_apply(graph, &simple_operation, recurrence, operands, FIXED, err);
    return apply ? &apply->outputs[STATES] : NULL;
}
