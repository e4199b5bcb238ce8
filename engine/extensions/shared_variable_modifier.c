/* engine/extensions/shared_variable_modifier.c -- changes a number of the running job, such as a learning
 * rate. */
#include <stdio.h>

#include "engine/base/component_report.h"
#include "engine/extensions/extensions.h"

struct shared_variable_modifier {
    const char *parameter;
    const char *function;
    int64_t num_args;
};

struct modifier_state {
    const struct extension_context *context;
    struct live_number number; /* known at the beginning of a run */
    struct script_function *function;
    bool with_old; /* function(iterations_done, old), else function(iterations_done) */
};

static const struct param params[] = {
    PARAM(shared_variable_modifier, parameter, TEXT, .required = true,
          .about = "What to change: \"algorithm.step_rule.learning_rate\", \"shared.NAME\"."),
    PARAM(shared_variable_modifier, function, FUNCTION, .required = true,
          .about = "function(iterations_done) or function(iterations_done, old); returns the new value."),
    PARAM(shared_variable_modifier, num_args, INTEGER, .nullable = true, .min = 0, .max = 250,
          .about =
              "1: called with iterations_done alone, else with the old value too; by default as many as the "
              "function has parameters."),
    PARAM_END
};

static const struct trigger_setting triggers[] = { { TRIGGER_AFTER_BATCH, 1 }, TRIGGERS_END };

static bool compile(struct extension *self, const struct extension_context *context,
                    struct error_list *errors)
{
    const struct shared_variable_modifier *settings = self->settings;
    struct modifier_state *state = self->state;
    const struct script_signature *signature;
    char pointer[sizeof((struct error *)0)->pointer];
    struct error err;
    int64_t count;

    snprintf(pointer, sizeof pointer, "%.240s/function", self->base.pointer);
    state->function = script_function_new(context->script, settings->function, pointer, &err);
    if (!state->function)
        return error_list_add(errors, &err);
    signature = script_function_signature(state->function);
    count = settings->num_args != INTEGER_ABSENT ? settings->num_args : signature->parameters;
    state->with_old = count != 1;
    if (signature->parameters == (state->with_old ? 2 : 1) ||
        (signature->variadic && signature->parameters <= (state->with_old ? 2 : 1)))
        return true;
    REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "function",
              "a function of %d parameters is called with %s", signature->parameters,
              state->with_old ? "two arguments" : "one argument");
    return error_list_hint(errors, "It gets the iterations done, and the old value unless num_args is 1.");
}

static bool shared_variable_modifier_init(struct extension *self, const struct extension_context *context,
                                          struct error_list *errors)
{
    const struct shared_variable_modifier *settings = self->settings;
    struct modifier_state *state = self->state;
    bool valid = compile(self, context, errors);
    struct error err;

    state->context = context;
    if (context->live(context->context, settings->parameter, &state->number, &err))
        return valid;
    REPORT_AT(errors, err.code, self->component, "parameter", "%s", err.message);
    return err.hint[0] && error_list_hint(errors, "%s", err.hint);
}

static void shared_variable_modifier_fini(struct extension *self)
{
    struct modifier_state *state = self->state;

    script_function_free(state->function);
}

static bool shared_variable_modifier_attach(struct extension *self, struct error *err)
{
    const struct shared_variable_modifier *settings = self->settings;
    struct modifier_state *state = self->state;

    return state->context->live(state->context->context, settings->parameter, &state->number, err);
}

static bool shared_variable_modifier_act(struct extension *self, const struct call *call, struct error *err)
{
    struct modifier_state *state = self->state;
    struct value done = value_integer(log_counters(extension_log(self))->iterations_done);
    struct value old = value_real(live_number_get(&state->number));
    const struct script_argument arguments[] = { SCRIPT_VALUE_ARGUMENT(&done), SCRIPT_VALUE_ARGUMENT(&old) };
    double number;

    (void)call;
    if (!script_function_call_real(state->function, arguments, state->with_old ? 2 : 1, &number, err))
        return false;
    live_number_set(&state->number, number);
    return true;
}

const struct extension_type shared_variable_modifier_type = {
    .component = { .name = "SharedVariableModifier",
                   .about = "Changes a hyper-parameter or a shared variable by a function.",
                   .params = params,
                   .settings_size = sizeof(struct shared_variable_modifier) },
    .triggers = triggers,
    .takes_triggers = true,
    .state_size = sizeof(struct modifier_state),
    .init = shared_variable_modifier_init,
    .fini = shared_variable_modifier_fini,
    .attach = shared_variable_modifier_attach,
    .act = shared_variable_modifier_act,
};
