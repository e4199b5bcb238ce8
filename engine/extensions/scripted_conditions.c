/* engine/extensions/scripted_conditions.c -- what functions of an extension do with its conditions: the port
 * behind the methods of `self`.
 *
 * Names and values are checked as in a definition, when they are given. */

#include <cjson/cJSON.h>

#include "engine/extensions/conditions_read.h"
#include "engine/extensions/scripted.h"
#include "engine/training/value_json.h"

enum {
    BYTES_MAX = 256 * 1024, /* of all conditions that functions have added */
    DISPATCHES_MAX = 8,     /* inside each other */
};

static bool may_change(const struct extension *self, struct error *err)
{
    return !self->judging ||
           RAISE(err, ERROR_SCRIPT, NULL, "a predicate cannot change the conditions it belongs to");
}

/* ---- add_condition ---- */

static bool is_function(const struct value *predicate)
{
    return predicate->kind == VALUE_TABLE && value_get(predicate, "function");
}

/* The form in which conditions are saved. */
static void spell_condition(const struct value *condition, struct text *out)
{
    const struct value *predicate = value_get(condition, "predicate"),
                       *arguments = value_get(condition, "arguments");

    text_add(out, "{\"callbacks\":");
    value_to_json(value_get(condition, "callbacks"), out);
    if (predicate) {
        text_add(out, ",\"predicate\":");
        if (is_function(predicate))
            value_save(predicate, out);
        else
            value_to_json(predicate, out);
    }
    if (arguments) {
        text_add(out, ",\"arguments\":");
        value_save(arguments, out);
    }
    text_add_char(out, '}');
}

static bool read_conditions(struct extension *self, const char *json, struct condition_list *out,
                            struct error *err)
{
    const struct scripted *scripted = self->state;
    cJSON *parsed = cJSON_Parse(json);
    const bool read =
        condition_read_saved(self->component, scripted->context, scripted->self, parsed, out, err);

    cJSON_Delete(parsed);
    return read;
}

/* All of them, or none. */
static bool add_conditions(struct extension *self, const struct text *json, struct error *err)
{
    struct scripted *scripted = self->state;
    struct condition_list added = { 0 };

    if (!read_conditions(self, json->bytes, &added, err)) {
        condition_list_fini(&added);
        return false;
    }
    scripted->condition_bytes += json->length * added.count;
    if (self->conditions.count + added.count > CONDITIONS_MAX || scripted->condition_bytes > BYTES_MAX) {
        condition_list_fini(&added);
        return RAISE(err, ERROR_SCRIPT_BUDGET, NULL, "more than %d conditions, or more than %d KiB of them",
                     CONDITIONS_MAX, BYTES_MAX >> 10);
    }
    for (size_t i = 0; i < added.count; i++)
        extension_add_condition(self, added.items[i]);
    added.count = 0;
    condition_list_fini(&added);
    scripted->conditions_changed = true;
    return true;
}

static bool add_condition(void *context, const struct value *condition, struct error *err)
{
    struct extension *self = context;
    struct text json = { 0 };
    bool added;

    if (!may_change(self, err))
        return false;
    spell_condition(condition, &json);
    added = add_conditions(self, &json, err);
    text_fini(&json);
    if (!added)
        err->pointer[0] = '\0'; /* The place is that of the call. */
    return added;
}

/* ---- set_conditions ---- */

static bool refuse_trigger(const char *name, struct error *err)
{
    const char *names[TRIGGER_COUNT], *nearest;

    for (size_t i = 0; i < TRIGGER_COUNT; i++)
        names[i] = trigger_types[i].name;
    nearest = text_nearest(name, names, TRIGGER_COUNT);
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "\"%.80s\" is not a trigger", name);
    return nearest ? error_hint(err, "Did you mean \"%s\"?", nearest) : false;
}

/* As in Blocks, an unknown name that is switched off does not matter. */
static bool check_triggers(const struct value *triggers, struct error *err)
{
    if (triggers->kind != VALUE_TABLE && triggers->list.count > 0)
        return RAISE(err, ERROR_WRONG_TYPE, NULL, "set_conditions takes triggers by name");
    for (size_t i = 0; i < triggers->list.count; i++)
        if (!trigger_find(triggers->list.keys[i]) && value_truthy(&triggers->list.items[i]))
            return refuse_trigger(triggers->list.keys[i], err);
    return true;
}

static bool read_triggers(const struct extension *self, const struct value *triggers,
                          struct condition_list *out, struct error *err)
{
    struct component component = *self->component;
    struct error_list errors = { 0 };
    struct text json = { 0 };
    cJSON *parsed;
    bool read;

    value_to_json(triggers, &json);
    component.json = parsed = cJSON_Parse(text_bytes(&json));
    read = triggers_read(&component, NULL, out, &errors);
    if (!read) {
        *err = errors.items[0];
        err->pointer[0] = '\0';
    }
    cJSON_Delete(parsed);
    text_fini(&json);
    error_list_fini(&errors);
    return read;
}

static bool set_conditions(void *context, const struct value *triggers, struct error *err)
{
    struct extension *self = context;
    struct scripted *scripted = self->state;
    struct condition_list conditions = { 0 };

    if (!may_change(self, err) || !check_triggers(triggers, err))
        return false;
    if (!read_triggers(self, triggers, &conditions, err)) {
        condition_list_fini(&conditions);
        return false;
    }
    extension_set_conditions(self, conditions);
    scripted->conditions_changed = true;
    scripted->condition_bytes = 0;
    return true;
}

/* ---- dispatch ---- */

static bool dispatch(void *context, const char *name, const struct value *arguments, struct error *err)
{
    struct extension *self = context;
    struct scripted *scripted = self->state;
    struct event event = { .given = arguments };
    bool dispatched;

    if (!may_change(self, err) || !callback_require(name, &event.callback, err))
        return false;
    if (scripted->dispatches == DISPATCHES_MAX)
        return RAISE(err, ERROR_SCRIPT_BUDGET, NULL, "dispatch is nested more than %d deep", DISPATCHES_MAX);
    scripted->dispatches++;
    dispatched = extension_dispatch(self, &event, err);
    scripted->dispatches--;
    return dispatched;
}

static bool has_batch(void *context, const char *name, bool *out, struct error *err)
{
    enum callback callback;

    (void)context;
    if (!callback_require(name, &callback, err))
        return false;
    *out = callback == BEFORE_BATCH || callback == AFTER_BATCH;
    return true;
}

struct script_extension_port scripted_port(struct extension *self)
{
    if (!self->type->takes_triggers)
        return (struct script_extension_port){ .context = self, .dispatch = dispatch };
    return (struct script_extension_port){ .context = self,
                                           .add_condition = add_condition,
                                           .set_conditions = set_conditions,
                                           .dispatch = dispatch,
                                           .has_batch = has_batch };
}

/* ---- Checkpoints ---- */

bool scripted_load_conditions(struct extension *self, const struct cJSON *saved, struct error *err)
{
    struct scripted *scripted = self->state;
    struct condition_list conditions = { 0 };
    const cJSON *item;

    if (!cJSON_IsArray(saved))
        return RAISE(err, ERROR_CORRUPT, NULL, "the conditions of \"%.80s\" are not a list", self->base.name);
    cJSON_ArrayForEach(item, saved)
    {
        if (condition_read_saved(self->component, scripted->context, scripted->self, item, &conditions, err))
            continue;
        condition_list_fini(&conditions);
        return false;
    }
    extension_set_conditions(self, conditions);
    scripted->conditions_changed = true;
    return true;
}
