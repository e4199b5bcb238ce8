/* engine/graph/ops/recurrent.h -- what the recurrent operations share. */
#ifndef ENGINE_GRAPH_OPS_RECURRENT_H
#define ENGINE_GRAPH_OPS_RECURRENT_H

#include "engine/graph/node.h"
#include "engine/graph/recurrent.h"

/* Attributes of every recurrent operation, forward and backward.  The optional operands follow the others in
 * this order: what arrives for result 0 and 1 of the two (backward), the mask. */
enum {
    RECURRENT_REVERSE,
    RECURRENT_ACTIVATION, /* kind, bits of the leak */
    RECURRENT_GATE = RECURRENT_ACTIVATION + 2,
    RECURRENT_ARRIVING = RECURRENT_GATE + 2, /* bit i: the gradient of result i arrives */
    RECURRENT_MASKED
};

/* The operands of a call after the first `fixed` ones; NULL: not there. */
struct recurrent_optional {
    const struct tensor *arriving[2], *mask;
};
struct recurrent_optional recurrent_optional(const struct call *call, size_t fixed);

/* The rows of the batch that a call works on: all, or those of one member of a team, which goes through the
 * whole sequence with them. */
struct recurrent_rows {
    int64_t first, count;
};
static inline struct recurrent_rows recurrent_rows(const struct call *call, const struct tensor *sequence)
{
    if (call->partial)
        return (struct recurrent_rows){ call->begin, call->end - call->begin };
    return (struct recurrent_rows){ 0, sequence->shape.dims[1] };
}

/* Bytes of one of a tensor's `rows` rows. */
static inline size_t recurrent_row_bytes(const struct tensor *tensor, int64_t rows)
{
    return rows > 0 ? tensor_bytes(tensor) / (size_t)rows : 0;
}

/* From row `first` of a state (batch, ...) on. */
static inline void *recurrent_row(const struct tensor *state, int64_t first)
{
    return (char *)state->data + (size_t)first * recurrent_row_bytes(state, state->shape.dims[0]);
}

/* One step of time out of a sequence (time, batch, ...), from row `first` on; NULL of NULL. */
static inline void *recurrent_at(const struct tensor *sequence, int64_t time, int64_t first)
{
    if (!sequence)
        return NULL;
    const int64_t steps = sequence->shape.dims[0], batch = sequence->shape.dims[1];
    return (char *)sequence->data +
           (size_t)(time * batch + first) * recurrent_row_bytes(sequence, steps * batch);
}

/* The `step`-th time of a call, and what was before it: a step of `sequence`, or `initial`. */
static inline int64_t recurrent_time(const struct apply *apply, int64_t step, int64_t steps)
{
    return apply->attributes.integers[RECURRENT_REVERSE] ? steps - 1 - step : step;
}
const void *recurrent_before(const struct apply *apply, const struct tensor *sequence,
                             const struct tensor *initial, int64_t step, int64_t first);

/* A step of `x` as it begins in `kept`: copied, unless they are the same memory. */
void *recurrent_take(const struct tensor *x, const struct tensor *kept, int64_t time,
                     struct recurrent_rows rows);
/* The rows of a state, set to zero. */
void *recurrent_zeros(const struct tensor *state, struct recurrent_rows rows);

/* The activation at `attribute`, as kernels. */
struct cell_activation recurrent_activation(const struct call *call, int attribute);

/* out (rows, n) += a (rows, k) w, w being (k, n), or (n, k) when `transposed`. */
void recurrent_product(const struct tensor *w, bool transposed, int64_t rows, const void *a, void *out);

/* By the rows of the batch; `inputs` are all that go into products with as many rows of weights as these. */
struct sharing recurrent_share(const struct shape *inputs, const struct shape *weights);

/* Fails unless inputs are (time, batch, factor dim), w is (dim, factor dim), and so on. */
bool recurrent_check(const char *name, const struct shape *inputs, const struct shape *w, int64_t factor,
                     struct error *err);
bool recurrent_check_state(const char *name, const struct shape *inputs, const struct shape *w,
                           const struct shape *state, struct error *err);
bool recurrent_check_mask(const char *name, const struct shape *inputs, const struct shape *mask,
                          struct error *err);

/* An initial state as (batch, dim). */
struct node *recurrent_initial(struct graph *graph, const char *name, struct node *inputs, struct node *state,
                               int64_t dim, struct error *err);
/* Applies a forward operation; `operands` has room for the mask behind the `fixed` ones. */
struct apply *recurrent_apply(struct graph *graph, const struct operation *operation,
                              const struct recurrence *recurrence, struct node **operands, size_t fixed,
                              struct error *err);
/* Applies the way back of `forward`: behind the `fixed` operands come what arrived, NULL where nothing did,
 * and the mask. */
struct apply *recurrent_apply_back(struct graph *graph, const struct operation *operation,
                                   const struct apply *forward, struct node *const *arriving,
                                   size_t arriving_count, struct node **operands, size_t fixed,
                                   struct error *err);
/* The gradient of weights between the states before each step, first of all `first`, and d (time, batch, n):
 * one product over the whole sequence. */
struct node *recurrent_weight_gradient(struct graph *graph, const struct apply *apply, struct node *states,
                                       struct node *first, struct node *d, struct error *err);

#endif
