/* engine/bricks/recurrent.h -- transitions: bricks that are applied to every step of a sequence.
 *
 * They take their sequences, (time, batch, ...), then initial states and a mask, which may be left out, and
 * give the states of every step.  Initial states that are left out are parameters, which start at 0. */
#ifndef ENGINE_BRICKS_RECURRENT_H
#define ENGINE_BRICKS_RECURRENT_H

#include "engine/bricks/brick_build.h"
#include "engine/graph/recurrent.h"

enum { RECURRENT_SEQUENCES_MAX = 2, RECURRENT_STATES_MAX = 2 };

/* What one application is given.  States NULL: the parameters; mask NULL: none. */
struct recurrent_call {
    struct node *sequences[RECURRENT_SEQUENCES_MAX], *states[RECURRENT_STATES_MAX], *mask;
    bool reverse; /* results stay in the order of the inputs */
};

/* What a transition is, besides its brick_type. */
struct recurrent_cell {
    /* Names, as Blocks calls them; ending in NULL.  A sequence is `factor` times as wide as a state. */
    struct {
        const char *name;
        int64_t factor;
    } sequences[RECURRENT_SEQUENCES_MAX + 1];
    const char *states[RECURRENT_STATES_MAX + 1];     /* also the results */
    const char *parameters[RECURRENT_STATES_MAX + 1]; /* "initial_state" */
    bool (*apply)(struct brick *self, struct graph *graph, const struct recurrent_call *call,
                  struct brick_values *results, struct error *err);
};

size_t recurrent_sequence_count(const struct recurrent_cell *cell);
size_t recurrent_state_count(const struct recurrent_cell *cell);

/* Settings of SimpleRecurrent, LSTM and GatedRecurrent. */
struct recurrent {
    struct initializable initializable; /* first */
    int64_t dim;
    struct component *activation, *gate_activation;
};

#define RECURRENT_DIM                                                                                        \
    PARAM(recurrent, dim, INTEGER, .required = true, .min = 1, .max = BRICK_WIDTH_MAX / 4,                   \
          .about = "The width of a state.")
#define RECURRENT_ACTIVATIONS                                                                                \
    PARAM(recurrent, activation, COMPONENT, .preset = "\"Tanh\"", .nullable = true, .null_is_preset = true,  \
          .family = &brick_family, .about = "Applied to what the new states are made of."),                  \
        PARAM(recurrent, gate_activation, COMPONENT, .preset = "\"Logistic\"", .nullable = true,             \
              .null_is_preset = true, .family = &brick_family, .about = "Applied to the gates.")

/* For types whose settings are a struct recurrent: adds the activations as children, and the parameters of
 * the initial states; refuses activations that transitions cannot use. */
bool recurrent_build(struct brick *self, struct error_list *errors);
bool recurrent_declare_states(struct brick *self, struct error_list *errors);
/* Names, and an apply that takes the inputs in the order of sequences, states, mask. */
void recurrent_input_names(const struct brick *self, struct brick_names *out);
brick_apply_fn recurrent_apply_brick;
/* What a graph is told, and the initial state `index` as a node. */
struct recurrence recurrent_recurrence(const struct brick *self, const struct recurrent_call *call);
struct node *recurrent_state(const struct brick *self, struct graph *graph, const struct recurrent_call *call,
                             size_t index, struct error *err);

/* Sorts inputs by `names` into a call of `cell`: the names may be those of another brick around it. */
bool recurrent_read_call(const struct recurrent_cell *cell, const struct brick_values *inputs,
                         struct recurrent_call *out, struct error *err);

#endif
