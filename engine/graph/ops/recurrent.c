/* engine/graph/ops/recurrent.c -- what recurrent operations do while they run; see recurrent.h. */
#include "engine/graph/ops/recurrent.h"

#include <string.h>

#include "engine/tensor/blas.h"

struct recurrent_optional recurrent_optional(const struct call *call, size_t fixed)
{
    const int64_t *integers = call->apply->attributes.integers;
    struct recurrent_optional optional = { .mask = NULL };

    for (int i = 0; i < 2; i++)
        if (integers[RECURRENT_ARRIVING] >> i & 1)
            optional.arriving[i] = call->inputs[fixed++];
    if (integers[RECURRENT_MASKED])
        optional.mask = call->inputs[fixed];
    return optional;
}

const void *recurrent_before(const struct apply *apply, const struct tensor *sequence,
                             const struct tensor *initial, int64_t step, int64_t first)
{
    if (step == 0)
        return recurrent_row(initial, first);
    return recurrent_at(sequence, recurrent_time(apply, step - 1, sequence->shape.dims[0]), first);
}

void *recurrent_take(const struct tensor *x, const struct tensor *kept, int64_t time,
                     struct recurrent_rows rows)
{
    void *to = recurrent_at(kept, time, rows.first);

    if (kept->data != x->data)
        memcpy(to, recurrent_at(x, time, rows.first),
               (size_t)(rows.count * x->shape.dims[2]) * dtype_bytes(x->dtype));
    return to;
}

void *recurrent_zeros(const struct tensor *state, struct recurrent_rows rows)
{
    return memset(recurrent_row(state, rows.first), 0,
                  (size_t)rows.count * recurrent_row_bytes(state, state->shape.dims[0]));
}

/* A leaky rectifier with leak 1 is the identity, also in its slope. */
static const struct {
    enum kernel_unary forward;
    enum kernel_binary slope;
    bool from_result;
} activations[ACTIVATION_COUNT] = {
    [ACTIVATION_IDENTITY] = { KERNEL_copy, KERNEL_leaky_rectifier_gradient, true },
    [ACTIVATION_TANH] = { KERNEL_tanh, KERNEL_tanh_gradient, true },
    [ACTIVATION_LOGISTIC] = { KERNEL_logistic, KERNEL_logistic_gradient, true },
    [ACTIVATION_RECTIFIER] = { KERNEL_rectifier, KERNEL_rectifier_gradient, false },
    [ACTIVATION_SOFTPLUS] = { KERNEL_softplus, KERNEL_softplus_gradient, false },
    [ACTIVATION_LEAKY_RECTIFIER] = { KERNEL_leaky_rectifier, KERNEL_leaky_rectifier_gradient, false },
};

struct cell_activation recurrent_activation(const struct call *call, int attribute)
{
    const int64_t *integers = call->apply->attributes.integers;
    const int64_t kind = integers[attribute];
    double leak;

    memcpy(&leak, &integers[attribute + 1], sizeof leak);
    return (struct cell_activation){
        .forward = call->kernels->unary[activations[kind].forward],
        .slope = call->kernels->binary[activations[kind].slope],
        .from_result = activations[kind].from_result,
        .parameter = kind == ACTIVATION_IDENTITY ? 1 : leak,
    };
}

void recurrent_product(const struct tensor *w, bool transposed, int64_t rows, const void *a, void *out)
{
    const struct product product = {
        .dtype = w->dtype,
        .transpose_b = transposed,
        .accumulate = true,
        .m = rows,
        .n = w->shape.dims[transposed ? 0 : 1],
        .k = w->shape.dims[transposed ? 1 : 0],
    };

    blas_product(&product, a, w->data, out);
}

struct sharing recurrent_share(const struct shape *inputs, const struct shape *weights)
{
    enum { WORK_OF_CELL = 40 }; /* per input */
    const double elements = (double)shape_elements(inputs);

    return (struct sharing){ SHARE_SEQUENCES, inputs->dims[1],
                             elements * (2 * (double)weights->dims[0] + WORK_OF_CELL) };
}
