/* engine/graph/ops/cross_entropy.c -- the costs of classification.
 *
 * y are labels (n) or distributions (n, classes), p probabilities (n, classes), g what arrives, (n). */
#include "engine/graph/ops/labels.h"
#include "engine/graph/ops/softmax.h"

#include <float.h>
#include <math.h>
#include <string.h>

static int64_t classes_of(const struct tensor *rows)
{
    return rows->shape.dims[1];
}

/* Operands: y, p, ... with as many rows; gives (n). */
static bool row_cost_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                           struct error *err)
{
    if (!labels_infer_rows(apply, &inputs[0], &inputs[1], err))
        return false;
    outputs[0] = inputs[0];
    return true;
}

/* Operands: y, p, ...; gives (n, classes). */
static bool row_gradient_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                               struct error *err)
{
    if (!labels_infer_rows(apply, &inputs[0], &inputs[1], err))
        return false;
    outputs[0] = inputs[1];
    return true;
}

/* ---- pick: p[i, y[i]], for probabilities that are no softmax ---- */

static bool pick_run(const struct call *call, struct error *err)
{
    const int64_t classes = classes_of(call->inputs[1]), *label = call->inputs[0]->data;

    if (!labels_in_range(call, classes, err))
        return false;
    for (int64_t i = 0; i < call->outputs[0]->shape.dims[0]; i++)
        tensor_write(call->outputs[0], i, tensor_read(call->inputs[1], i * classes + label[i]));
    return true;
}

/* Operands: y, p for its shape, g. */
static bool pick_gradient_run(const struct call *call, struct error *err)
{
    const int64_t classes = classes_of(call->outputs[0]), *label = call->inputs[0]->data;

    if (!labels_in_range(call, classes, err))
        return false;
    memset(call->outputs[0]->data, 0, tensor_bytes(call->outputs[0]));
    for (int64_t i = 0; i < call->outputs[0]->shape.dims[0]; i++)
        tensor_write(call->outputs[0], i * classes + label[i], tensor_read(call->inputs[2], i));
    return true;
}

static const struct operation pick_gradient_operation = {
    .name = "gradient of cross entropy",
    .shape_only = 1U << 1,
    .infer = row_gradient_infer,
    .run = pick_gradient_run,
    .share = share_rows,
    .may_fail = true,
};

static bool pick_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                          struct node **inputs, struct error *err)
{
    struct node *const operands[] = { apply->inputs[0], apply->inputs[1], outputs[0] };

    inputs[1] = graph_apply_one(graph, &pick_gradient_operation, operands, 3, NULL, graph_real(graph), err);
    return inputs[1] != NULL;
}

static const struct operation pick_operation = {
    .name = "categorical_cross_entropy",
    .infer = row_cost_infer,
    .run = pick_run,
    .share = share_rows,
    .gradient = pick_gradient,
    .may_fail = true,
};

/* ---- Of a softmax: operands y, p = softmax(scores), scores ---- */

#define DEFINE_COST(real, suffix, tiny_bound, exp_name, log_name)                                            \
    /* log of p, from the scores where p is too small for a precise logarithm */                             \
    static void costs_##suffix(const struct call *call)                                                      \
    {                                                                                                        \
        const real *p = call->inputs[1]->data, *scores = call->inputs[2]->data;                              \
        const int64_t classes = classes_of(call->inputs[1]), rows = call->outputs[0]->shape.dims[0];         \
        const int64_t *label = call->inputs[0]->data;                                                        \
        real *out = call->outputs[0]->data;                                                                  \
                                                                                                             \
        for (int64_t i = 0; i < rows; i++)                                                                   \
            out[i] = p[i * classes + label[i]];                                                              \
        call->kernels->unary[KERNEL_log](out, out, rows, 0);                                                 \
        for (int64_t i = 0; i < rows; i++, p += classes, scores += classes) {                                \
            if (p[label[i]] > tiny_bound) {                                                                  \
                out[i] = -out[i];                                                                            \
            } else {                                                                                         \
                real greatest = scores[0], sum = 0;                                                          \
                for (int64_t c = 1; c < classes; c++)                                                        \
                    greatest = scores[c] > greatest ? scores[c] : greatest;                                  \
                for (int64_t c = 0; c < classes; c++)                                                        \
                    sum += exp_name(scores[c] - greatest);                                                   \
                out[i] = log_name(sum) - (scores[label[i]] - greatest);                                      \
            }                                                                                                \
        }                                                                                                    \
    }                                                                                                        \
                                                                                                             \
    /* (p - one_hot(y)) g; operands y, p, g */                                                               \
    static void gradients_##suffix(const struct call *call)                                                  \
    {                                                                                                        \
        const real *p = call->inputs[1]->data, *g = call->inputs[2]->data;                                   \
        const int64_t classes = classes_of(call->inputs[1]), rows = call->outputs[0]->shape.dims[0];         \
        const int64_t *label = call->inputs[0]->data;                                                        \
        real *out = call->outputs[0]->data;                                                                  \
                                                                                                             \
        for (int64_t i = 0; i < rows; i++, p += classes, out += classes) {                                   \
            const real slope = g[i];                                                                         \
            for (int64_t c = 0; c < classes; c++)                                                            \
                out[c] = p[c] * slope;                                                                       \
            out[label[i]] = (p[label[i]] - 1) * slope;                                                       \
        }                                                                                                    \
    }
DEFINE_COST(float, float32, 1e-30F, expf, logf)
DEFINE_COST(double, float64, 1e-290, exp, log)
#undef DEFINE_COST

static bool softmax_cost_run(const struct call *call, struct error *err)
{
    if (!labels_in_range(call, classes_of(call->inputs[1]), err))
        return false;
    if (call->outputs[0]->dtype == DTYPE_FLOAT32)
        costs_float32(call);
    else
        costs_float64(call);
    return true;
}

static bool softmax_cost_gradient_run(const struct call *call, struct error *err)
{
    if (!labels_in_range(call, classes_of(call->inputs[1]), err))
        return false;
    if (call->outputs[0]->dtype == DTYPE_FLOAT32)
        gradients_float32(call);
    else
        gradients_float64(call);
    return true;
}

static const struct operation softmax_cost_gradient_operation = {
    .name = "gradient of cross entropy",
    .infer = row_gradient_infer,
    .run = softmax_cost_gradient_run,
    .share = share_rows,
    .may_fail = true,
};

/* The probabilities are a function of the scores, so the whole gradient goes to these. */
static bool softmax_cost_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                                  struct node **inputs, struct error *err)
{
    struct node *const operands[] = { apply->inputs[0], apply->inputs[1], outputs[0] };

    inputs[2] =
        graph_apply_one(graph, &softmax_cost_gradient_operation, operands, 3, NULL, graph_real(graph), err);
    return inputs[2] != NULL;
}

static const struct operation softmax_cost_operation = {
    .name = "categorical_cross_entropy",
    .infer = row_cost_infer,
    .run = softmax_cost_run,
    .share = share_rows,
    .gradient = softmax_cost_gradient,
    .may_fail = true,
};

/* ---- Constructors ---- */

static struct node *cost_of_labels(struct graph *graph, struct node *y, struct node *p, struct error *err)
{
    struct node *scores = node_softmax_scores(p), *operands[3];

    operands[0] = node_labels(graph, y, err);
    operands[1] = p;
    operands[2] = scores;
    if (scores)
        return graph_apply_one(graph, &softmax_cost_operation, operands, 3, NULL, graph_real(graph), err);
    p = graph_apply_one(graph, &pick_operation, operands, 2, NULL, graph_real(graph), err);
    return node_negative(graph, node_log(graph, p, err), err);
}

struct node *node_categorical_cross_entropy(struct graph *graph, struct node *y, struct node *p,
                                            struct error *err)
{
    static const int classes = 1;
    struct node *scores, *log_p;

    p = node_real(graph, p, err);
    if (!p || !y)
        return NULL;
    if (p->shape.rank != 2) {
        raise_shapes(err, "categorical_cross_entropy", &y->shape, &p->shape,
                     "the probabilities need rows and classes");
        return NULL;
    }
    if (node_holds_labels(y, p))
        return cost_of_labels(graph, y, p, err);
    if (!shape_equal(&y->shape, &p->shape)) {
        raise_shapes(err, "categorical_cross_entropy", &y->shape, &p->shape,
                     "give one label per row, or a distribution as long as the row");
        return NULL;
    }
    scores = node_softmax_scores(p);
    log_p = scores ? node_log_softmax(graph, scores, err) : node_log(graph, p, err);
    return node_negative(
        graph, node_reduce(graph, REDUCE_SUM, node_multiply(graph, y, log_p, err), &classes, 1, false, err),
        err);
}

struct node *node_binary_cross_entropy(struct graph *graph, struct node *y, struct node *p, struct error *err)
{
    struct node *one = node_constant(graph, 1), *scores, *log_p, *log_rest;

    p = node_real(graph, p, err);
    y = p ? node_real(graph, y, err) : NULL;
    if (!y)
        return NULL;
    scores = node_logistic_scores(p);
    if (scores) {
        /* log p = -softplus(-x), log(1 - p) = -softplus(x) */
        log_p = node_negative(graph, node_softplus(graph, node_negative(graph, scores, err), err), err);
        log_rest = node_negative(graph, node_softplus(graph, scores, err), err);
    } else {
        log_p = node_log(graph, p, err);
        log_rest = node_log(graph, node_subtract(graph, one, p, err), err);
    }
    return node_negative(graph,
                         node_add(graph, node_multiply(graph, y, log_p, err),
                                  node_multiply(graph, node_subtract(graph, one, y, err), log_rest, err),
                                  err),
                         err);
}
