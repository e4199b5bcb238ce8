/* engine/graph/function.h -- expressions made executable.
 *
 * Compiling orders the operations once, fuses chains of elementwise ones into single passes, and lays all
 * intermediate results out in one arena in which memory is used again as soon as it is free.  Calling
 * allocates nothing.  A function borrows its graph and the graph's variables.  One thread calls a function;
 * different functions may run on different threads as long as they write to different memory.
 *
 * The functions of a graph with a team share their work among its members: whatever goes row by row by the
 * rows of the batch, gradients of weights by the rows of the weights, so that no sum is put together from
 * those of several members, and its order is fixed.  Functions with little work stay on the calling thread;
 * that is decided when they are compiled, by their shapes alone. */
#ifndef ENGINE_GRAPH_FUNCTION_H
#define ENGINE_GRAPH_FUNCTION_H

#include "engine/base/text.h"
#include "engine/graph/graph.h"
#include "engine/tensor/batch.h"

struct function;

/* Takes results as soon as they are made, while they are in the cache of the thread that made them: a step
 * rule, say, that moves each parameter against its gradient.  The first `count` outputs are taken; each has a
 * destination and a variable of the same number of elements.
 *
 * `take` is called once for every element of each of them, by any of the threads, several at once, for
 * different elements: begin to end - 1 of output `output`, which lie at `elements` and may be changed.  It
 * may change the same elements of that output's variable, and of nothing else that the function reads.  It is
 * called when nothing that is still to come in the call reads that variable or can fail: either all is taken
 * or nothing.  What is taken is not necessarily written to its destination.  The calls and their spans depend
 * on shapes and the number of threads alone.
 *
 * Where another output needs the squares of one that is taken, `squares` is not NULL, and `take` adds the sum
 * of the squares of the elements, as they were given to it, to *squares. */
struct function_taker {
    size_t count;
    const struct variable *const *variables;
    void (*take)(void *context, size_t output, void *elements, int64_t begin, int64_t end, double *squares);
    void *context;
};

struct function_options {
    /* Where output i is to be written: a tensor per output, one without data for "anywhere".  NULL: anywhere.
     * Give a parameter's gradient tensor here to have its gradient written straight into the flat vector. */
    const struct tensor *destinations;
    /* Assigned all at once after the outputs, every value computed from the old variables. */
    const struct update *updates;
    size_t update_count;
    const struct function_taker *taker; /* NULL: none; what it points to is borrowed, itself it is copied */
    size_t bytes_max;                   /* refuse a plan larger than this; 0: no bound */
    bool plan_only;    /* only its bytes and whether it shares are going to be asked for: without memory */
    bool poison;       /* for tests: fill memory with NaN as soon as the plan calls it free; not shared */
    bool share_always; /* for tests: also what is too little to be shared; not poisoned */
};

/* NULL with err: variables without memory, ERROR_LIMIT (too large a plan), ERROR_MEMORY. */
struct function *function_compile(struct graph *graph, struct node *const *outputs, size_t count,
                                  const struct function_options *options,
                                  struct error *err); /* options NULL: defaults */
void function_free(struct function *function);        /* accepts NULL */

/* Computes every output and applies the updates.  `batch` may be NULL for a function without sources; sources
 * that are not needed are ignored.  False with err: a missing source (named), shapes beyond the planned ones
 * or not fitting, labels out of range. */
bool function_call(struct function *function, const struct batch *batch, struct error *err);

/* Whether results are handed to the taker.  Not so without one, and when another output lies in what it is to
 * take: then all outputs are in their destinations, as without a taker. */
bool function_hands_over(const struct function *function);

/* Valid until the next call; not of outputs that are handed over. */
const struct tensor *function_output(const struct function *function, size_t index);
size_t function_output_count(const struct function *function);

/* Names of the sources that the function needs. */
size_t function_source_count(const struct function *function);
const char *function_source(const struct function *function, size_t index);
/* Whether any output needs a source at all: expressions of parameters alone can be evaluated without data. */
bool function_depends_on_data(const struct function *function);

size_t function_threads(const struct function *function);        /* on which it runs: 1, or all of the team */
bool function_is_worth_sharing(const struct function *function); /* whether it would run on all of a team */
size_t function_bytes(const struct function *function);          /* planned, for intermediate results */
void function_describe(const struct function *function,
                       struct text *out); /* the schedule, one line per step */

#endif
