/* engine/bricks/brick_tree.c -- trees of bricks: built, configured, freed. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/bricks/brick_build.h"

enum { NAME_BYTES_MAX = 100 };

static bool name_is_good(const char *name)
{
    const size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
            return false;
    return length > 0 && length <= NAME_BYTES_MAX && isalpha((unsigned char)name[0]);
}

static const char *default_name(struct brick_tree *tree, const struct brick_type *type)
{
    char *name = arena_text(&tree->arena, type->component.name);

    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return name;
}

/* `given` NULL: the component's own name, or the default; "#2" is put behind that. */
static const char *choose_name(struct brick_tree *tree, const struct component *component, const char *given,
                               struct error_list *errors)
{
    const struct brick_common *common = component->common;
    const char *suffix = given && given[0] == '#' ? given : NULL;
    const char *own = common ? common->name : NULL, *chosen;

    if (suffix)
        given = NULL;
    chosen = given ? given : own;

    if (chosen && !name_is_good(chosen)) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, component, given ? NULL : "name",
                  "\"%.200s\" cannot be the name of a brick", chosen);
        error_list_hint(errors, "Names begin with a letter and hold letters, digits, _ and -, at most %d.",
                        NAME_BYTES_MAX);
        return NULL;
    }
    if (given && own && strcmp(given, own) != 0) {
        REPORT_AT(errors, ERROR_CONFLICT, component, "name", "the brick is called \"%s\" and \"%.200s\"",
                  given, own);
        error_list_hint(errors, "Leave the name out: this brick is called \"%s\" by its place.", given);
        return NULL;
    }
    if (!chosen)
        chosen = default_name(tree, brick_type_of(component));
    return arena_format(&tree->arena, "%s%s", chosen, suffix ? suffix : "");
}

static struct brick *make(struct brick_tree *tree, struct brick *parent, const struct component *component,
                          const char *name, struct error_list *errors)
{
    const struct brick_type *type = brick_type_of(component);
    struct brick *brick = arena_alloc(&tree->arena, sizeof *brick);

    if (tree->brick_count++ >= BRICK_TREE_MAX) {
        if (tree->brick_count == BRICK_TREE_MAX + 1)
            REPORT_AT(errors, ERROR_LIMIT, component, NULL, "there are more than %d bricks in one tree",
                      BRICK_TREE_MAX);
        return NULL;
    }
    name = choose_name(tree, component, name, errors);
    if (!name)
        return NULL;
    *brick =
        (struct brick){ .type = type, .component = component, .name = name, .parent = parent, .tree = tree };
    brick->path = arena_format(&tree->arena, "%s/%s", parent ? parent->path : "", name);
    brick->settings = arena_alloc(&tree->arena, type->component.settings_size + 1);
    if (component->settings)
        memcpy(brick->settings, component->settings, type->component.settings_size);
    brick->children = arena_array(&tree->arena, 2 * BRICK_LAYERS_MAX, sizeof *brick->children);
    if (type->build && !type->build(brick, errors))
        return NULL;
    return brick;
}

struct brick *brick_add_child(struct brick *self, const struct component *component, const char *name,
                              struct error_list *errors)
{
    struct brick *child;

    if (self->child_count == 2 * BRICK_LAYERS_MAX) {
        REPORT_AT(errors, ERROR_LIMIT, self->component, NULL, "%s has more than %d children", self->path,
                  2 * BRICK_LAYERS_MAX);
        return NULL;
    }
    child = make(self->tree, self, component, name, errors);
    if (child)
        self->children[self->child_count++] = child;
    return child;
}

/* Arguments of bricks that no document names: absent, or simple presets. */
static void fill_presets(const struct param *params, void *settings)
{
    for (const struct param *param = params; param && param->kind != PARAM_NONE; param++) {
        void *field = (char *)settings + param->offset;
        double number;

        param_set_absent(param, settings);
        if (!param->preset)
            continue;
        if (param->kind == PARAM_BOOLEAN)
            *(bool *)field = strcmp(param->preset, "true") == 0;
        else if (param->kind == PARAM_OPTIONAL_BOOLEAN)
            *(enum optional_boolean *)field =
                strcmp(param->preset, "true") == 0 ? BOOLEAN_TRUE : BOOLEAN_FALSE;
        else if (param->kind == PARAM_REAL && text_to_double(param->preset, &number))
            *(double *)field = number;
        else if (param->kind == PARAM_INTEGER)
            text_to_int64(param->preset, field);
    }
}

struct component *brick_new_component(const struct brick *self, const struct brick_type *type)
{
    struct arena *arena = &self->tree->arena;
    struct component *component = arena_alloc(arena, sizeof *component);

    *component = (struct component){ .type = &type->component,
                                     .settings = arena_alloc(arena, type->component.settings_size + 1),
                                     .pointer = self->component->pointer };
    fill_presets(type->component.params, component->settings);
    return component;
}

struct brick *brick_add_new(struct brick *self, const struct brick_type *type, const char *name,
                            struct error_list *errors)
{
    return brick_add_child(self, brick_new_component(self, type), name, errors);
}

void brick_push_use_bias(const struct brick *self, struct brick *child)
{
    const struct initializable *own = self->settings;
    struct initializable *its = child->settings;

    if (child->type->initializable && own->use_bias != BOOLEAN_ABSENT)
        its->use_bias = own->use_bias;
}

static void push_schemes(struct brick *self)
{
    const struct initializable *own = self->settings;

    if (!self->type->initializable)
        return;
    for (size_t i = 0; i < self->child_count; i++) {
        struct initializable *child = self->children[i]->settings;

        if (!self->children[i]->type->initializable)
            continue;
        if (own->weights_init)
            child->weights_init = own->weights_init;
        if (own->biases_init)
            child->biases_init = own->biases_init;
    }
}

static bool configure(struct brick *self, struct error_list *errors)
{
    bool good = true;

    push_schemes(self);
    if (self->type->push && !self->type->push(self, errors))
        return false;
    for (size_t i = 0; i < self->child_count; i++)
        good = configure(self->children[i], errors) && good;
    return (!self->type->declare || self->type->declare(self, errors)) && good;
}

struct paths {
    const char **items;
    size_t count, capacity;
    struct error_list *errors;
};

static bool add_path(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    struct paths *paths = context;

    for (size_t i = 0; i < paths->count; i++)
        if (strcmp(paths->items[i], parameter->path) == 0) {
            REPORT_AT(paths->errors, ERROR_DUPLICATE, brick->component, NULL, "two parameters are called %s",
                      parameter->path);
            return error_list_hint(paths->errors, "Give the bricks different names.");
        }
    if (paths->count == paths->capacity) {
        paths->capacity = 2 * paths->capacity + 8;
        paths->items = memory_grow(paths->items, paths->capacity, sizeof *paths->items);
    }
    paths->items[paths->count++] = parameter->path;
    return true;
}

static bool paths_differ(const struct brick *top, struct error_list *errors)
{
    struct paths paths = { .errors = errors };
    bool differ = brick_each_parameter(top, add_path, &paths);

    free(paths.items);
    return differ;
}

struct brick *brick_new(const struct component *component, const char *name, struct error_list *errors)
{
    struct brick_tree *tree = memory_new(1, sizeof *tree);
    struct brick *top = make(tree, NULL, component, name, errors);

    if (top && configure(top, errors) && paths_differ(top, errors))
        return top;
    arena_fini(&tree->arena);
    free(tree);
    return NULL;
}

void brick_free(struct brick *top)
{
    struct brick_tree *tree = top ? top->tree : NULL;

    if (!tree)
        return;
    arena_fini(&tree->arena);
    free(tree);
}

struct brick *brick_child(const struct brick *brick, const char *name)
{
    for (size_t i = 0; i < brick->child_count; i++)
        if (strcmp(brick->children[i]->name, name) == 0)
            return brick->children[i];
    return NULL;
}
