/* engine/extensions/scripted_call.c -- calls the functions with what the main loop passes; see scripted.h. */
#include "engine/extensions/scripted.h"

#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/script/function.h"

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

    error_spell(error, &text);
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
    else if (callback_has_argument(event->callback))
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
