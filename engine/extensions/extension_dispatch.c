/* engine/extensions/extension_dispatch.c -- what an extension does at a callback; see extension.h. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/extensions/extension.h"

/* With arguments of its own where a function may change the conditions. */
static bool act_on(struct extension *self, const struct condition *condition, const struct event *event,
                   struct error *err)
{
    struct call call = { .event = event,
                         .arguments = condition->arguments,
                         .argument_count = condition->argument_count };
    struct value *copies;
    bool acted;

    if (!self->type->scripted || !call.argument_count)
        return self->type->act(self, &call, err);
    copies = memory_new(call.argument_count, sizeof *copies);
    for (size_t i = 0; i < call.argument_count; i++)
        copies[i] = value_copy(&condition->arguments[i]);
    call.arguments = copies;
    acted = self->type->act(self, &call, err);
    for (size_t i = 0; i < call.argument_count; i++)
        value_fini(&copies[i]);
    free(copies);
    return acted;
}

/* Acts once for every condition that holds.  An act can make a later condition hold, add conditions, or put
 * others in their place, of which those at later places count: as Python goes through a list that changes. */
static bool act(struct extension *self, const struct event *event, struct error *err)
{
    const struct log *log = extension_log(self);

    for (size_t i = 0; i < self->conditions.count; i++) {
        const struct condition *condition = &self->conditions.items[i];
        bool holds, judged;

        if (condition->callback != event->callback ||
            predicate_is_idle(&condition->predicate, log_counters(log)))
            continue;
        self->judging = true;
        judged = predicate_holds(&condition->predicate, log, &holds, err);
        self->judging = false;
        if (!judged || (holds && !act_on(self, condition, event, err)))
            return false;
    }
    return true;
}

static bool dispatch_own(struct extension *self, const struct event *event, struct error *err)
{
    extension_on_fn *on = self->type->on[event->callback];

    if ((!on || on(self, event, err)) && (!self->type->act || act(self, event, err)))
        return true;
    if (!err->pointer[0])
        snprintf(err->pointer, sizeof err->pointer, "%s", self->base.pointer);
    return false;
}

static bool dispatch_children(struct extension *self, const struct event *event, struct error *err)
{
    for (size_t i = 0; i < self->child_count; i++)
        if (!extension_dispatch(self->children[i], event, err))
            return false;
    return true;
}

bool extension_dispatch(struct extension *self, const struct event *event, struct error *err)
{
    if (self->children_first)
        return dispatch_children(self, event, err) && dispatch_own(self, event, err);
    return dispatch_own(self, event, err) && dispatch_children(self, event, err);
}
