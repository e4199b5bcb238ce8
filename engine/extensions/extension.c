/* engine/extensions/extension.c -- the life of an extension; see extension.h. */
#include "engine/extensions/extension.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/conditions_read.h"
#include "engine/extensions/extension_internal.h"

static const struct training_extension_type dispatcher;

/* True when `extension` may be asked to do something at callbacks that its conditions do not name. */
static unsigned callbacks_of(const struct extension *extension)
{
    const struct extension_type *type = extension->type;
    unsigned on = 0;

    for (int i = 0; i < CALLBACK_COUNT; i++)
        if (type->on[i])
            on |= CALLBACK_BIT(i);
    if (type->callbacks)
        on &= type->callbacks(extension);
    if (type->act)
        on |= condition_list_callbacks(&extension->conditions);
    return type->composite ? CALLBACKS_ALL : on;
}

void extension_add_condition(struct extension *extension, struct condition condition)
{
    condition_list_add(&extension->conditions, condition);
    extension->base.callbacks = callbacks_of(extension);
}

void extension_set_conditions(struct extension *extension, struct condition_list conditions)
{
    condition_list_fini(&extension->conditions);
    extension->conditions = conditions;
    extension->base.callbacks = callbacks_of(extension);
}

void extension_add_child(struct extension *extension, struct extension *child)
{
    extension->children =
        memory_grow(extension->children, extension->child_count + 1, sizeof(struct extension *));
    extension->children[extension->child_count++] = child;
    extension->base.needs_profile |= child->base.needs_profile;
}

void extension_own_child(struct extension *extension, struct extension *child)
{
    extension_add_child(extension, child);
    memmove(extension->children + extension->owned_child_count + 1,
            extension->children + extension->owned_child_count,
            (extension->child_count - 1 - extension->owned_child_count) * sizeof(struct extension *));
    extension->children[extension->owned_child_count++] = child;
}

/* A member of the type itself may be called like a trigger. */
static bool refuse_triggers(const struct component *component, struct error_list *errors)
{
    const cJSON *member;
    bool valid = true;

    cJSON_ArrayForEach(member, component->json)
    {
        if ((!trigger_find(member->string) && strcmp(member->string, "conditions") != 0) ||
            param_find(component->type->params, member->string))
            continue;
        REPORT_AT(errors, ERROR_UNKNOWN_MEMBER, component, member->string, "%s takes no triggers",
                  component->type->name);
        valid = false;
    }
    return valid;
}

static bool read_conditions(struct extension *extension, const struct extension_context *context,
                            struct error_list *errors)
{
    const struct component *component = extension->component;
    bool valid;

    if (!extension->type->takes_triggers)
        return refuse_triggers(component, errors);
    valid = triggers_read(component, extension->type->triggers, &extension->conditions, errors);
    return conditions_read(component, context, &extension->conditions, errors) && valid;
}

struct extension *extension_new(const struct component *component, const struct extension_context *context,
                                struct error_list *errors)
{
    const struct extension_type *type = (const struct extension_type *)component->type;
    const struct extension_common *common = component->common;
    struct extension *extension = memory_new(1, sizeof *extension);
    bool valid;

    *extension = (struct extension){ .type = type, .component = component, .settings = component->settings };
    extension->state = memory_new(1, type->state_size ? type->state_size : 1);
    extension->base = (struct training_extension){
        .dispatcher = &dispatcher,
        .name = common && common->name && common->name[0] ? common->name : type->component.name,
        .type_name = type->component.name,
        .pointer = component->pointer ? component->pointer : "",
        .needs_profile = type->needs_profile,
    };
    valid = read_conditions(extension, context, errors);
    if (type->init)
        valid = type->init(extension, context, errors) && valid;
    if (!valid) {
        extension_free(extension);
        return NULL;
    }
    extension->base.callbacks = callbacks_of(extension);
    return extension;
}

bool extension_link(struct extension *extension, const struct extension_context *context,
                    struct error_list *errors)
{
    bool valid = !extension->type->link || extension->type->link(extension, context, errors);

    for (size_t i = 0; i < extension->owned_child_count; i++)
        valid = extension_link(extension->children[i], context, errors) && valid;
    return valid;
}

void extension_free(struct extension *extension)
{
    if (!extension)
        return;
    if (extension->type->fini)
        extension->type->fini(extension);
    extension_state_fini(extension);
    for (size_t i = 0; i < extension->owned_child_count; i++)
        extension_free(extension->children[i]);
    free(extension->children);
    condition_list_fini(&extension->conditions);
    free(extension->state);
    free(extension);
}

static bool dispatch(struct training_extension *base, const struct event *event, struct error *err)
{
    return extension_dispatch((struct extension *)base, event, err);
}

static bool attach(struct training_extension *base, struct main_loop *main_loop, struct error *err)
{
    struct extension *self = (struct extension *)base;

    base->main_loop = main_loop;
    if (self->type->attach && !self->type->attach(self, err))
        return false;
    for (size_t i = 0; i < self->child_count; i++)
        if (!attach(&self->children[i]->base, main_loop, err))
            return false;
    return true;
}

static bool save(const struct training_extension *base, struct text *out_json, struct error *err)
{
    return extension_save((const struct extension *)base, out_json, err);
}

static bool load(struct training_extension *base, const struct cJSON *state, struct error *err)
{
    return extension_load((struct extension *)base, state, err);
}

static void free_base(struct training_extension *base)
{
    extension_free((struct extension *)base);
}

static const struct training_extension_type dispatcher = {
    .dispatch = dispatch,
    .attach = attach,
    .save = save,
    .load = load,
    .free = free_base,
};
