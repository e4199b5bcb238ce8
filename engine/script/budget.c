/* engine/script/budget.c -- see budget.h. */
#include "engine/script/budget.h"

#include "engine/base/clock.h"

enum { HOOK_INTERVAL = 1000 }; /* instructions between two looks at the budget */

static void watch(lua_State *L, lua_Debug *event);

static void exceed(lua_State *L, const char *what, int limit)
{
    /* From here on every single instruction ends in this place again. */
    script_of(L)->instructions = -1;
    lua_sethook(L, watch, LUA_MASKCALL | LUA_MASKCOUNT, 1);
    script_throw(L, ERROR_SCRIPT_BUDGET, "more than %d %s were used", limit, what);
}

/* The clock of the thread costs a system call: it is read when the cheap one has moved, and a call that ends
 * within one tick never reads it. */
static void look_at_clock(lua_State *L)
{
    struct script *script = script_of(L);
    const int64_t tick = clock_tick();
    double now_s;

    if (tick == script->tick)
        return;
    script->tick = tick;
    now_s = clock_thread_s();
    if (script->end_s == 0)
        script->end_s = now_s + SCRIPT_CALL_MS_MAX / 1000.0;
    else if (now_s > script->end_s)
        exceed(L, "ms of processor time", SCRIPT_CALL_MS_MAX);
}

void script_charge(lua_State *L, int64_t units)
{
    struct script *script = script_of(L);

    script->instructions -= units;
    if (script->instructions < 0)
        exceed(L, "instructions", SCRIPT_INSTRUCTIONS_MAX);
    look_at_clock(L);
}

/* Looks at the budget every HOOK_INTERVAL instructions, and at depth and arguments at every call. */
static void watch(lua_State *L, lua_Debug *event)
{
    lua_Debug deepest;

    if (event->event == LUA_HOOKCOUNT) {
        script_charge(L, lua_gethookcount(L));
        return;
    }
    if (lua_getstack(L, SCRIPT_CALLS_MAX, &deepest))
        script_throw(L, ERROR_SCRIPT_BUDGET, "calls are nested more than %d deep", SCRIPT_CALLS_MAX);
    if (lua_getlocal(L, event, -(SCRIPT_VALUES_MAX + 1)))
        script_throw(L, ERROR_SCRIPT_BUDGET, "a call with more than %d variable arguments",
                     SCRIPT_VALUES_MAX);
}

void budget_begin(lua_State *L)
{
    struct script *script = script_of(L);

    script->instructions = script->instructions_max;
    script->tick = clock_tick();
    script->end_s = script->left_s = 0;
    lua_sethook(L, watch, LUA_MASKCALL | LUA_MASKCOUNT, HOOK_INTERVAL);
}

void budget_leave(lua_State *L)
{
    script_of(L)->left_s = clock_thread_s();
}

bool budget_enter(lua_State *L)
{
    struct script *script = script_of(L);

    if (script->left_s == 0)
        return false;
    if (script->end_s != 0)
        script->end_s += clock_thread_s() - script->left_s;
    script->tick = clock_tick();
    script->left_s = 0;
    return true;
}
