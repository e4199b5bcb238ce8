/* engine/graph/ops/recurrent_apply.c -- shapes, and how recurrent operations come into a graph; see
 * recurrent.h. */
#include "engine/graph/ops/recurrent.h"

#include <string.h>

#include "engine/tensor/blas.h"

bool recurrent_check(const char *name, const struct shape *inputs, const struct shape *w, int64_t factor,
                     struct error *err)
{
    if (inputs->rank != 3)
        return raise_shapes(err, name, inputs, NULL, "inputs need three axes: time, batch, width");
    if (w->rank != 2 || w->dims[1] != factor * w->dims[0] || inputs->dims[2] != w->dims[1])
        return raise_shapes(err, name, inputs, w, "the inputs have to be as wide as the weights, (dim, %s%s)",
                            factor == 1   ? ""
                            : factor == 2 ? "2 "
                                          : "4 ",
                            "dim");
    if (inputs->dims[0] > 0 && inputs->dims[1] > BLAS_EXTENT_MAX / inputs->dims[0])
        return raise_shapes(err, name, inputs, NULL, "there are more than %d rows in all steps",
                            (int)BLAS_EXTENT_MAX);
    return true;
}

bool recurrent_check_state(const char *name, const struct shape *inputs, const struct shape *w,
                           const struct shape *state, struct error *err)
{
    if (state->rank == 2 && state->dims[0] == inputs->dims[1] && state->dims[1] == w->dims[0])
        return true;
    return raise_shapes(err, name, inputs, state, "an initial state has to be (dim) or (batch, dim)");
}

bool recurrent_check_mask(const char *name, const struct shape *inputs, const struct shape *mask,
                          struct error *err)
{
    if (mask->rank == 2 && mask->dims[0] == inputs->dims[0] && mask->dims[1] == inputs->dims[1])
        return true;
    return raise_shapes(err, name, inputs, mask, "a mask has to be (time, batch)");
}

static void write_activation(const struct activation *activation, int64_t *out)
{
    out[0] = activation->kind;
    memcpy(&out[1], &activation->leak, sizeof activation->leak);
}

static void write_attributes(const struct recurrence *recurrence, struct attributes *out)
{
    memset(out, 0, sizeof *out);
    out->integers[RECURRENT_REVERSE] = recurrence->reverse;
    out->integers[RECURRENT_MASKED] = recurrence->mask != NULL;
    write_activation(&recurrence->activation, &out->integers[RECURRENT_ACTIVATION]);
    write_activation(&recurrence->gate_activation, &out->integers[RECURRENT_GATE]);
}

struct node *recurrent_initial(struct graph *graph, const char *name, struct node *inputs, struct node *state,
                               int64_t dim, struct error *err)
{
    struct node *like;

    state = node_real(graph, state, err);
    if (!state || node_rank(state) == 2)
        return state;
    if (node_rank(state) != 1 || node_dim(state, 0) != dim) {
        raise_shapes(err, name, node_shape(inputs), node_shape(state),
                     "an initial state has to be (dim) or (batch, dim)");
        return NULL;
    }
    /* One step of the inputs, as wide as a state: for its shape. */
    like = node_slice(graph, node_at(graph, inputs, 0, err), 1, 0, dim, err);
    return node_fill(graph, state, like, err);
}

static struct apply *apply_in_real(struct graph *graph, const struct operation *operation,
                                   struct node *const *operands, size_t count,
                                   const struct attributes *attributes, struct error *err)
{
    return graph_apply(graph,
                       &(struct application){ .operation = operation,
                                              .inputs = operands,
                                              .input_count = count,
                                              .attributes = attributes,
                                              .dtype = graph_real(graph) },
                       err);
}

struct apply *recurrent_apply(struct graph *graph, const struct operation *operation,
                              const struct recurrence *recurrence, struct node **operands, size_t fixed,
                              struct error *err)
{
    struct attributes attributes;

    for (size_t i = 0; i < fixed; i++)
        if (!operands[i])
            return NULL;
    write_attributes(recurrence, &attributes);
    if (recurrence->mask)
        operands[fixed++] = node_real(graph, recurrence->mask, err);
    return apply_in_real(graph, operation, operands, fixed, &attributes, err);
}

struct apply *recurrent_apply_back(struct graph *graph, const struct operation *operation,
                                   const struct apply *forward, struct node *const *arriving,
                                   size_t arriving_count, struct node **operands, size_t fixed,
                                   struct error *err)
{
    struct attributes attributes = forward->attributes;

    for (size_t i = 0; i < arriving_count; i++) {
        if (!arriving[i])
            continue;
        attributes.integers[RECURRENT_ARRIVING] |= INT64_C(1) << i;
        operands[fixed++] = arriving[i];
    }
    if (attributes.integers[RECURRENT_MASKED])
        operands[fixed++] = forward->inputs[forward->input_count - 1];
    return apply_in_real(graph, operation, operands, fixed, &attributes, err);
}
