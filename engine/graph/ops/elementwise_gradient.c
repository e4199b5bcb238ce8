/* engine/graph/ops/elementwise_gradient.c -- slopes of the elementwise operations.
 *
 * x, y: operand and result of a unary operation; a, b, y: of a binary one; g: what arrives. */
#include "engine/graph/ops/elementwise.h"

/* Kernels that compute slope times g from x or from y. */
static const struct {
    bool exists, from_result;
    enum kernel_binary kernel;
} slopes[KERNEL_UNARY_COUNT] = {
    [KERNEL_abs] = { true, false, KERNEL_abs_gradient },
    [KERNEL_sqrt] = { true, true, KERNEL_sqrt_gradient },
    [KERNEL_exp] = { true, true, KERNEL_multiply },
    [KERNEL_tanh] = { true, true, KERNEL_tanh_gradient },
    [KERNEL_logistic] = { true, true, KERNEL_logistic_gradient },
    [KERNEL_rectifier] = { true, false, KERNEL_rectifier_gradient },
    [KERNEL_softplus] = { true, false, KERNEL_softplus_gradient },
    [KERNEL_leaky_rectifier] = { true, false, KERNEL_leaky_rectifier_gradient },
};

bool unary_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                    struct node **inputs, struct error *err)
{
    const enum kernel_unary kernel = (enum kernel_unary)apply->operation->kernel;
    const double p = apply->attributes.real;
    struct node *x = apply->inputs[0], *y = &apply->outputs[0], *g = outputs[0];

    if (slopes[kernel].exists)
        inputs[0] =
            node_kernel_binary(graph, slopes[kernel].kernel, slopes[kernel].from_result ? y : x, g, p, err);
    else if (kernel == KERNEL_copy)
        inputs[0] = g;
    else if (kernel == KERNEL_scale)
        inputs[0] = node_kernel_unary(graph, KERNEL_scale, g, p, err);
    else if (kernel == KERNEL_negative)
        inputs[0] = node_negative(graph, g, err);
    else if (kernel == KERNEL_sqr)
        inputs[0] = node_multiply(graph, g, node_kernel_unary(graph, KERNEL_scale, x, 2, err), err);
    else
        inputs[0] = node_divide(graph, g, x, err); /* log */
    return inputs[0] != NULL;
}

/* d a^b: b a^(b - 1) g and log(a) y g */
static void power_gradient(struct graph *graph, struct node *a, struct node *b, struct node *y,
                           struct node *g, struct node **inputs, struct error *err)
{
    struct node *lower = node_subtract(graph, b, node_constant(graph, 1), err);
    struct node *slope = node_multiply(graph, b, node_power(graph, a, lower, err), err);
    double exponent;

    inputs[0] = node_multiply(graph, g, slope, err);
    if (!node_is_scalar_constant(b, &exponent))
        inputs[1] = node_multiply(graph, g, node_multiply(graph, y, node_log(graph, a, err), err), err);
}

/* All of g goes to a where a was taken, else to b. */
static void extreme_gradient(struct graph *graph, struct node *a, struct node *y, struct node *g,
                             struct node **inputs, struct error *err)
{
    struct node *taken = node_multiply(graph, g, node_equal(graph, a, y, err), err);

    inputs[0] = taken;
    inputs[1] = node_subtract(graph, g, taken, err);
}

bool binary_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                     struct node **inputs, struct error *err)
{
    struct node *a = apply->inputs[0], *b = apply->inputs[1], *y = &apply->outputs[0], *g = outputs[0];

    switch (apply->operation->kernel) {
    case KERNEL_add:
        inputs[0] = inputs[1] = g;
        break;
    case KERNEL_subtract:
        inputs[0] = g;
        inputs[1] = node_negative(graph, g, err);
        break;
    case KERNEL_multiply:
        inputs[0] = node_multiply(graph, g, b, err);
        inputs[1] = node_multiply(graph, g, a, err);
        break;
    case KERNEL_divide:
        inputs[0] = node_divide(graph, g, b, err);
        inputs[1] = node_negative(graph, node_divide(graph, node_multiply(graph, g, y, err), b, err), err);
        break;
    case KERNEL_power:
        power_gradient(graph, a, b, y, g, inputs, err);
        break;
    case KERNEL_minimum:
    case KERNEL_maximum:
        extreme_gradient(graph, a, y, g, inputs, err);
        break;
    case KERNEL_equal:
    case KERNEL_not_equal:
    case KERNEL_less:
    case KERNEL_less_equal:
    case KERNEL_greater:
    case KERNEL_greater_equal:
        return true; /* flat everywhere: nothing flows */
    default:
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "there is no gradient of %s", apply->operation->name);
    }
    for (int i = 0; i < 2; i++) {
        if (inputs[i])
            inputs[i] = node_unbroadcast(graph, inputs[i], apply->inputs[i], err);
        if (!inputs[i] && !(apply->operation->kernel == KERNEL_power && i == 1))
            return false;
    }
    return true;
}
