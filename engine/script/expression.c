/* engine/script/expression.c -- see expression.h. */
#include "engine/script/expression.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/script/expression_scope.h"
#include "engine/script/source.h"

/* ---- Places ---- */

/* Chunks are called "v0", "v1" and so on. */
static void locate(const struct script *script, const char *name, struct script_place *place)
{
    const struct expression_scope *scope = script->owner;
    const struct expression_chunk *chunk;
    size_t index;

    if (sscanf(name, "v%zu", &index) != 1 || index >= scope->chunk_count)
        return;
    chunk = &scope->chunks[index];
    place->pointer = chunk->pointer;
    if (place->line >= 1 && (size_t)place->line <= chunk->text.line_count) {
        const int line =
            scope->sought ? expression_text_find(&chunk->text, place->line, scope->sought) : place->line;
        const struct expression_position *position = &chunk->text.positions[line - 1];

        place->line = position->line;
        place->column = position->column;
    }
}

/* Returns the number of the new chunk. */
static size_t add_chunk(struct expression_scope *scope, const char *expression, const char *pointer)
{
    scope->chunks =
        memory_room(scope->chunks, scope->chunk_count, &scope->chunk_capacity, sizeof *scope->chunks);
    scope->chunks[scope->chunk_count] =
        (struct expression_chunk){ .pointer = memory_text(pointer),
                                   .text = expression_text_split(expression) };
    return scope->chunk_count++;
}

/* ---- Evaluating ---- */

/* Leaves the results on the stack, from place 1 on. */
static void evaluate(lua_State *L, const char *expression, const char *pointer)
{
    char name[32];
    size_t index;
    struct error err;

    if (!source_check(expression, &err))
        script_rethrow(L, &err);
    /* Once as it is, for messages about its grammar, and once for running. */
    source_load(L, "=expression", expression_is_chunk(expression) ? "" : "return ", expression);
    lua_pop(L, 1);
    index = add_chunk(scope_of(L), expression, pointer);
    snprintf(name, sizeof name, "=v%zu", index);
    source_load(L, name, "", scope_of(L)->chunks[index].text.split);
    scope_push_environment(L);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, LUA_MULTRET);
    if (lua_gettop(L) == 0) {
        RAISE(&err, ERROR_INVALID_VALUE, NULL, "the expression gives nothing");
        script_rethrow(L, &err);
    }
}

static struct node *result(lua_State *L, int index)
{
    struct error err;

    if (lua_type(L, index) == LUA_TNUMBER || lua_type(L, index) == LUA_TUSERDATA)
        return scope_node(L, index, "the result");
    RAISE(&err, ERROR_WRONG_TYPE, NULL, "the expression gives a %s, not a variable", luaL_typename(L, index));
    script_rethrow(L, &err);
    return NULL;
}

struct evaluated_variable {
    const struct expression_variable *variable;
    struct node *node;
};

static void evaluate_variable(lua_State *L, void *context)
{
    struct evaluated_variable *evaluated = context;
    const struct expression_variable *variable = evaluated->variable;
    struct error err;

    evaluate(L, variable->expression, variable->pointer);
    evaluated->node = result(L, 1);
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
    const char *expression, *pointer;
    struct brick_values *values;
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

static void answer_expression(lua_State *L, void *context)
{
    struct request *request = context;
    struct error err;
    int count;

    evaluate(L, request->expression, request->pointer);
    count = lua_gettop(L);
    if (count > BRICK_VALUES_MAX) {
        RAISE(&err, ERROR_LIMIT, NULL, "the expression gives more than %d results", BRICK_VALUES_MAX);
        script_rethrow(L, &err);
    }
    for (int i = 0; i < count; i++)
        request->values->items[i] = result(L, i + 1);
    request->values->count = (size_t)count;
}

bool expression_evaluate(struct expression_scope *scope, const char *expression, const char *pointer,
                         struct brick_values *out, struct error *err)
{
    struct brick_values values = { .count = 0 };
    struct request request = { .expression = expression, .pointer = pointer, .values = &values };

    if (!script_protect(scope->script, answer_expression, &request, pointer, err))
        return false;
    *out = values;
    return true;
}

/* ---- Life ---- */

static void build(lua_State *L, void *context)
{
    (void)context;
    scope_build_environment(L);
}

struct expression_scope *expression_scope_new(struct graph *graph, const struct expression_names *names,
                                              struct error *err)
{
    struct expression_scope *scope = memory_new(1, sizeof *scope);

    scope->graph = graph;
    scope->names = names;
    scope->variables = memory_new(names->variable_count, sizeof *scope->variables);
    scope->running = memory_new(names->variable_count, sizeof *scope->running);
    scope->script = script_new(0, err);
    if (scope->script) {
        scope->script->owner = scope;
        scope->script->locate = locate;
    }
    if (!scope->script || !script_protect(scope->script, build, NULL, NULL, err)) {
        expression_scope_free(scope);
        return NULL;
    }
    return scope;
}

void expression_scope_free(struct expression_scope *scope)
{
    if (!scope)
        return;
    script_free(scope->script);
    for (size_t i = 0; i < scope->names->variable_count; i++)
        free(scope->variables[i].err);
    for (size_t i = 0; i < scope->chunk_count; i++) {
        free(scope->chunks[i].pointer);
        expression_text_fini(&scope->chunks[i].text);
    }
    free(scope->chunks);
    free(scope->variables);
    free(scope->running);
    free(scope);
}

void expression_scope_allow_gradients(struct expression_scope *scope,
                                      const struct expression_gradients *gradients)
{
    scope->gradients = gradients;
}
