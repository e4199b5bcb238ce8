/* engine/script/expression_scope.h -- inside engine/script: a scope, and the objects that expressions handle.
 */
#ifndef ENGINE_SCRIPT_EXPRESSION_SCOPE_H
#define ENGINE_SCRIPT_EXPRESSION_SCOPE_H

#include "engine/script/expression.h"
#include "engine/script/expression_text.h"
#include "engine/script/state.h"

enum evaluation { EVALUATION_OPEN, EVALUATION_RUNNING, EVALUATION_DONE, EVALUATION_WRONG };

/* One expression as Lua runs it; lives until the scope is freed. */
struct expression_chunk {
    char *pointer;
    struct expression_text text;
};

struct expression_scope {
    struct graph *graph;
    const struct expression_names *names;
    const struct expression_gradients *gradients; /* NULL: refused */
    struct script *script;
    int operations;
    const char
        *sought; /* the name that an error is about: Lua counts its use to a token behind it; else NULL */
    struct {
        enum evaluation state;
        struct node *node;
        struct error *err; /* of EVALUATION_WRONG; owned */
    } * variables;         /* as many as names->variables */
    size_t *running;       /* indices of the variables being evaluated, outermost first */
    size_t running_count;
    struct expression_chunk *chunks;
    size_t chunk_count, chunk_capacity;
};

static inline struct expression_scope *scope_of(lua_State *L)
{
    return script_of(L)->owner;
}

/* Pushes the node, or throws what kept it from being made. */
int scope_push_node(lua_State *L, struct node *node, const struct error *err);
/* The node at `index`; a number becomes a constant.  `what` names the operation. */
struct node *scope_node(lua_State *L, int index, const char *what);
/* Counts operations against the limits, before they are done. */
void scope_count(lua_State *L, int operations);
/* NULL when the value at `index` is no brick. */
struct brick *scope_brick(lua_State *L, int index);
void scope_push_brick(lua_State *L, struct brick *brick);
void scope_push_cost(lua_State *L, const char *name); /* of a cost that exists */

/* For what cannot be calculated with: throws as scope_node does. */
int scope_refuse_operator(lua_State *L);

/* The inputs of brick(x, ...), which begin at index 2.  When it is applied itself (`named`) and its inputs
 * have names, nil stands for one that is left out, and a table {mask = m} may come last.  Throws. */
void scope_read_inputs(lua_State *L, const struct brick *brick, bool named, struct brick_values *inputs);

/* Leaves the results of an expression on the stack, from place 1 on; throws. */
void scope_evaluate(lua_State *L, const char *expression, const char *pointer);
/* The result at `index` as a node; throws. */
struct node *scope_result(lua_State *L, int index);
/* The node of a variable; throws. */
struct node *scope_variable(lua_State *L, size_t index);
/* The shape of a parameter of any brick; NULL when there is none of that path. */
const struct shape *scope_parameter(const struct expression_scope *scope, const char *path);

/* Throws an error that is about the last use of `name`. */
int scope_throw_at(lua_State *L, const char *name, struct error *err);
/* Throws ERROR_UNKNOWN_NAME at the last use of `name`, with the nearest of `candidates` as hint. */
int scope_unknown(lua_State *L, const char *what, const char *name, const char *const *candidates,
                  size_t count);

/* Adds the functions that build nodes to the table on top. */
void scope_add_functions(lua_State *L);
bool scope_is_function(const char *name);
/* Pushes the environment of expressions. */
void scope_push_environment(lua_State *L);
void scope_build_environment(lua_State *L);

#endif
