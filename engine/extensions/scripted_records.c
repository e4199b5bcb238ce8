/* engine/extensions/scripted_records.c -- which records the functions name; see scripted.h. */
#include "engine/extensions/scripted.h"

#include "engine/script/function.h"
#include "engine/script/record_names.h"

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
