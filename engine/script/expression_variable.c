/* engine/script/expression_variable.c -- the variables of a scope: each is evaluated once, when it is first
 * asked for. */
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/script/expression_scope.h"

struct evaluated_variable {
    const struct expression_variable *variable;
    struct node *node;
};

static void evaluate_variable(lua_State *L, void *context)
{
    struct evaluated_variable *evaluated = context;
    const struct expression_variable *variable = evaluated->variable;
    struct error err;

    scope_evaluate(L, variable->expression, variable->pointer);
    evaluated->node = scope_result(L, 1);
    if (!graph_name(scope_of(L)->graph, evaluated->node, variable->name, NAME_VARIABLE, &err))
        script_rethrow(L, &err);
}

/* "cost -> penalty -> cost" */
static void spell_cycle(const struct expression_scope *scope, size_t index, char *out, size_t out_bytes)
{
    size_t from = 0, used = 0;

    while (scope->running[from] != index)
        from++;
    for (size_t i = from; i < scope->running_count && used < out_bytes; i++)
        used += (size_t)snprintf(out + used, out_bytes - used, "%.60s -> ",
                                 scope->names->variables[scope->running[i]].name);
    if (used < out_bytes)
        snprintf(out + used, out_bytes - used, "%.60s", scope->names->variables[index].name);
}

struct node *scope_variable(lua_State *L, size_t index)
{
    struct expression_scope *scope = scope_of(L);
    struct evaluated_variable evaluated = { .variable = &scope->names->variables[index] };
    char cycle[300];
    struct error err;
    bool right;

    if (scope->variables[index].state == EVALUATION_RUNNING) {
        spell_cycle(scope, index, cycle, sizeof cycle);
        RAISE(&err, ERROR_CONFLICT, NULL, "variables depend on each other: %s", cycle);
        error_hint(&err, "Write at least one of them without the others.");
        scope_throw_at(L, evaluated.variable->name, &err);
    }
    if (scope->variables[index].state == EVALUATION_WRONG)
        script_rethrow(L, scope->variables[index].err);
    if (scope->variables[index].state == EVALUATION_DONE)
        return scope->variables[index].node;
    scope->variables[index].state = EVALUATION_RUNNING;
    scope->running[scope->running_count++] = index;
    right = script_protect(scope->script, evaluate_variable, &evaluated, evaluated.variable->pointer, &err);
    scope->running_count--;
    if (right) {
        scope->variables[index].state = EVALUATION_DONE;
        scope->variables[index].node = evaluated.node;
        return evaluated.node;
    }
    scope->variables[index].state = EVALUATION_WRONG;
    scope->variables[index].err = memory_new(1, sizeof err);
    *scope->variables[index].err = err;
    script_rethrow(L, &err);
    return NULL;
}

/* ---- From outside ---- */

struct request {
    size_t index;
    struct node *node;
};

static void answer_variable(lua_State *L, void *context)
{
    struct request *request = context;

    request->node = scope_variable(L, request->index);
}

struct node *expression_variable(struct expression_scope *scope, const char *name, struct error *err)
{
    const struct expression_names *names = scope->names;
    struct request request = { .index = 0 };

    while (request.index < names->variable_count && strcmp(names->variables[request.index].name, name) != 0)
        request.index++;
    if (request.index == names->variable_count) {
        RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no variable \"%.100s\"", name);
        return NULL;
    }
    return script_protect(scope->script, answer_variable, &request, NULL, err) ? request.node : NULL;
}

static bool is_reported(const struct error_list *errors, size_t from, const struct error *err)
{
    for (size_t i = from; i < errors->count; i++)
        if (!strcmp(errors->items[i].pointer, err->pointer) &&
            !strcmp(errors->items[i].message, err->message))
            return true;
    return false;
}

bool expression_scope_check(struct expression_scope *scope, struct error_list *errors)
{
    const size_t from = errors->count;
    bool right = true;

    for (size_t i = 0; i < scope->names->variable_count; i++) {
        struct error err;

        if (expression_variable(scope, scope->names->variables[i].name, &err))
            continue;
        right = false;
        if (!is_reported(errors, from, &err))
            error_list_add(errors, &err);
    }
    return right;
}
