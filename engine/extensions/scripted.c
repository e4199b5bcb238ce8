/* engine/extensions/scripted.c -- makes `self` and compiles the functions; see scripted.h. */
#include "engine/extensions/scripted.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/script/function.h"
#include "engine/script/table.h"

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

/* Of the longest call that can come. */
static size_t arguments_of_act(const struct extension *self)
{
    size_t most = 0;

    for (size_t i = 0; i < self->conditions.count; i++) {
        const struct condition *condition = &self->conditions.items[i];
        size_t count = condition->argument_count + callback_has_argument(condition->callback);

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

    return !source || compile(self, callback_name(callback), source, 1 + callback_has_argument(callback),
                              context, &scripted->on[callback], errors);
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
