/* engine/bricks/brick.h -- parametrised pieces of a net, as trees.
 *
 * The type is a constant, the instance is a copy of the bound settings with a name, a place in a tree,
 * children and parameters.  Life, as in Blocks: a tree is built, parents push dimensions and initialization
 * schemes to their children, every brick declares its parameters (all this in brick_new); it is applied to
 * nodes of a graph, as often as wanted, always with the same parameters; and once the memory of the
 * parameters is laid out, they are initialised.
 *
 * The name of a parameter is its path: "/mlp/linear_0.W".  Shapes are given for one row of the batch.
 * One thread uses a tree; the bound components are only read. */
#ifndef ENGINE_BRICKS_BRICK_H
#define ENGINE_BRICKS_BRICK_H

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/param.h"
#include "engine/base/random.h"
#include "engine/graph/graph.h"

enum {
    BRICK_VALUES_MAX = 32,   /* inputs or results of one application */
    BRICK_LAYERS_MAX = 64,   /* children of one brick */
    BRICK_TREE_MAX = 1024,   /* bricks in one tree */
    BRICK_WIDTH_MAX = 65536, /* of one dimension */
    BRICK_PARAMETER_ELEMENTS_MAX = 50 * 1000 * 1000
};

struct brick;
struct images;

/* What goes into an application, or comes out of it. */
struct brick_values {
    struct node *items[BRICK_VALUES_MAX];
    size_t count;
};

typedef bool brick_apply_fn(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                            struct brick_values *results, struct error *err);

/* Another application method, "log_probabilities"; or an auxiliary variable, "W_norm" (no inputs). */
struct brick_method {
    const char *name; /* NULL ends a list */
    int inputs_min, inputs_max;
    brick_apply_fn *apply;
};

/* A statistic is no parameter: it lies in a shared variable, updates change it and nothing trains it. */
enum parameter_role { PARAMETER_WEIGHT, PARAMETER_BIAS, PARAMETER_INITIAL_STATE, PARAMETER_STATISTIC };

struct brick_parameter {
    const char *name; /* "W" */
    const char *path; /* "/mlp/linear_0.W" */
    struct shape shape;
    enum parameter_role role;
    const struct component *initialization; /* NULL: filled with `start` */
    double start;
    int64_t pieces; /* blocks of columns that are drawn one after the other; else 1 */
};

/* What the inputs of a brick are called, in their order.  Those after the first `required` may be left out,
 * as NULL if others follow. */
struct brick_names {
    const char *items[BRICK_VALUES_MAX];
    size_t count, required;
};

struct recurrent_cell;

/* What a brick is.  One constant per brick, at the end of its .c file.  NULL functions are skipped. */
struct brick_type {
    struct component_type component;
    bool initializable; /* its settings begin with a struct initializable (initializable.h) */
    int inputs_min, inputs_max;
    /* Adds children. */
    bool (*build)(struct brick *self, struct error_list *errors);
    /* Tells the children their dimensions. */
    bool (*push)(struct brick *self, struct error_list *errors);
    /* Adds parameters; reports dimensions that are missing. */
    bool (*declare)(struct brick *self, struct error_list *errors);
    /* What a parent pushes: dimensions of one row; INTEGER_ABSENT leaves one as it is.  NULL: has no
     * dimensions. */
    void (*set_dims)(struct brick *self, int64_t input_dim, int64_t output_dim);
    /* What a ConvolutionalSequence tells (image.h); NULL: leaves images as they are. */
    bool (*take_images)(struct brick *self, struct images *images, struct error_list *errors);
    brick_apply_fn *apply;
    void (*input_names)(const struct brick *self, struct brick_names *out); /* NULL: all are needed */
    const struct recurrent_cell *cell;      /* of transitions (recurrent.h); NULL: is none */
    const struct brick_method *methods;     /* besides apply; NULL: none */
    const struct brick_method *auxiliaries; /* scalars to be monitored; NULL: none */
};

struct brick {
    const struct brick_type *type;
    const struct component *component;
    void *settings;   /* own copy: parents push into it */
    const char *name; /* "linear_0" */
    const char *path; /* "/mlp/linear_0" */
    struct brick *parent;
    struct brick **children; /* in order of application */
    size_t child_count;
    struct brick_parameter *parameters;
    size_t parameter_count;
    struct random_state *random; /* once initialising: often the parent's */
    struct brick_tree *tree;
};

/* What the bricks of one tree share. */
struct brick_tree {
    struct arena arena; /* holds everything, the bricks included */
    size_t brick_count;
    bool missing_scheme; /* reported once */
};

/* What every brick can be told. */
struct brick_common {
    const char *name; /* NULL: the default */
};

extern const struct family brick_family;

/* The tree of a top brick.  `name` is its key in the definition.  NULL with all errors.  The tree keeps
 * pointers into `component`. */
struct brick *brick_new(const struct component *component, const char *name, struct error_list *errors);
void brick_free(struct brick *top); /* accepts NULL */

/* Builds the piece of graph that computes the results.  Errors name the brick and the shapes. */
bool brick_apply(struct brick *brick, struct graph *graph, const struct brick_values *inputs,
                 struct brick_values *results, struct error *err);
/* The same with another application method; false with ERROR_UNKNOWN_NAME when there is none of that name. */
bool brick_call(struct brick *brick, const char *method, struct graph *graph,
                const struct brick_values *inputs, struct brick_values *results, struct error *err);
bool brick_has_method(const struct brick *brick, const char *method); /* "apply" included */
/* One input, one result; NULL on failure, and when x is NULL. */
struct node *brick_apply_one(struct brick *brick, struct graph *graph, struct node *x, struct error *err);

/* Names of the inputs; none are given for bricks whose inputs are all needed. */
void brick_input_names(const struct brick *brick, struct brick_names *out);

/* A child by name, "linear_0"; the first of several of one name.  NULL: none. */
struct brick *brick_child(const struct brick *brick, const char *name);
/* A parameter or an auxiliary variable as a node: "W", "b", "W_norm".  NULL with ERROR_UNKNOWN_NAME. */
struct node *brick_variable(struct brick *brick, struct graph *graph, const char *name, struct error *err);
bool brick_has_variable(const struct brick *brick, const char *name);

/* Visits every parameter of the tree but statistics, children first.  Stops at the first false. */
typedef bool brick_parameter_fn(void *context, const struct brick *brick,
                                const struct brick_parameter *parameter);
bool brick_each_parameter(const struct brick *brick, brick_parameter_fn *each, void *context);

/* Draws start values for all parameters of the tree and stores those that `variables` holds.  Seeds of
 * bricks without one are drawn from `seeds`: the generator that Blocks seeds with its default seed, one for
 * all top bricks of a job in their order. */
bool brick_initialize(struct brick *top, struct variables *variables, struct random_state *seeds,
                      struct error *err);

#endif
