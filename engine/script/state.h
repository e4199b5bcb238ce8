/* engine/script/state.h -- inside engine/script: the Lua state, its limits, and how C code fails in it.
 *
 * Nothing outside this folder includes it. */
#ifndef ENGINE_SCRIPT_STATE_H
#define ENGINE_SCRIPT_STATE_H

#include <lauxlib.h>
#include <lua.h>

#include "engine/base/value.h"
#include "engine/script/sandbox.h"

enum script_limit { LIMIT_NONE, LIMIT_MEMORY, LIMIT_TEXT };

/* Where a script is: a line of a function, or a place in an expression of the definition. */
struct script_place {
    int line, column;    /* from 1; 0: unknown */
    const char *pointer; /* NULL: unknown */
};

struct script {
    lua_State *lua;
    struct random_state random;
    int64_t instructions_max;  /* of a call from outside: SCRIPT_INSTRUCTIONS_MAX; fewer in the fuzzer */
    int64_t instructions;      /* left to the present call */
    int64_t tick;              /* of the newest look at the clock (clock_tick) */
    double end_s;              /* of the present call, as clock_thread_s counts; 0: not known yet */
    double left_s;             /* since when something else runs inside it (budget_leave); 0: nothing does */
    size_t bytes;              /* held now */
    enum script_limit refused; /* why the newest failed allocation failed ... */
    struct script_place refused_place; /* ... and where the script was */
    /* Finds the place of line `place->line` of the chunk `name`; NULL: a line is a line. */
    void (*locate)(const struct script *script, const char *name, struct script_place *place);
    void *owner;                       /* of a state with expressions: their scope */
    struct script_function *functions; /* all that are compiled; function_internal.h */
    unsigned next_chunk;
    int depth;           /* of script_protect inside itself */
    struct error thrown; /* what script_throw says */
    struct value held;   /* on its way in or out; finished when the call fails */
};

static inline struct script *script_of(lua_State *L)
{
    return *(struct script **)lua_getextraspace(L);
}

/* Pushes the address of something constant, for an upvalue: Lua knows only addresses that can be written to.
 */
static inline void script_push_constant(lua_State *L, const void *constant)
{
    union {
        const void *constant;
        void *pointer;
    } address = { .constant = constant };

    lua_pushlightuserdata(L, address.pointer);
}

/* Takes `units` of work from the budget of the present call; does not return when that was too much, or when
 * the call has taken too long. */
void script_charge(lua_State *L, int64_t units);

/* Ends the present call with an error of ours: "line 3: ...".  Does not return. */
int script_throw(lua_State *L, enum error_code code, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same with an error that came from elsewhere. */
int script_throw_error(lua_State *L, const struct error *err);
/* Only puts the place of what runs now into an error. */
void script_place_error(lua_State *L, struct error *err);
/* Throws without the place, for an error that has been through here before. */
int script_rethrow(lua_State *L, const struct error *err);

/* Runs `body(context)` so that no error leaves it.  The outermost run gets a new budget.  `pointer` is the
 * place in the definition, put into the error when that has none; may be NULL. */
typedef void script_body_fn(lua_State *L, void *context);
bool script_protect(struct script *script, script_body_fn *body, void *context, const char *pointer,
                    struct error *err);

/* Replaces the table on top of the stack by one that shows its members and refuses every assignment. */
void script_freeze(lua_State *L, lua_CFunction refuse);

/* Pushes the environment of user functions. */
void script_push_environment(lua_State *L);

/* Control characters and bytes that are not UTF-8 become blanks and question marks, in place. */
void script_clean_text(char *text);

#endif
