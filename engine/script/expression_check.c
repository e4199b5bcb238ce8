/* engine/script/expression_check.c -- whether the names of a definition can be names in expressions. */
#include <ctype.h>
#include <string.h>

#include "engine/bricks/costs/cost.h"
#include "engine/script/expression_scope.h"
#include "engine/script/library.h"

static const char *const libraries[] = { "math", "string", "table" };

static const char *const keywords[] = { "and",   "break", "do",       "else", "elseif", "end",
                                        "false", "for",   "function", "goto", "if",     "in",
                                        "local", "nil",   "not",      "or",   "repeat", "return",
                                        "then",  "true",  "until",    "while" };

static bool is_listed(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i], name))
            return true;
    return false;
}

static bool is_reserved(const char *name)
{
    if (is_listed(name, keywords, COUNT(keywords)) || is_listed(name, libraries, COUNT(libraries)))
        return true;
    for (const luaL_Reg *function = library_basic; function->name; function++)
        if (!strcmp(function->name, name))
            return true;
    return !strcmp(name, "shared") || scope_is_function(name) || cost_find(name);
}

static bool is_identifier(const char *name)
{
    if (!isalpha((unsigned char)*name) && *name != '_')
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

/* One name of the definition.  `kind` is the member it stands in. */
static bool check_name(const char *kind, const char *name, struct error_list *errors)
{
    const struct json_path parent = { .key = kind }, path = { .parent = &parent, .key = name };

    if (!is_identifier(name)) {
        REPORT(errors, ERROR_INVALID_VALUE, &path, "\"%.100s\" cannot be a name in expressions", name);
        return error_list_hint(errors, "Use letters, digits and _, and no digit at the front.");
    }
    if (!is_reserved(name))
        return true;
    REPORT(errors, ERROR_DUPLICATE, &path, "the name \"%.100s\" belongs to Lua or to a function", name);
    return error_list_hint(errors, "Choose another name.");
}

static bool check_twice(const char *kind, const char *name, const char *other_kind, struct error_list *errors)
{
    const struct json_path parent = { .key = kind }, path = { .parent = &parent, .key = name };

    return REPORT(errors, ERROR_DUPLICATE, &path, "the name \"%.100s\" is already that of a %s", name,
                  other_kind);
}

bool expression_names_check(const struct expression_names *names, struct error_list *errors)
{
    bool right = true;

    for (size_t i = 0; i < names->brick_count; i++) {
        const char *name = names->bricks[i]->name;

        right &= check_name("bricks", name, errors);
        for (size_t k = 0; k < names->source_count; k++)
            if (!strcmp(names->sources[k].name, name))
                right = check_twice("bricks", name, "source", errors);
    }
    for (size_t i = 0; i < names->variable_count; i++) {
        const char *name = names->variables[i].name;

        right &= check_name("variables", name, errors);
        for (size_t k = 0; k < names->source_count; k++)
            if (!strcmp(names->sources[k].name, name))
                right = check_twice("variables", name, "source", errors);
        for (size_t k = 0; k < names->brick_count; k++)
            if (!strcmp(names->bricks[k]->name, name))
                right = check_twice("variables", name, "brick", errors);
    }
    for (size_t i = 0; i < names->shared_count; i++)
        right &= is_identifier(names->shared[i].name) || check_name("shared", names->shared[i].name, errors);
    return right;
}
