/* engine/graph/ops/dot.c -- matrix products; a transposed operand is a flag of the product, never a copy.
 *
 * One application multiplies two matrices: out (m, n) = a (m, k) b (k, n), where TRANSPOSE_A says that a is
 * stored as (k, m). Vectors and leading axes are views around it. */
#include "engine/graph/ops/dimshuffle.h"
#include "engine/tensor/blas.h"

#include <string.h>

enum { TRANSPOSE_A, TRANSPOSE_B };

static bool dot_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                      struct error *err)
{
    const bool ta = apply->attributes.integers[TRANSPOSE_A], tb = apply->attributes.integers[TRANSPOSE_B];
    const int64_t m = inputs[0].dims[ta], ka = inputs[0].dims[!ta], kb = inputs[1].dims[tb],
                  n = inputs[1].dims[!tb];

    if (ka != kb) {
        /* As the user wrote it, whatever the storage. */
        const struct shape a = shape_of(2, m, ka), b = shape_of(2, kb, n);
        return raise_shapes(err, "dot", &a, &b, "%lld and %lld differ", (long long)ka, (long long)kb);
    }
    if (m > BLAS_EXTENT_MAX || n > BLAS_EXTENT_MAX || ka > BLAS_EXTENT_MAX)
        return raise_shapes(err, "dot", &inputs[0], &inputs[1], "an axis is longer than %d",
                            (int)BLAS_EXTENT_MAX);
    outputs[0] = shape_of(2, m, n);
    return true;
}

/* Members make rows of the result, or, where b is large beside a and the result, columns: of b, which others
 * have just changed when it is a layer's weights, they then fetch only what belongs to these. */
static bool by_columns(const struct shape *a, const struct shape *out, bool ta)
{
    enum { COLUMNS_MIN = 64, B_ELEMENTS_MIN = 1 << 16, TIMES_LARGER = 2 };
    const double m = (double)out->dims[0], n = (double)out->dims[1], k = (double)a->dims[ta ? 0 : 1];

    return n >= COLUMNS_MIN && k * n >= B_ELEMENTS_MIN && k * n >= TIMES_LARGER * m * (k + n);
}

static bool dot_run(const struct call *call, struct error *err)
{
    const bool ta = call->apply->attributes.integers[TRANSPOSE_A];
    const bool tb = call->apply->attributes.integers[TRANSPOSE_B];
    const struct tensor *a = call->inputs[0], *b = call->inputs[1], *out = call->outputs[0];
    const int64_t m = out->shape.dims[0], n = out->shape.dims[1], k = a->shape.dims[ta ? 0 : 1];
    const bool columns = call->partial && by_columns(&a->shape, &out->shape, ta);
    const bool rows = call->partial && !columns;
    const size_t bytes = dtype_bytes(out->dtype), first = call->partial ? (size_t)call->begin * bytes : 0;
    char *to = call->piece ? call->piece : (char *)out->data + first * (size_t)(columns ? 1 : n);
    const struct product product = {
        .dtype = out->dtype,
        .transpose_a = ta,
        .transpose_b = tb,
        .m = rows ? call->end - call->begin : m,
        .n = columns ? call->end - call->begin : n,
        .k = k,
        .a_columns = ta ? m : 0,
        .c_columns = n,
    };

    (void)err;
    blas_product(&product, (const char *)a->data + (rows ? first : 0),
                 (const char *)b->data + (columns ? first * (size_t)(tb ? k : 1) : 0), to);
    return true;
}

/* Rows of a product whose left side is stored transposed, as with gradients of weights. */
static int64_t dot_piece(const struct apply *apply, const struct shape *inputs, const struct shape *outputs,
                         int64_t count, int64_t most)
{
    const struct product product = {
        .dtype = apply->outputs[0].dtype,
        .transpose_a = true,
        .transpose_b = apply->attributes.integers[TRANSPOSE_B],
        .m = count,
        .n = outputs->dims[1],
        .k = inputs[0].dims[0],
        .a_columns = outputs->dims[0],
    };

    return blas_rows_at_once(&product, most);
}

static struct sharing dot_share(const struct apply *apply, const struct shape *inputs,
                                const struct shape *outputs)
{
    const bool ta = apply->attributes.integers[TRANSPOSE_A];
    const double work = 2 * (double)inputs[0].dims[ta ? 0 : 1] * (double)shape_elements(&outputs[0]);

    if (by_columns(&inputs[0], &outputs[0], ta))
        return (struct sharing){ SHARE_COLUMNS, outputs[0].dims[1], work };
    /* The rows of a, or, when it is stored transposed, its columns. */
    return (struct sharing){ ta ? SHARE_PARTS : SHARE_ROWS, outputs[0].dims[0], work };
}

/* Of b where it is stored transposed: members who make columns of a gradient, and then rows of the weights
 * that it was made with, need not wait for each other. */
static bool dot_columns_are_rows(const struct apply *apply, size_t operand)
{
    return operand == 1 && apply->attributes.integers[TRANSPOSE_B];
}

static bool dot_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                         struct node **inputs, struct error *err);

static const struct operation dot_operation = {
    .name = "dot",
    .infer = dot_infer,
    .run = dot_run,
    .share = dot_share,
    .whole = 1 << 1,
    .columns_are_rows = dot_columns_are_rows,
    .piece = dot_piece,
    .gradient = dot_gradient,
};

static struct node *product(struct graph *graph, struct node *a, bool ta, struct node *b, bool tb,
                            struct error *err)
{
    struct node *const inputs[] = { a, b };
    struct attributes attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.integers[TRANSPOSE_A] = ta;
    attributes.integers[TRANSPOSE_B] = tb;
    return graph_apply_one(graph, &dot_operation, inputs, 2, &attributes, graph_real(graph), err);
}

/* With A = op(a), B = op(b): dA = g B', dB = A' g; the gradient of a transposed operand is the transposed
 * product.  Where b, a layer's weights, is the larger one, dA is made first: it reads b for the last time,
 * and dB may then change b when it is handed over.  Else dB, so that dA can take the memory of a. */
static bool dot_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                         struct node **inputs, struct error *err)
{
    const bool ta = apply->attributes.integers[TRANSPOSE_A], tb = apply->attributes.integers[TRANSPOSE_B];
    struct node *a = apply->inputs[0], *b = apply->inputs[1], *g = outputs[0];
    const bool b_is_larger = shape_elements(&b->shape) > shape_elements(&a->shape);

    for (int i = 0; i < 2; i++) {
        if ((i == 0) == b_is_larger)
            inputs[0] = ta ? product(graph, b, tb, g, true, err) : product(graph, g, false, b, !tb, err);
        else
            inputs[1] = tb ? product(graph, g, true, a, ta, err) : product(graph, a, !ta, g, false, err);
    }
    return inputs[0] && inputs[1];
}

static bool dot_fits(const struct shape *a, const struct shape *b, struct error *err)
{
    if (a->rank < 1 || b->rank < 1 || b->rank > 2)
        return raise_shapes(err, "dot", a, b, "the first needs an axis, the second one or two");
    if (a->dims[a->rank - 1] != b->dims[0])
        return raise_shapes(err, "dot", a, b, "%lld and %lld differ", (long long)a->dims[a->rank - 1],
                            (long long)b->dims[0]);
    return true;
}

/* As (rows, columns): a vector as one row, all axes but the last as rows. */
static struct node *left_matrix(struct graph *graph, struct node *a, struct error *err)
{
    static const int row[] = { AXIS_NEW, 0 };
    const int64_t rows[] = { DIMENSION_REST, DIMENSION_SAME(a->shape.rank - 1) };

    if (a->shape.rank == 1)
        return node_dimshuffle(graph, a, row, 2, err);
    return a->shape.rank > 2 ? node_reshape(graph, a, rows, 2, err) : a;
}

/* Takes the matrix whose transpose `*matrix` is, if it is one: the product reads it the other way round. */
static bool take_transposed(struct node **matrix)
{
    struct node *from = node_transposed_from(*matrix);

    if (from)
        *matrix = from;
    return from != NULL;
}

struct node *node_dot(struct graph *graph, struct node *a, struct node *b, struct error *err)
{
    static const int column[] = { 0, AXIS_NEW }, first[] = { 0 }, last[] = { 1 };
    struct node *left, *right, *out;
    bool left_transposed, right_transposed;

    a = node_real(graph, a, err);
    b = a ? node_real(graph, b, err) : NULL;
    if (!b || !dot_fits(&a->shape, &b->shape, err))
        return NULL;
    left = left_matrix(graph, a, err);
    right = b->shape.rank == 1 ? node_dimshuffle(graph, b, column, 2, err) : b;
    if (!left || !right)
        return NULL;
    left_transposed = take_transposed(&left);
    right_transposed = take_transposed(&right);
    out = product(graph, left, left_transposed, right, right_transposed, err);
    if (b->shape.rank == 1)
        out = node_dimshuffle(graph, out, first, 1, err);
    if (a->shape.rank > 2)
        out = node_split_leading(graph, out, a, err);
    if (a->shape.rank == 1) /* (1, n) or, with a vector on the right, (1) */
        out = node_dimshuffle(graph, out, last, b->shape.rank - 1, err);
    return out;
}
