/* engine/extensions/scripted.c -- see scripted.h. */
#include "engine/extensions/scripted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/extensions/conditions_read.h"
#include "engine/script/function.h"
#include "engine/script/record_names.h"
#include "engine/script/table.h"
#include "engine/training/value_json.h"

/* ---- Building ---- */

static bool provide(struct extension *self, const struct extension_context *context, struct error *err)
{
    const struct scripted *scripted = self->state;
    struct value name = value_text(self->base.name);
    bool provided = script_table_provide(scripted->self, "name", &SCRIPT_VALUE_ARGUMENT(&name), err);

    value_fini(&name);
    return provided && script_table_provide_methods(scripted->self, &scripted->port, err) &&
           (!context->main_loop_port ||
            script_table_provide(scripted->self, "main_loop",
                                 &SCRIPT_MAIN_LOOP_ARGUMENT(context->main_loop_port), err));
}

static bool compile(struct extension *self, const char *member, const char *source, size_t arguments,
                    const struct extension_context *context, struct script_function **out,
                    struct error_list *errors)
{
    char pointer[sizeof((struct error *)0)->pointer];
    int parameters;
    struct error err;

    if (!context->script)
        return REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, member,
                         "functions are not possible here");
    snprintf(pointer, sizeof pointer, "%.200s/%s", self->base.pointer, member);
    *out = script_function_new(context->script, source, pointer, &err);
    if (!*out)
        return error_list_add(errors, &err);
    parameters = script_function_signature(*out)->parameters;
    if (parameters <= (int)arguments || scripted_changes_conditions(self))
        return true;
    REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, member,
              "a function of %d parameters is called with %zu", parameters, arguments);
    return error_list_hint(errors, "It gets self%s, then the batch or the error where there is one%s.",
                           out == &((struct scripted *)self->state)->act ? ", the name of the callback" : "",
                           self->type->takes_triggers ? ", then the arguments of the condition" : "");
}

static bool has_own_argument(enum callback callback)
{
    return callback == BEFORE_BATCH || callback == AFTER_BATCH || callback == ON_ERROR;
}

/* Of the longest call that can come. */
static size_t arguments_of_act(const struct extension *self)
{
    size_t most = 0;

    for (size_t i = 0; i < self->conditions.count; i++) {
        const struct condition *condition = &self->conditions.items[i];
        size_t count = condition->argument_count + has_own_argument(condition->callback);

        most = count > most ? count : most;
    }
    return 2 + most;
}

bool scripted_init(struct extension *self, const char *source, const struct extension_context *context,
                   struct error_list *errors)
{
    struct scripted *scripted = self->state;
    struct error err;

    scripted->context = context;
    scripted->port = scripted_port(self);
    if (context->script) {
        scripted->self = script_table_new(context->script, "self", &err);
        if (!scripted->self || !provide(self, context, &err))
            return error_list_add(errors, &err);
    }
    return !source || compile(self, "do", source, arguments_of_act(self), context, &scripted->act, errors);
}

bool scripted_listen(struct extension *self, enum callback callback, const char *source,
                     const struct extension_context *context, struct error_list *errors)
{
    struct scripted *scripted = self->state;

    return !source || compile(self, callback_name(callback), source, 1 + has_own_argument(callback), context,
                              &scripted->on[callback], errors);
}

void scripted_fini(struct extension *self)
{
    struct scripted *scripted = self->state;

    script_function_free(scripted->act);
    for (int i = 0; i < CALLBACK_COUNT; i++)
        script_function_free(scripted->on[i]);
    script_table_free(scripted->self);
}

static bool stands_in(const struct script_function *function, const char *word)
{
    return function && strstr(script_function_source(function), word);
}

bool scripted_changes_conditions(const struct extension *self)
{
    const struct script_function *act = ((const struct scripted *)self->state)->act;

    return stands_in(act, "add_condition") || stands_in(act, "set_conditions");
}

bool scripted_mentions(const struct extension *self, const char *word)
{
    const struct scripted *scripted = self->state;
    bool found = stands_in(scripted->act, word);

    for (int i = 0; i < CALLBACK_COUNT; i++)
        found |= stands_in(scripted->on[i], word);
    return found;
}

/* ---- Records ---- */

/* True when there may be others. */
static bool each_record(const struct script_function *function, extension_name_fn *each, void *context)
{
    return function && script_records_each(script_function_source(function), each, context);
}

void scripted_names_at(const struct extension *self, enum callback callback, extension_name_fn *each,
                       void *context)
{
    const struct scripted *scripted = self->state;

    each_record(scripted->act ? scripted->act : scripted->on[callback], each, context);
}

void scripted_names(const struct extension *self, extension_name_fn *each, void *context)
{
    const struct scripted *scripted = self->state;

    each_record(scripted->act, each, context);
    for (int i = 0; i < CALLBACK_COUNT; i++)
        each_record(scripted->on[i], each, context);
}

static void ignore_record(void *context, const char *record, bool written)
{
    (void)context, (void)record, (void)written;
}

bool scripted_writes_others(const struct extension *self)
{
    const struct scripted *scripted = self->state;
    bool others = each_record(scripted->act, ignore_record, NULL);

    for (int i = 0; i < CALLBACK_COUNT; i++)
        others |= each_record(scripted->on[i], ignore_record, NULL);
    return others;
}

/* ---- Running ---- */

static struct value batch_value(const struct batch *batch)
{
    struct value value = value_table(), sources = value_list();

    for (size_t i = 0; i < batch->source_count; i++)
        value_append(&sources, value_text(batch->sources[i].name));
    value_set(&value, "examples", value_integer(batch->examples));
    value_set(&value, "sources", sources);
    return value;
}

static struct value error_value(const struct error *error)
{
    struct text text = { 0 };
    struct value value;

    text_format(&text, "%s: %s", error_code_name(error->code), error->message);
    if (error->pointer[0])
        text_format(&text, " (%s)", error->pointer);
    value = value_text(text_bytes(&text));
    text_fini(&text);
    return value;
}

/* What the main loop passes, or a function in its place: a list. */
static struct value own_arguments(const struct event *event)
{
    struct value own = value_list();

    if (event->given)
        return value_copy(event->given);
    if (event->batch)
        value_append(&own, batch_value(event->batch));
    else if (event->error)
        value_append(&own, error_value(event->error));
    else if (has_own_argument(event->callback))
        value_append(&own, value_none());
    return own;
}

/* Calls with self, the callback's name for `do`, what the main loop passes, and the condition's arguments. */
static bool run(struct extension *self, struct script_function *function, bool named, const struct call *call,
                struct error *err)
{
    const struct scripted *scripted = self->state;
    struct value name = value_text(callback_name(call->event->callback)), own = own_arguments(call->event);
    struct script_argument *arguments =
        memory_new(2 + own.list.count + call->argument_count, sizeof *arguments);
    size_t count = 0;
    bool ran;

    arguments[count++] = SCRIPT_TABLE_ARGUMENT(scripted->self);
    if (named)
        arguments[count++] = SCRIPT_VALUE_ARGUMENT(&name);
    for (size_t i = 0; i < own.list.count; i++)
        arguments[count++] = SCRIPT_VALUE_ARGUMENT(&own.list.items[i]);
    for (size_t i = 0; i < call->argument_count; i++)
        arguments[count++] = SCRIPT_VALUE_ARGUMENT(&call->arguments[i]);
    ran = script_function_call(function, arguments, count, NULL, 0, err);
    value_fini(&own);
    value_fini(&name);
    free(arguments);
    return ran;
}

bool scripted_act(struct extension *self, const struct call *call, struct error *err)
{
    const struct scripted *scripted = self->state;

    return !scripted->act || run(self, scripted->act, true, call, err);
}

bool scripted_on(struct extension *self, const struct event *event, struct error *err)
{
    const struct scripted *scripted = self->state;
    struct script_function *function = scripted->on[event->callback];

    return !function || run(self, function, false, &(struct call){ .event = event }, err);
}

/* ---- Checkpoints ---- */

static bool save_self(const struct extension *self, struct text *out_json, struct error *err)
{
    const struct scripted *scripted = self->state;
    struct value value;

    if (!script_table_save(scripted->self, &value, err))
        return false;
    text_add(out_json, "{\"self\":");
    value_save(&value, out_json);
    value_fini(&value);
    if (scripted->conditions_changed) {
        text_add(out_json, ",\"conditions\":");
        if (!conditions_save(&self->conditions, out_json, err))
            return false;
    }
    text_add_char(out_json, '}');
    return true;
}

bool scripted_save(const struct extension *self, struct text *out_json, struct error *err)
{
    const struct scripted *scripted = self->state;

    if (!scripted->self) {
        text_add(out_json, "null");
        return true;
    }
    if (!save_self(self, out_json, err)) {
        snprintf(err->pointer, sizeof err->pointer, "%s", self->base.pointer);
        return false;
    }
    return true;
}

bool scripted_load(struct extension *self, const struct cJSON *saved, struct error *err)
{
    const struct scripted *scripted = self->state;
    const cJSON *conditions = cJSON_GetObjectItemCaseSensitive(saved, "conditions");
    const cJSON *members = cJSON_GetObjectItemCaseSensitive(saved, "self");
    struct value value;
    bool loaded;

    if (!scripted->self)
        return true;
    if (!value_load(members, &value, err))
        return false;
    loaded = script_table_load(scripted->self, &value, err);
    value_fini(&value);
    return loaded && (!conditions || scripted_load_conditions(self, conditions, err));
}
