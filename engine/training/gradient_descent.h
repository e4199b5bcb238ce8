/* engine/training/gradient_descent.h -- moves every parameter against the gradient of the cost: new = old -
 * step.
 *
 * Joins the training graph, the store of parameters and a step rule.  One function computes the gradients and
 * whatever is observed; the rule turns gradients into steps in place and updates in the same pass.  Where
 * that makes no difference to anybody (a rule that looks at single elements, no observer that sees a gradient
 * or could fail), a gradient goes through the rule as soon as some rows of it are made, while they are in the
 * cache: the bits are the same.  Only when something looks at the steps are they kept: rule, a second
 * function on the steps, update.  Nothing is allocated per batch.
 *
 * Made when the graph is there, before the memory is laid out; the rule's state is made with the first need
 * for it. */
#ifndef ENGINE_TRAINING_GRADIENT_DESCENT_H
#define ENGINE_TRAINING_GRADIENT_DESCENT_H

#include "engine/base/param.h"
#include "engine/graph/graph.h"
#include "engine/training/algorithm.h"

/* Everything is borrowed until the algorithm is freed, except the list of names. */
struct gradient_descent_options {
    struct graph *graph;           /* of training */
    struct node *cost;             /* a scalar */
    const char *const *parameters; /* paths; NULL: all that the cost depends on */
    size_t parameter_count;
    const struct component *step_rule; /* NULL: Scale(1) */
    /* What the stream delivers: initialize refuses what neither the cost nor an observer needs.  NULL: not
     * checked. */
    const char *const *sources;
    size_t source_count;
    const struct json_path *place; /* of the algorithm in the definition, for errors that are found now */
};

/* False with err set: no parameters, an unknown one, one that the cost does not depend on; everything wrong
 * with the step rule goes to `errors`. */
struct algorithm *gradient_descent_new(const struct gradient_descent_options *options,
                                       struct error_list *errors);

/* Nodes for expressions: the gradient and the step of a parameter, and the L2 norms over all of them
 * together. */
struct node *gradient_descent_gradient(struct algorithm *algorithm, const char *path, struct error *err);
struct node *gradient_descent_step(struct algorithm *algorithm, const char *path, struct error *err);
struct node *gradient_descent_total_gradient_norm(struct algorithm *algorithm, struct error *err);
struct node *gradient_descent_total_step_norm(struct algorithm *algorithm, struct error *err);

/* What a step is going to take while these nodes are observed, planned without memory. */
struct gradient_descent_needs {
    size_t bytes;       /* of what is kept of a batch, and of the steps when something looks at them */
    bool worth_sharing; /* it would run on all threads of a team */
};
bool gradient_descent_plan(struct algorithm *algorithm, struct node *const *observed, size_t count,
                           struct gradient_descent_needs *out, struct error *err);

#endif
