/* engine/graph/graph.h -- symbolic variables: build expressions, derive their gradients.
 *
 * A node stands for a tensor that a function (function.h) computes.  Its shape is the one of the largest
 * batch; at run time the axes of a batch may be shorter, and every shape is then inferred anew.  Which axes
 * broadcast is settled when a node is made.  Equal expressions are one node: no operation is computed twice.
 *
 * Every constructor returns NULL with `err` set when something does not fit (the message names the operation
 * and the shapes), and NULL without touching `err` when one of its nodes is NULL: calls can be nested, and
 * the outermost result alone is tested.
 *
 * Real-valued work is done in the job's real dtype, whatever dtype the operands are stored in: labels and
 * booleans are converted where they are used.  Comparisons give 1 and 0 as reals.
 *
 * A graph owns its nodes; they live until graph_free.  One thread builds and uses a graph.  Not thread-safe.
 */
#ifndef ENGINE_GRAPH_GRAPH_H
#define ENGINE_GRAPH_GRAPH_H

#include "engine/base/error.h"
#include "engine/graph/variables.h"
#include "engine/tensor/tensor.h"

struct graph;
struct node;

/* Dropout, noise and batch normalization differ between the two. */
enum graph_mode { GRAPH_TRAINING, GRAPH_EVALUATION };

struct graph_options {
    struct variables *variables; /* borrowed; shared by the graphs of one job; decides the real dtype */
    enum graph_mode mode;
    uint32_t seed; /* of the random streams */
};

struct graph *graph_new(const struct graph_options *options);
void graph_free(struct graph *graph); /* accepts NULL; after the functions that were compiled from it */
/* Functions compiled from now on that have enough work run on this team (borrowed); NULL: on their caller. */
struct team;
void graph_use_team(struct graph *graph, struct team *team);
struct team *graph_team(const struct graph *graph);
enum graph_mode graph_mode(const struct graph *graph);
enum dtype graph_real(const struct graph *graph);
struct variables *graph_variables(const struct graph *graph);

enum dtype node_dtype(const struct node *node);
const struct shape *node_shape(const struct node *node); /* at the largest batch */
int node_rank(const struct node *node);
int64_t node_dim(const struct node *node, int axis); /* negative axes count from the end */

/* Whether a node needs any source of the batch, or that other node, to be computed. */
bool node_depends_on_data(const struct node *node);
bool node_depends_on(const struct node *node, const struct node *leaf);
/* The shape that it has in a batch of `examples`, or fewer where fewer are planned. */
bool node_shape_of_batch(const struct node *node, int64_t examples, struct shape *out, struct error *err);

/* ---- Leaves ---- */

/* A source of the batch; the same name gives the same node.  Kept in its stored dtype until it is used. */
struct node *node_input(struct graph *graph, const char *source, enum dtype dtype, const struct shape *shape,
                        struct error *err);
/* A parameter or another shared variable of the store; declared by its first use. */
struct node *node_parameter(struct graph *graph, const char *path, const struct shape *shape,
                            struct error *err);
struct node *node_shared(struct graph *graph, const char *name, const struct shape *shape, struct error *err);
/* Memory of somebody else, read at each call (the step of a parameter, a hyper-parameter).  `tensor` is
 * borrowed and outlives every function; its data may still be NULL now, not when a function is compiled. */
struct node *node_external(struct graph *graph, const char *name, const struct tensor *tensor,
                           struct error *err);
struct node *node_constant(struct graph *graph, double value); /* a real scalar */
struct node *node_constant_tensor(struct graph *graph, const struct tensor *value,
                                  struct error *err); /* copied; real */
/* The variable behind a parameter or shared node; NULL for other nodes. */
struct variable *node_variable(const struct node *node);

/* ---- Names ---- */

/* What a node is called in the plan and in records.  A node can have several names, a name one node. */
enum name_role { NAME_VARIABLE, NAME_AUXILIARY };
bool graph_name(struct graph *graph, struct node *node, const char *name, enum name_role role,
                struct error *err);
struct node *graph_find(const struct graph *graph, const char *name); /* NULL: none */
size_t graph_name_count(const struct graph *graph);
const char *graph_name_at(const struct graph *graph, size_t index, struct node **out_node,
                          enum name_role *out_role);

/* ---- Updates of shared variables, registered by bricks (population statistics) ---- */

struct update {
    struct node *variable; /* a shared node */
    struct node *value;    /* its new value, of the same shape */
};
bool graph_add_update(struct graph *graph, struct node *variable, struct node *value, struct error *err);
const struct update *graph_updates(const struct graph *graph, size_t *out_count);

/* ---- Elementwise, broadcasting as NumPy ---- */

/* Slopes at corners: rectifier 1/2 at exactly 0, leaky_rectifier (1 + leak) / 2, abs 0. */
#define UNARY_OPERATIONS(X)                                                                                  \
    X(NEGATIVE, negative)                                                                                    \
    X(ABS, abs)                                                                                              \
    X(SQR, sqr)                                                                                              \
    X(SQRT, sqrt)                                                                                            \
    X(EXP, exp)                                                                                              \
    X(LOG, log)                                                                                              \
    X(TANH, tanh)                                                                                            \
    X(LOGISTIC, logistic)                                                                                    \
    X(RECTIFIER, rectifier)                                                                                  \
    X(SOFTPLUS, softplus)

/* Of two equal operands, minimum and maximum give the gradient to the first. */
#define BINARY_OPERATIONS(X)                                                                                 \
    X(ADD, add)                                                                                              \
    X(SUBTRACT, subtract)                                                                                    \
    X(MULTIPLY, multiply)                                                                                    \
    X(DIVIDE, divide)                                                                                        \
    X(POWER, power)                                                                                          \
    X(MINIMUM, minimum)                                                                                      \
    X(MAXIMUM, maximum)                                                                                      \
    X(EQUAL, equal)                                                                                          \
    X(NOT_EQUAL, not_equal)                                                                                  \
    X(LESS, less)                                                                                            \
    X(LESS_EQUAL, less_equal)                                                                                \
    X(GREATER, greater)                                                                                      \
    X(GREATER_EQUAL, greater_equal)

#define X(NAME, name) UNARY_##NAME,
enum unary { UNARY_OPERATIONS(X) UNARY_COUNT };
#undef X
#define X(NAME, name) BINARY_##NAME,
enum binary { BINARY_OPERATIONS(X) BINARY_COUNT };
#undef X

const char *binary_name(enum binary operation);
struct node *node_unary(struct graph *graph, enum unary operation, struct node *x, struct error *err);
struct node *node_binary(struct graph *graph, enum binary operation, struct node *a, struct node *b,
                         struct error *err);

/* node_tanh(graph, x, err), node_add(graph, a, b, err) and so on. */
#define X(NAME, name)                                                                                        \
    static inline struct node *node_##name(struct graph *graph, struct node *x, struct error *err)           \
    {                                                                                                        \
        return node_unary(graph, UNARY_##NAME, x, err);                                                      \
    }
UNARY_OPERATIONS(X)
#undef X
#define X(NAME, name)                                                                                        \
    static inline struct node *node_##name(struct graph *graph, struct node *a, struct node *b,              \
                                           struct error *err)                                                \
    {                                                                                                        \
        return node_binary(graph, BINARY_##NAME, a, b, err);                                                 \
    }
BINARY_OPERATIONS(X)
#undef X

struct node *node_leaky_rectifier(struct graph *graph, struct node *x, double leak, struct error *err);
struct node *node_cast(struct graph *graph, struct node *x, enum dtype dtype,
                       struct error *err);                                      /* the real dtype or int64 */
struct node *node_real(struct graph *graph, struct node *x, struct error *err); /* in the job's real dtype */
struct node *node_integer(struct graph *graph, struct node *x, struct error *err); /* in int64 */

/* ---- Reductions; axes may be negative ---- */

enum reduction { REDUCE_SUM, REDUCE_MEAN, REDUCE_MAX, REDUCE_MIN };
/* Over `axes`, or over all of them when axis_count is 0.  keep_axes leaves them in place with length 1. */
struct node *node_reduce(struct graph *graph, enum reduction reduction, struct node *x, const int *axes,
                         int axis_count, bool keep_axes, struct error *err);
struct node *node_sum(struct graph *graph, struct node *x, struct error *err);  /* of all elements */
struct node *node_mean(struct graph *graph, struct node *x, struct error *err); /* of all elements */
/* Index of the first greatest element along `axis`, which disappears; int64. */
struct node *node_argmax(struct graph *graph, struct node *x, int axis, struct error *err);
/* Square root of the sum of squares over all the nodes together. */
struct node *node_l2_norm(struct graph *graph, struct node *const *nodes, size_t count, struct error *err);

/* ---- Products ---- */

/* NumPy's dot: last axis of a with last but one (or only) axis of b.  b of rank 3 and more is refused. */
struct node *node_dot(struct graph *graph, struct node *a, struct node *b, struct error *err);

/* ---- Images: (batch, channels, height, width) ---- */

/* How filters and pools go over an image: steps > 0, and imaginary rows and columns at each of its four
 * sides, pad >= 0. */
struct image_steps {
    int64_t step_height, step_width, pad_height, pad_width;
};
enum { IMAGE_EXTENT_MAX = 65536 }; /* of steps, pads, windows and transposed images */

/* True convolution, with flipped filters (filters, channels, height, width), of images that imaginary zeros
 * surround: (batch, filters, rows, columns) with rows = (height + 2 pad - filter height) / step + 1. */
struct node *node_convolution(struct graph *graph, struct node *image, struct node *filters,
                              const struct image_steps *steps, struct error *err);
/* What the gradient of a convolution does to its result: (batch, filters, rows, columns) to images (batch,
 * channels, height, width) of which a convolution with the same filters makes rows and columns. */
struct node *node_transposed_convolution(struct graph *graph, struct node *places, struct node *filters,
                                         const struct image_steps *steps, int64_t height, int64_t width,
                                         struct error *err);

enum pooling_kind { POOLING_MAX, POOLING_AVERAGE };
struct pooling {
    int64_t height, width;    /* of the window, > pad */
    struct image_steps steps; /* pads need ignore_border */
    bool ignore_border;       /* no place where the window sticks out at the bottom or right */
    bool include_padding;     /* in the number of elements of an average */
};
/* The greatest or the mean of each window; imaginary elements are never the greatest, and count in a mean
 * only when asked to.  All elements that tie for the greatest get its gradient. */
struct node *node_pooling(struct graph *graph, enum pooling_kind kind, struct node *image,
                          const struct pooling *pooling, struct error *err);
/* How many places the window has along one axis. */
int64_t pooling_places(int64_t extent, int64_t window, int64_t step, int64_t pad, bool ignore_border);

/* Each channel of x (batch, channels, ...) with the mean and deviation of its batch:  y = (x - mean) / stdev
 * * scale + shift,  stdev = sqrt(variance + epsilon).  mean and stdev are (1, channels, 1 ...); scale and
 * shift have an element per channel; either may be NULL, which is 1 or 0.  False when something does not fit.
 */
struct batch_normalised {
    struct node *y, *mean, *stdev;
};
bool node_batch_normalization(struct graph *graph, struct node *x, struct node *scale, struct node *shift,
                              double epsilon, struct batch_normalised *out, struct error *err);

/* ---- Shape ---- */

enum { DIMENSION_REST = -1 };              /* what remains of the elements; once per call */
#define DIMENSION_SAME(axis) (-2 - (axis)) /* as long as that axis of x, also in a smaller batch */
struct node *node_reshape(struct graph *graph, struct node *x, const int64_t *dims, int rank,
                          struct error *err);
/* Keeps the first rank - 1 axes and merges the others; missing ones are added with length 1. */
struct node *node_flatten(struct graph *graph, struct node *x, int rank, struct error *err);
/* (n, ...) to (d0, .., dk, ...): the first axis of x split into the axes of `like` but its last. */
struct node *node_split_leading(struct graph *graph, struct node *x, struct node *like, struct error *err);
enum { AXIS_NEW = -1 };
/* Axes of x in a new order; AXIS_NEW adds one of length 1; left-out ones must have length 1. */
struct node *node_dimshuffle(struct graph *graph, struct node *x, const int *order, int rank,
                             struct error *err);
struct node *node_concatenate(struct graph *graph, struct node *const *nodes, size_t count, int axis,
                              struct error *err);
#define SLICE_END INT64_MAX
/* x[start:stop] along `axis` as in Python: negative positions count from the end, both are clipped. */
struct node *node_slice(struct graph *graph, struct node *x, int axis, int64_t start, int64_t stop,
                        struct error *err);
/* x[index] along the first axis, which disappears; negative counts from the end. */
struct node *node_at(struct graph *graph, struct node *x, int64_t index, struct error *err);

/* ---- Rows and classes ---- */

struct node *node_softmax(struct graph *graph, struct node *x, struct error *err); /* along the last axis */
struct node *node_log_softmax(struct graph *graph, struct node *x, struct error *err);
/* Greatest of each group of `pieces` neighbours on the last axis; what is left over at the end does not
 * count. */
struct node *node_maxout(struct graph *graph, struct node *x, int64_t pieces, struct error *err);
/* Rows of a matrix (length, dim) by integers (...), the result is (..., dim); negative integers count from
 * the end, one out of range fails the call.  The gradient adds up rows in the order of the integers. */
struct node *node_lookup(struct graph *graph, struct node *rows, struct node *indices, struct error *err);
/* labels (n) or (n, 1) to (n, classes); a label out of range fails the call. */
struct node *node_one_hot(struct graph *graph, struct node *labels, int64_t classes, struct error *err);

/* ---- Costs; y is true, p is predicted ---- */

/* y: labels (n) or (n, 1), of an integer dtype or of rank 1, or distributions (n, classes); p: probabilities
 * (n, classes).  Gives (n). When p is a softmax, no logarithm of a tiny number is taken. */
struct node *node_categorical_cross_entropy(struct graph *graph, struct node *y, struct node *p,
                                            struct error *err);
/* -(y log p + (1 - y) log(1 - p)), elementwise.  When p is a logistic, no logarithm of a tiny number is
 * taken. */
struct node *node_binary_cross_entropy(struct graph *graph, struct node *y, struct node *p,
                                       struct error *err);
/* 1 for every row whose label is not among the top_k, else 0; (n) reals.  top_k 1: the first maximum wins a
 * tie; else wrong unless fewer than k other classes score at least as high.  No gradient. */
struct node *node_misclassification(struct graph *graph, struct node *y, struct node *p, int64_t top_k,
                                    struct error *err);

/* ---- Random; identity in GRAPH_EVALUATION.  Every use draws from a random stream of its own. ---- */

/* Keeps each element with probability 1 - drop_probability and divides it by `divisor` (0: by 1 -
 * drop_probability). */
struct node *node_dropout(struct graph *graph, struct node *x, double drop_probability, double divisor,
                          struct error *err);
/* Adds normal noise of mean 0. */
struct node *node_noise(struct graph *graph, struct node *x, double std, struct error *err);

/* ---- Gradients ---- */

/* d cost / d wanted[i] as nodes of the same graph, shaped like wanted[i].  `cost` is a scalar.  False when it
 * does not depend on one of them, or an operation on the way has no gradient. */
bool graph_gradient(struct graph *graph, struct node *cost, struct node *const *wanted, size_t count,
                    struct node **out_gradients, struct error *err);

#endif
