/* engine/script/expression.c -- see expression.h. */
#include "engine/script/expression.h"

#include <stdio.h>
#include <stdlib.h>

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

void scope_evaluate(lua_State *L, const char *expression, const char *pointer)
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

struct node *scope_result(lua_State *L, int index)
{
    struct error err;

    if (lua_type(L, index) == LUA_TNUMBER || lua_type(L, index) == LUA_TUSERDATA)
        return scope_node(L, index, "the result");
    RAISE(&err, ERROR_WRONG_TYPE, NULL, "the expression gives a %s, not a variable", luaL_typename(L, index));
    script_rethrow(L, &err);
    return NULL;
}

struct request {
    const char *expression, *pointer;
    struct brick_values *values;
};

static void answer_expression(lua_State *L, void *context)
{
    struct request *request = context;
    struct error err;
    int count;

    scope_evaluate(L, request->expression, request->pointer);
    count = lua_gettop(L);
    if (count > BRICK_VALUES_MAX) {
        RAISE(&err, ERROR_LIMIT, NULL, "the expression gives more than %d results", BRICK_VALUES_MAX);
        script_rethrow(L, &err);
    }
    for (int i = 0; i < count; i++)
        request->values->items[i] = scope_result(L, i + 1);
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
