/* engine/graph/node.h -- inside a graph: applications of operations, as ops/ and the compiler see them.
 *
 * Not for users of the graph; they have graph.h.
 *
 * An operation is a constant: what it is called, how shapes and gradients follow, how it runs.  An
 * application joins one to its operands and attributes and owns the nodes of its results.  Applications are
 * numbered as they are made, and operands exist before their users: that order is the order of execution. */
#ifndef ENGINE_GRAPH_NODE_H
#define ENGINE_GRAPH_NODE_H

#include "engine/graph/graph.h"
#include "engine/tensor/kernels.h"

enum { ATTRIBUTE_INTEGERS = 2 * TENSOR_RANK_MAX + 2, OPERANDS_MAX = 128, RESULTS_MAX = 4 };

/* What an application is told besides its operands; equal bytes mean equal attributes. */
struct attributes {
    int64_t integers[ATTRIBUTE_INTEGERS];
    double real;
};

enum operation_kind {
    OPERATION_PLAIN,
    OPERATION_ELEMENTWISE, /* a vector kernel over operands that broadcast; may be fused with others */
    OPERATION_VIEW,        /* the result lies inside operand 0, which it never outlives; nothing to run */
};

struct apply;

/* How the members of a team share one execution. */
enum sharing_kind {
    SHARE_NONE,    /* one of them does it */
    SHARE_ROWS,    /* each runs the operation on some of the rows, as if they were the whole batch */
    SHARE_PARTS,   /* each makes `begin` to `end` of what the operation calls its parts */
    SHARE_COLUMNS, /* each makes columns `begin` to `end` of result 0, the only one */
    /* Each goes through a whole sequence with rows `begin` to `end` of the batch.  Operands and results are
     * sequences (time, batch, ...) or, where the operation says so, states (batch, ...). */
    SHARE_SEQUENCES,
    /* Each makes channels `begin` to `end`.  Operands and results are (batch, channels, ...), with a batch of
     * 1 where there is none. */
    SHARE_CHANNELS,
};

struct sharing {
    enum sharing_kind kind;
    int64_t count; /* rows, columns, or parts: result 0 consists of that many pieces of one size */
    double work;   /* floating-point operations, roughly */
};

/* One execution of a plain operation. */
struct call {
    const struct apply *apply;
    const struct kernels *kernels;      /* of the real dtype */
    const struct tensor *const *inputs; /* with the shapes of this batch */
    const struct tensor *const *outputs;
    void *scratch; /* as many bytes as scratch_bytes asked for; 64-byte aligned */
    /* Of operations that have `piece`: where the parts begin to end - 1 of result 0 are to be written, and
     * not to where they belong in it; NULL: there. */
    void *piece;
    /* Of operations that share by rows: the rows of the batch before these.  Of the others: which parts,
     * columns or rows are wanted; all of them if `partial` is false. */
    int64_t begin, end;
    bool partial;
};

struct operation {
    const char *name; /* as messages call it */
    enum operation_kind kind;
    int output_count;     /* 0 stands for 1 */
    unsigned shape_only;  /* bit i: only the shape of operand i matters, not its data */
    bool shape_only_rest; /* so it is for all operands but the first */
    bool flat;     /* no gradient flows through: the results are integers, or constant almost everywhere */
    bool unique;   /* never merged with an equal application: it has effects */
    bool in_place; /* result 0 may take the memory of operand 0 if that is needed no more */
    int kernel;    /* of elementwise operations: enum kernel_unary or kernel_binary by number of operands */

    /* Shapes of the results from those of the operands: of the largest batch and, at run time, of the present
     * one. */
    bool (*infer)(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                  struct error *err);
    /* Of views: where the result starts in operand 0, in elements.  NULL: at its start. */
    int64_t (*view_offset)(const struct apply *apply, const struct shape *input);
    /* Nodes of d cost / d operand from those of the results (NULL where none arrived).  Leaves NULL where
     * none flows. NULL: the operation has no gradient. */
    bool (*gradient)(struct graph *graph, struct apply *apply, struct node *const *outputs,
                     struct node **inputs, struct error *err);
    /* At the beginning of every call of a function, before any step and on the calling thread: for what must
     * happen once, however many share the step.  NULL: nothing. */
    void (*begin)(const struct call *call);
    bool (*run)(const struct call *call, struct error *err);
    size_t (*scratch_bytes)(const struct apply *apply); /* at the largest batch; NULL: none */
    /* How executions with these shapes can be shared.  By rows: row i of every result is made from row i of
     * those operands that have as many rows as result 0, of which bit k of `whole` is not set; the others are
     * read by everybody.  As sequences and by channels: everybody reads the operands of `whole`; bits of
     * `states` and `state_results` tell what has no axis of time.  NULL: not at all. */
    struct sharing (*share)(const struct apply *apply, const struct shape *inputs,
                            const struct shape *outputs);
    unsigned whole, states, state_results;
    /* Of operations that share by parts: how many of `count` parts, `most` at most, can be made at a time
     * with the bits and about the speed of all at once; 0: only all at once.  NULL: likewise. */
    int64_t (*piece)(const struct apply *apply, const struct shape *inputs, const struct shape *outputs,
                     int64_t count, int64_t most);
    /* Of operations that share by columns: whether columns begin to end need only rows begin to end of
     * operand `operand`.  NULL: they do not. */
    bool (*columns_are_rows)(const struct apply *apply, size_t operand);
    /* Of an operation that contains another one, whose result is its last operand, only by its shape: what is
     * left to do when a function makes that result anyway, with that as the only operand.  NULL: contains
     * none. */
    const struct operation *rest;
    bool sums_squares; /* result 0 is the sum of the squares of operand 0 */
    bool may_fail;     /* `run` can, by what is in the data */
};

enum node_kind { NODE_INPUT, NODE_VARIABLE, NODE_EXTERNAL, NODE_CONSTANT, NODE_RESULT };

struct node {
    enum node_kind kind;
    enum dtype dtype;
    struct shape shape;
    size_t index;        /* in the order of making */
    bool on_data;        /* some source is among its ancestors */
    const char *name;    /* of inputs, variables and externals */
    struct apply *apply; /* of results */
    int output;
    struct variable *variable;
    const struct tensor *external;
    struct tensor constant;
    struct node *next_of_hash; /* of leaves with a name */
};

struct apply {
    const struct operation *operation;
    struct attributes attributes;
    size_t input_count, output_count, index;
    struct node **inputs;
    struct node *outputs; /* one after the other */
    uint64_t hash;
    struct apply *next_of_hash;
};

/* Applies an operation; every result has `dtype`.  An equal application made before is returned instead. NULL
 * when an operand is NULL or the shapes do not fit. */
struct application {
    const struct operation *operation;
    struct node *const *inputs;
    size_t input_count;
    const struct attributes *attributes; /* NULL: none */
    enum dtype dtype;
};
struct apply *graph_apply(struct graph *graph, const struct application *application, struct error *err);
/* The first result of such an application. */
struct node *graph_apply_one(struct graph *graph, const struct operation *operation,
                             struct node *const *inputs, size_t input_count,
                             const struct attributes *attributes, enum dtype dtype, struct error *err);

bool apply_input_is_shape_only(const struct apply *apply, size_t input);
/* "dot: shapes (128, 784) and (500, 10) do not fit: " followed by the text; false. */
bool raise_shapes(struct error *err, const char *operation, const struct shape *a, const struct shape *b,
                  const char *format, ...) PRINTF_LIKE(5, 6);

/* ---- What operations share ---- */

/* The common shape of operands that broadcast.  Which axes do was settled by the planned shapes. */
bool infer_broadcast(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                     struct error *err);
/* Sharing by the rows of result 0, with some work per element of it: of operations all of whose results and
 * operands have these rows. */
struct sharing share_rows(const struct apply *apply, const struct shape *inputs, const struct shape *outputs);
bool infer_same(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                struct error *err);
/* One number, whatever the operands. */
bool infer_scalar(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                  struct error *err);
/* Sums a gradient over the axes along which `x` was broadcast. */
struct node *node_unbroadcast(struct graph *graph, struct node *gradient, struct node *x, struct error *err);
/* x, broadcast to the shape of `like`. */
struct node *node_fill(struct graph *graph, struct node *x, struct node *like, struct error *err);
extern const struct operation fill_operation;

/* Elementwise kernels as nodes, with the kernel's parameter p. */
struct node *node_kernel_unary(struct graph *graph, enum kernel_unary kernel, struct node *x, double p,
                               struct error *err);
struct node *node_kernel_binary(struct graph *graph, enum kernel_binary kernel, struct node *a,
                                struct node *b, double p, struct error *err);
/* A copy with memory of its own, never merged with others. */
struct node *node_own_copy(struct graph *graph, struct node *x, struct error *err);
/* The scores whose logistic x is; NULL when x is something else. */
struct node *node_logistic_scores(struct node *x);
/* True when `node` is a real scalar constant. */
bool node_is_scalar_constant(const struct node *node, double *out_value);

/* int64 (2): the state of a random stream of its own. */
struct node *node_random_stream(struct graph *graph, struct error *err);

/* Like x, but shaped as `like` is, with the same number of elements. */
struct node *node_reshape_like(struct graph *graph, struct node *x, struct node *like, struct error *err);
/* The number of elements of x as a real scalar; known once the shapes are. */
struct node *node_element_count(struct graph *graph, struct node *x, struct error *err);

#endif
