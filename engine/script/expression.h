/* engine/script/expression.h -- the variables of a definition: Lua expressions that build a symbolic graph.
 *
 *   "probabilities": "mlp(features)",
 *   "cost": "CategoricalCrossEntropy(targets, probabilities) + 0.0001 * sum(sqr(param('/mlp/linear_0.W')))"
 *
 * In scope are the sources of the stream, the bricks with their children, methods and parameters
 * (mlp.linear_0(x), mlp.log_probabilities(x), mlp.linear_0.W), the costs, Cost(y, y_hat, {option = value}),
 * the other variables, shared.NAME, the sandbox without random numbers, and abs sqr sqrt exp log tanh (x); lt
 * le gt ge eq neq maximum minimum dot (a, b); + - * / ^; sum mean max min (x, axis or {axes}, keep);
 * argmax(x, axis); l2_norm(x, ...); concatenate({x, ...}, axis); reshape(x, dims...); dimshuffle(x, axes or
 * "x"...); at(x, index); slice(x, axis, start, stop); dropout(x, probability); noise(x, std); param(path);
 * grad(path); step(path).
 *
 * A scope evaluates in one graph.  The training graph and the evaluation graph each have a scope, made of the
 * same names; a variable is evaluated once per scope, when it is first asked for.
 *
 * Errors carry the pointer of the variable in which they happen, and line and column in its expression.
 * A scope is used by one thread; it may be freed before its graph. */
#ifndef ENGINE_SCRIPT_EXPRESSION_H
#define ENGINE_SCRIPT_EXPRESSION_H

#include "engine/base/error.h"
#include "engine/bricks/brick.h"
#include "engine/graph/graph.h"

enum {
    EXPRESSION_OPERATIONS_MAX = 10000, /* in one scope; applying a brick counts for all bricks in its tree */
};

struct expression_source {
    const char *name;
    enum dtype dtype;
    struct shape shape; /* of the largest batch */
};

struct expression_variable {
    const char *name;
    const char *expression;
    const char *pointer; /* "/variables/cost" */
};

struct expression_shared {
    const char *name;
    struct shape shape;
};

/* Everything that has a name.  Borrowed, and not changed, as long as a scope lives. */
struct expression_names {
    const struct expression_source *sources;
    size_t source_count;
    struct brick *const *bricks;
    size_t brick_count;
    const struct expression_variable *variables;
    size_t variable_count;
    const struct expression_shared *shared;
    size_t shared_count;
};

/* Reports names that are no Lua names, and names used twice: for two things, or for a function. */
bool expression_names_check(const struct expression_names *names, struct error_list *errors);

/* Where gradients and steps come from.  `path` is that of a parameter in scope. */
struct expression_gradients {
    void *context;
    struct node *(*gradient)(void *context, const char *path, struct error *err);
    struct node *(*step)(void *context, const char *path, struct error *err);
};

/* Grammar only; `err` has no pointer. */
bool expression_grammar(const char *expression, struct error *err);

/* The functions of expressions, one after the other; NULL behind the last. */
const char *expression_function(size_t index);

struct expression_scope;

/* NULL with ERROR_MEMORY. */
struct expression_scope *expression_scope_new(struct graph *graph, const struct expression_names *names,
                                              struct error *err);
void expression_scope_free(struct expression_scope *scope); /* accepts NULL */

/* From here on grad and step are answered; NULL, as at the start: they are refused.  Borrowed. */
void expression_scope_allow_gradients(struct expression_scope *scope,
                                      const struct expression_gradients *gradients);

/* The node of the variable `name`, which also becomes the node's name in the graph.  NULL with an error that
 * may stand in another variable than this one. */
struct node *expression_variable(struct expression_scope *scope, const char *name, struct error *err);

/* Evaluates every variable; each one that is wrong is reported once, at its own place. */
bool expression_scope_check(struct expression_scope *scope, struct error_list *errors);

/* Evaluates one more expression, which stands at `pointer`: one result or several. */
bool expression_evaluate(struct expression_scope *scope, const char *expression, const char *pointer,
                         struct brick_values *out, struct error *err);

#endif
