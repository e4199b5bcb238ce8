/* engine/graph/ops/reduce.c -- sum, mean, max, min over axes; argmax.
 *
 * One application reduces neighbouring axes [FIRST, FIRST + COUNT) and leaves them with length 1; other sets
 * of axes are several applications, and axes disappear through a view.  Attributes: FIRST, COUNT. */
#include "engine/graph/node.h"

#include <string.h>

enum { FIRST, COUNT_OF_AXES };

/* x seen as (outer, count, inner), count running over the reduced axes. */
struct extents {
    int64_t outer, count, inner;
};

static struct extents extents_of(const struct apply *apply, const struct shape *x)
{
    const int first = (int)apply->attributes.integers[FIRST];
    const int end = first + (int)apply->attributes.integers[COUNT_OF_AXES];
    struct extents extents = { 1, 1, 1 };

    for (int axis = 0; axis < x->rank; axis++)
        *(axis < first ? &extents.outer : axis < end ? &extents.count : &extents.inner) *= x->dims[axis];
    return extents;
}

static bool reduce_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                         struct error *err)
{
    const int first = (int)apply->attributes.integers[FIRST];

    (void)err;
    outputs[0] = inputs[0];
    for (int i = 0; i < apply->attributes.integers[COUNT_OF_AXES]; i++)
        outputs[0].dims[first + i] = 1;
    return true;
}

static bool extreme_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                          struct error *err)
{
    if (extents_of(apply, &inputs[0]).count == 0)
        return raise_shapes(err, apply->operation->name, &inputs[0], NULL, "nothing to choose from");
    return reduce_infer(apply, inputs, outputs, err);
}

static bool argmax_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                         struct error *err)
{
    if (!extreme_infer(apply, inputs, outputs, err))
        return false;
    for (int axis = (int)apply->attributes.integers[FIRST]; axis + 1 < inputs[0].rank; axis++)
        outputs[0].dims[axis] = inputs[0].dims[axis + 1];
    outputs[0].rank--;
    return true;
}

static bool sum_run(const struct call *call, struct error *err)
{
    const struct extents e = extents_of(call->apply, &call->inputs[0]->shape);
    const size_t skipped = call->partial ? (size_t)call->begin * dtype_bytes(call->outputs[0]->dtype) : 0;

    (void)err;
    if (call->partial) {
        call->kernels->sum_columns((const char *)call->inputs[0]->data + skipped,
                                   (char *)call->outputs[0]->data + skipped, e.count, e.inner,
                                   call->end - call->begin);
        return true;
    }
    call->kernels->sum(call->inputs[0]->data, call->outputs[0]->data, e.outer, e.count, e.inner);
    return true;
}

/* Rows where the first axis stays; of sums over the first axes, several columns at once. */
static struct sharing reduce_share(const struct apply *apply, const struct shape *inputs,
                                   const struct shape *outputs)
{
    const struct extents e = extents_of(apply, &inputs[0]);

    if (apply->attributes.integers[FIRST] > 0)
        return share_rows(apply, inputs, outputs);
    if (apply->attributes.integers[COUNT_OF_AXES] == inputs[0].rank)
        return (struct sharing){ .kind = SHARE_NONE };
    return (struct sharing){ SHARE_PARTS, e.inner, (double)shape_elements(&inputs[0]) };
}

static struct sharing rows_share(const struct apply *apply, const struct shape *inputs,
                                 const struct shape *outputs)
{
    if (apply->attributes.integers[FIRST] > 0)
        return share_rows(apply, inputs, outputs);
    return (struct sharing){ .kind = SHARE_NONE };
}

static bool mean_run(const struct call *call, struct error *err)
{
    const struct extents e = extents_of(call->apply, &call->inputs[0]->shape);
    void *out = call->outputs[0]->data;

    sum_run(call, err);
    call->kernels->unary[KERNEL_scale](out, out, e.outer * e.inner, 1 / (double)e.count);
    return true;
}

#define RUN(reduction)                                                                                       \
    static bool reduction##_run(const struct call *call, struct error *err)                                  \
    {                                                                                                        \
        const struct extents e = extents_of(call->apply, &call->inputs[0]->shape);                           \
                                                                                                             \
        (void)err;                                                                                           \
        call->kernels->reduction(call->inputs[0]->data, call->outputs[0]->data, e.outer, e.count, e.inner);  \
        return true;                                                                                         \
    }
RUN(max)
RUN(min)
RUN(argmax)
#undef RUN

/* ---- Gradients ---- */

static bool sum_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                         struct node **inputs, struct error *err)
{
    inputs[0] = node_fill(graph, outputs[0], apply->inputs[0], err);
    return inputs[0] != NULL;
}

static bool mean_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                          struct node **inputs, struct error *err)
{
    struct node *x = apply->inputs[0];
    struct node *count = node_divide(graph, node_element_count(graph, x, err),
                                     node_element_count(graph, &apply->outputs[0], err), err);

    inputs[0] = node_fill(graph, node_divide(graph, outputs[0], count, err), x, err);
    return inputs[0] != NULL;
}

/* Every element that ties for the extreme gets the whole gradient. */
static bool extreme_gradient(struct graph *graph, struct apply *apply, struct node *const *outputs,
                             struct node **inputs, struct error *err)
{
    struct node *chosen = node_equal(graph, apply->inputs[0], &apply->outputs[0], err);

    inputs[0] = node_multiply(graph, chosen, outputs[0], err);
    return inputs[0] != NULL;
}

static const struct operation reductions[] = {
    [REDUCE_SUM] = { .name = "sum",
                     .infer = reduce_infer,
                     .run = sum_run,
                     .gradient = sum_gradient,
                     .share = reduce_share },
    [REDUCE_MEAN] = { .name = "mean",
                      .infer = reduce_infer,
                      .run = mean_run,
                      .gradient = mean_gradient,
                      .share = rows_share },
    [REDUCE_MAX] = { .name = "max",
                     .infer = extreme_infer,
                     .run = max_run,
                     .gradient = extreme_gradient,
                     .share = rows_share },
    [REDUCE_MIN] = { .name = "min",
                     .infer = extreme_infer,
                     .run = min_run,
                     .gradient = extreme_gradient,
                     .share = rows_share },
};
static const struct operation argmax_operation = {
    .name = "argmax", .flat = true, .infer = argmax_infer, .run = argmax_run, .share = rows_share
};

/* ---- Constructors ---- */

/* Marks the axes; false when one is repeated or not there. */
static bool mark_axes(const char *name, const struct node *x, const int *axes, int axis_count,
                      bool marked[TENSOR_RANK_MAX], struct error *err)
{
    const int rank = x->shape.rank;

    for (int i = 0; i < TENSOR_RANK_MAX; i++)
        marked[i] = axis_count == 0 && i < rank;
    for (int i = 0; i < axis_count; i++) {
        const int axis = axes[i] < 0 ? axes[i] + rank : axes[i];
        if (axis < 0 || axis >= rank)
            return raise_shapes(err, name, &x->shape, NULL, "there is no axis %d", axes[i]);
        if (marked[axis])
            return raise_shapes(err, name, &x->shape, NULL, "axis %d is named twice", axes[i]);
        marked[axis] = true;
    }
    return true;
}

/* The last run of neighbouring marked axes, taken off the marks; false when there is none. */
static bool take_run(bool marked[TENSOR_RANK_MAX], struct attributes *run)
{
    int end = TENSOR_RANK_MAX, first;

    memset(run, 0, sizeof *run);
    while (end > 0 && !marked[end - 1])
        end--;
    for (first = end; first > 0 && marked[first - 1]; first--)
        marked[first - 1] = false;
    run->integers[FIRST] = first;
    run->integers[COUNT_OF_AXES] = end - first;
    return end > first;
}

struct node *node_reduce(struct graph *graph, enum reduction reduction, struct node *x, const int *axes,
                         int axis_count, bool keep_axes, struct error *err)
{
    const struct operation *operation = &reductions[reduction];
    bool marked[TENSOR_RANK_MAX];
    int kept[TENSOR_RANK_MAX], kept_count = 0, rank;
    struct attributes run;

    x = node_real(graph, x, err);
    if (!x || !mark_axes(operation->name, x, axes, axis_count, marked, err))
        return NULL;
    rank = x->shape.rank;
    for (int axis = 0; axis < rank; axis++)
        if (!marked[axis])
            kept[kept_count++] = axis;
    while (x && take_run(marked, &run))
        x = graph_apply_one(graph, operation, &x, 1, &run, graph_real(graph), err);
    return keep_axes || !x ? x : node_dimshuffle(graph, x, kept, kept_count, err);
}

struct node *node_sum(struct graph *graph, struct node *x, struct error *err)
{
    return node_reduce(graph, REDUCE_SUM, x, NULL, 0, false, err);
}

struct node *node_mean(struct graph *graph, struct node *x, struct error *err)
{
    return node_reduce(graph, REDUCE_MEAN, x, NULL, 0, false, err);
}

struct node *node_argmax(struct graph *graph, struct node *x, int axis, struct error *err)
{
    bool marked[TENSOR_RANK_MAX];
    struct attributes run;

    x = node_real(graph, x, err);
    if (!x || !mark_axes("argmax", x, &axis, 1, marked, err))
        return NULL;
    take_run(marked, &run);
    return graph_apply_one(graph, &argmax_operation, &x, 1, &run, DTYPE_INT64, err);
}
