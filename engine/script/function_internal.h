/* engine/script/function_internal.h -- inside engine/script: what a compiled function is.
 *
 * A function is compiled with one token per line (expression_text.h), in a chunk of its own number: so the
 * line of a function value inside of it tells where in the source that value was written. */
#ifndef ENGINE_SCRIPT_FUNCTION_INTERNAL_H
#define ENGINE_SCRIPT_FUNCTION_INTERNAL_H

#include "engine/script/expression_text.h"
#include "engine/script/function.h"
#include "engine/script/state.h"

struct script_function {
    struct script *script;
    struct script_function *next; /* of script->functions */
    unsigned chunk;               /* Lua knows it as "script7" */
    char *source, *pointer;
    struct expression_text text;
    int first_line;                  /* where the source begins in what the user wrote, from 1 */
    bool detached;                   /* has locals of its own, detached.h */
    const struct script_table *self; /* of a detached one; NULL: none */
    int reference;                   /* in the registry */
    struct script_signature signature;
};

/* One that is known to its state, so that its errors find their lines, but has no code yet. */
struct script_function *function_open(struct script *script, const char *source, const char *pointer);

/* The function whose chunk has this name; NULL: none. */
struct script_function *function_of_chunk(const struct script *script, const char *name);

/* Runs `before` and the text, and leaves what they give on the stack, which was empty: one Lua function. */
void function_load(lua_State *L, const struct script_function *function, const char *before);

/* Keeps the function on top of the stack, and takes it from there. */
void function_keep(lua_State *L, struct script_function *function);

#endif
