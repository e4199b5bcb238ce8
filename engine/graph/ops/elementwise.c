/* engine/graph/ops/elementwise.c -- operations of one vector kernel each; elementwise_gradient.c has their
 * gradients. */
#include "engine/graph/ops/elementwise.h"

#include <math.h>

static const struct operation unary_operations[KERNEL_UNARY_COUNT] = {
#define KIND(kernel_name, result)                                                                            \
    [KERNEL_##kernel_name] = { .name = #kernel_name,                                                         \
                               .kind = OPERATION_ELEMENTWISE,                                                \
                               .kernel = KERNEL_##kernel_name,                                               \
                               .infer = infer_same,                                                          \
                               .gradient = unary_gradient },
    KERNELS_UNARY(KIND)
#undef KIND
};

static const struct operation binary_operations[KERNEL_BINARY_COUNT] = {
#define KIND(kernel_name, result)                                                                            \
    [KERNEL_##kernel_name] = { .name = #kernel_name,                                                         \
                               .kind = OPERATION_ELEMENTWISE,                                                \
                               .kernel = KERNEL_##kernel_name,                                               \
                               .infer = infer_broadcast,                                                     \
                               .gradient = binary_gradient },
    KERNELS_BINARY(KIND)
#undef KIND
};

static const struct operation own_copy_operation = {
    .name = "copy",
    .kind = OPERATION_ELEMENTWISE,
    .unique = true,
    .kernel = KERNEL_copy,
    .infer = infer_same,
    .gradient = unary_gradient,
};

struct node *node_own_copy(struct graph *graph, struct node *x, struct error *err)
{
    return graph_apply_one(graph, &own_copy_operation, &x, 1, NULL, graph_real(graph), err);
}

/* ---- Kernels as nodes; constants are worked out at once ---- */

struct node *node_kernel_unary(struct graph *graph, enum kernel_unary kernel, struct node *x, double p,
                               struct error *err)
{
    const struct attributes attributes = { .real = p };
    double value, result;
    struct tensor out = { graph_real(graph), shape_of(0), &result };

    x = node_real(graph, x, err);
    if (!x || kernel == KERNEL_copy || (kernel == KERNEL_scale && p == 1))
        return x;
    if (node_is_scalar_constant(x, &value)) {
        kernels_best(out.dtype)->unary[kernel](x->constant.data, out.data, 1, p);
        return node_constant(graph, tensor_read(&out, 0));
    }
    return graph_apply_one(graph, &unary_operations[kernel], &x, 1, &attributes, out.dtype, err);
}

/* x to a whole power by products, as Theano works out small ones; NULL for other exponents, and 0. */
static struct node *whole_power(struct graph *graph, struct node *x, double exponent, struct error *err)
{
    enum { WHOLE_POWER_MAX = 16 };
    struct node *result = NULL;

    if (floor(exponent) != exponent || exponent == 0 || fabs(exponent) > WHOLE_POWER_MAX)
        return NULL;
    for (int rest = (int)fabs(exponent); rest > 0; rest >>= 1) {
        if (rest & 1)
            result = result ? node_multiply(graph, result, x, err) : x;
        if (rest > 1)
            x = node_sqr(graph, x, err);
    }
    return exponent > 0 ? result : node_divide(graph, node_constant(graph, 1), result, err);
}

/* x * constant and its kin; NULL when there is nothing simpler than the operation itself. */
static struct node *simplify(struct graph *graph, enum kernel_binary kernel, struct node *a, struct node *b,
                             struct error *err)
{
    double value;

    if (kernel == KERNEL_multiply && node_is_scalar_constant(a, &value))
        return node_kernel_unary(graph, KERNEL_scale, b, value, err);
    if (!node_is_scalar_constant(b, &value))
        return NULL;
    if (kernel == KERNEL_multiply)
        return node_kernel_unary(graph, KERNEL_scale, a, value, err);
    if ((kernel == KERNEL_divide && value == 1) ||
        ((kernel == KERNEL_add || kernel == KERNEL_subtract) && value == 0))
        return a;
    if (kernel != KERNEL_power)
        return NULL;
    return value == 0.5 ? node_sqrt(graph, a, err) : whole_power(graph, a, value, err);
}

struct node *node_kernel_binary(struct graph *graph, enum kernel_binary kernel, struct node *a,
                                struct node *b, double p, struct error *err)
{
    const struct attributes attributes = { .real = p };
    struct node *inputs[2];
    double value, result;
    struct tensor out = { graph_real(graph), shape_of(0), &result };

    a = node_real(graph, a, err);
    b = a ? node_real(graph, b, err) : NULL;
    if (!b)
        return NULL;
    if (node_is_scalar_constant(a, &value) && node_is_scalar_constant(b, &value)) {
        kernels_best(out.dtype)->binary[kernel](a->constant.data, b->constant.data, out.data, 1, p);
        return node_constant(graph, tensor_read(&out, 0));
    }
    inputs[0] = simplify(graph, kernel, a, b, err);
    if (inputs[0])
        return inputs[0];
    inputs[0] = a;
    inputs[1] = b;
    return graph_apply_one(graph, &binary_operations[kernel], inputs, 2, &attributes, out.dtype, err);
}

struct node *node_logistic_scores(struct node *x)
{
    return x->apply && x->apply->operation == &unary_operations[KERNEL_logistic] ? x->apply->inputs[0] : NULL;
}

/* ---- The public operations ---- */

static const enum kernel_unary unaries[UNARY_COUNT] = {
#define X(NAME, name) [UNARY_##NAME] = KERNEL_##name,
    UNARY_OPERATIONS(X)
#undef X
};

static const struct {
    const char *name;
    enum kernel_binary kernel;
} binaries[BINARY_COUNT] = {
#define X(NAME, name) [BINARY_##NAME] = { #name, KERNEL_##name },
    BINARY_OPERATIONS(X)
#undef X
};

const char *binary_name(enum binary operation)
{
    return binaries[operation].name;
}

struct node *node_unary(struct graph *graph, enum unary operation, struct node *x, struct error *err)
{
    return node_kernel_unary(graph, unaries[operation], x, 0, err);
}

struct node *node_binary(struct graph *graph, enum binary operation, struct node *a, struct node *b,
                         struct error *err)
{
    return node_kernel_binary(graph, binaries[operation].kernel, a, b, 0, err);
}

struct node *node_leaky_rectifier(struct graph *graph, struct node *x, double leak, struct error *err)
{
    return node_kernel_unary(graph, KERNEL_leaky_rectifier, x, leak, err);
}
