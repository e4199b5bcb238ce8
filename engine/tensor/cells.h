/* engine/tensor/cells.h -- one step of a recurrent cell over the rows of a batch, forward and backward.
 *
 * Members of struct kernels; what holds there holds here.  `rows` is the batch, `dim` the width of a state.
 * Where a mask is given, new = m new + (1 - m) old, row by row.  A buffer called "kept" holds what the way
 * back needs of an activation: its result where the slope follows from that, else what went into it. */
#ifndef ENGINE_TENSOR_CELLS_H
#define ENGINE_TENSOR_CELLS_H

#include <stdbool.h>
#include <stdint.h>

typedef void cell_unary_fn(const void *x, void *out, int64_t count, double p);
typedef void cell_binary_fn(const void *kept, const void *gradient, void *out, int64_t count, double p);

/* An activation as kernels. */
struct cell_activation {
    cell_unary_fn *forward;
    cell_binary_fn *slope; /* out = gradient times the slope */
    bool from_result;      /* kept is the result */
    double parameter;
};

/* All (rows, dim) but the mask, (rows), which may be NULL. */
struct cell_blend {
    int64_t rows, dim;
    const void *mask, *fresh, *old;
    void *out; /* m fresh + (1 - m) old; may be `fresh` */
};
typedef void cell_blend_fn(const struct cell_blend *blend);

/* The way back through a blend: total = arriving + carry; fresh = m total, carry = (1 - m) total. */
struct cell_unblend {
    int64_t rows, dim;
    const void *mask;     /* NULL: carry becomes 0 */
    const void *arriving; /* NULL: 0 */
    void *carry, *fresh;
};
typedef void cell_unblend_fn(const struct cell_unblend *unblend);

/* Gates are (rows, 2 dim): update, reset. */
struct gated_step {
    int64_t rows, dim;
    const void *gates, *old; /* results of the gates; the old states */
    const void *candidate;
    const void *fresh;     /* gradient of the states before the mask */
    void *reset;           /* forward: reset times old; backward: its gradient comes in */
    void *d_candidate;     /* backward */
    void *d_gates, *carry; /* backward: gradients of the gates' results; of the old states, added to */
};
typedef void gated_step_fn(const struct gated_step *step);

/* LSTM.  Gates are (rows, 4 dim): input, forget, cell, output; peepholes (dim). */
enum { LSTM_SCRATCH_ROWS = 16 };
struct lstm_step {
    int64_t rows, dim;
    const struct cell_activation *activation, *gate;
    bool standard; /* these are tanh and logistic */
    const void *to_in, *to_forget, *to_out;
    const void *mask; /* NULL: none */
    void *gates;      /* forward: in what goes into the gates, out what is kept */
    const void *old_states, *old_cells;
    void *states, *cells;             /* forward */
    const void *d_states, *d_cells;   /* backward: what arrives from outside; NULL: 0 */
    void *carry_states, *carry_cells; /* backward: from the step after, to the step before.  Of the states
                                         without what goes through the weights */
    void *d_gates;                    /* backward: of what went into the gates; may be `gates` */
    void *d_peepholes;                /* backward: (3, dim), added to: in, forget, out */
    void *scratch;                    /* LSTM_SCRATCH_ROWS dim */
};
typedef void lstm_step_fn(const struct lstm_step *step);

struct cell_kernels {
    cell_blend_fn *blend;
    cell_unblend_fn *unblend;
    gated_step_fn *gated_reset;          /* reset = reset gate * old */
    gated_step_fn *gated_mix;            /* carry = update * candidate + (1 - update) * old */
    gated_step_fn *gated_mix_gradient;   /* d_candidate, the update half of d_gates, part of carry */
    gated_step_fn *gated_reset_gradient; /* the reset half of d_gates, part of carry */
    lstm_step_fn *lstm, *lstm_gradient;
};

#endif
