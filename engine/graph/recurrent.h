/* engine/graph/recurrent.h -- recurrent nets as operations over whole sequences.
 *
 * Sequences are time-major: (time, batch, width); batch and time may be shorter than planned.  Inputs come
 * already projected.  Initial states are (dim), the same for all rows, or (batch, dim).  A mask is (time,
 * batch): 1 takes the new state, 0 keeps the old one; no gradient flows into it.
 *
 * On the way back there is one product with the weights per step, and one over the whole sequence for the
 * gradient of each weight matrix.  Constructors fail as those of graph.h do. */
#ifndef ENGINE_GRAPH_RECURRENT_H
#define ENGINE_GRAPH_RECURRENT_H

#include "engine/graph/graph.h"

enum activation_kind {
    ACTIVATION_IDENTITY,
    ACTIVATION_TANH,
    ACTIVATION_LOGISTIC,
    ACTIVATION_RECTIFIER,
    ACTIVATION_SOFTPLUS,
    ACTIVATION_LEAKY_RECTIFIER,
    ACTIVATION_COUNT
};

struct activation {
    enum activation_kind kind;
    double leak; /* of ACTIVATION_LEAKY_RECTIFIER; else 0 */
};

/* What all recurrent operations are told. */
struct recurrence {
    struct activation activation, gate_activation;
    struct node *mask; /* NULL: none */
    bool reverse;      /* from the last step to the first; results stay in the order of the inputs */
};

/* h' = activation(x + h W).  inputs (time, batch, dim), weights (dim, dim); gives states. */
struct node *node_simple_recurrent(struct graph *graph, const struct recurrence *recurrence,
                                   struct node *inputs, struct node *weights, struct node *states,
                                   struct error *err);

/* Gates in the order input, forget, cell, output.  The input and forget gates peek at the old cells, the
 * output gate at the new ones. */
struct lstm_operands {
    struct node *inputs;                     /* (time, batch, 4 dim) */
    struct node *weights;                    /* (dim, 4 dim) */
    struct node *to_in, *to_forget, *to_out; /* (dim) */
    struct node *states, *cells;             /* initial */
};
bool node_lstm(struct graph *graph, const struct recurrence *recurrence, const struct lstm_operands *operands,
               struct node **out_states, struct node **out_cells, struct error *err);

/* update, reset = gate_activation(gate_inputs + h G); h' = update act(x + (reset h) S) + (1 - update) h */
struct gated_operands {
    struct node *inputs;         /* (time, batch, dim) */
    struct node *gate_inputs;    /* (time, batch, 2 dim) */
    struct node *state_to_state; /* (dim, dim) */
    struct node *state_to_gates; /* (dim, 2 dim) */
    struct node *states;         /* initial */
};
struct node *node_gated_recurrent(struct graph *graph, const struct recurrence *recurrence,
                                  const struct gated_operands *given, struct error *err);

#endif
