/* engine/extensions/training_extension.c -- an extension of the user: one function, in Lua, per callback. */
#include "engine/extensions/extensions.h"
#include "engine/extensions/scripted.h"

struct training_extension_settings {
    const char *on[CALLBACK_COUNT];
};

#define LISTENER(callback, callback_text, signature)                                                         \
    {                                                                                                        \
        .name = callback_text, .kind = PARAM_FUNCTION,                                                       \
        .offset = offsetof(struct training_extension_settings, on[callback]), .nullable = true,              \
        .about = signature                                                                                   \
    }

static const struct param params[] = { LISTENER(BEFORE_TRAINING, "before_training", "function(self)."),
                                       LISTENER(ON_RESUMPTION, "on_resumption", "function(self)."),
                                       LISTENER(BEFORE_EPOCH, "before_epoch", "function(self)."),
                                       LISTENER(BEFORE_BATCH, "before_batch", "function(self, batch)."),
                                       LISTENER(AFTER_BATCH, "after_batch", "function(self, batch)."),
                                       LISTENER(AFTER_EPOCH, "after_epoch", "function(self)."),
                                       LISTENER(AFTER_TRAINING, "after_training", "function(self)."),
                                       LISTENER(ON_INTERRUPT, "on_interrupt", "function(self)."),
                                       LISTENER(ON_ERROR, "on_error",
                                                "function(self, error): the error is a text."),
                                       PARAM_END };

static bool training_extension_init(struct extension *self, const struct extension_context *context,
                                    struct error_list *errors)
{
    const struct training_extension_settings *settings = self->settings;
    bool valid = true;

    if (!scripted_init(self, NULL, context, errors))
        return false;
    for (int i = 0; i < CALLBACK_COUNT; i++)
        valid = scripted_listen(self, (enum callback)i, settings->on[i], context, errors) && valid;
    return valid;
}

static unsigned training_extension_callbacks(const struct extension *self)
{
    const struct scripted *scripted = self->state;
    unsigned callbacks = 0;

    for (int i = 0; i < CALLBACK_COUNT; i++)
        if (scripted->on[i])
            callbacks |= CALLBACK_BIT(i);
    return callbacks;
}

const struct extension_type training_extension_type = {
    .component = { .name = "TrainingExtension",
                   .about = "Runs a function of yours at each callback that it has one for.",
                   .params = params,
                   .settings_size = sizeof(struct training_extension_settings) },
    .scripted = true,
    .names = scripted_names,
    .names_at = scripted_names_at,
    .state_size = sizeof(struct scripted),
    .init = training_extension_init,
    .fini = scripted_fini,
    .on = { [BEFORE_TRAINING] = scripted_on,
            [ON_RESUMPTION] = scripted_on,
            [BEFORE_EPOCH] = scripted_on,
            [BEFORE_BATCH] = scripted_on,
            [AFTER_BATCH] = scripted_on,
            [AFTER_EPOCH] = scripted_on,
            [AFTER_TRAINING] = scripted_on,
            [ON_ERROR] = scripted_on,
            [ON_INTERRUPT] = scripted_on },
    .callbacks = training_extension_callbacks,
    .save = scripted_save,
    .load = scripted_load,
};
