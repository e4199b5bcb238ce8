/* engine/extensions/simple_extension.c -- an extension of the user: acts, in Lua, when its triggers say so.
 */
#include "engine/extensions/extensions.h"
#include "engine/extensions/scripted.h"

struct simple_extension {
    const char *act;
};

static const struct param params[] = {
    { .name = "do",
      .kind = PARAM_FUNCTION,
      .offset = offsetof(struct simple_extension, act),
      .required = true,
      .about = "function(self, which_callback, ...): what is done. Behind the name of the callback come the "
               "batch or the error, where there is one, and the arguments of the condition." },
    PARAM_END
};

static bool simple_extension_init(struct extension *self, const struct extension_context *context,
                                  struct error_list *errors)
{
    return scripted_init(self, ((const struct simple_extension *)self->settings)->act, context, errors);
}

const struct extension_type simple_extension_type = {
    .component = { .name = "SimpleExtension",
                   .about = "Runs a function of yours whenever one of its triggers holds.",
                   .params = params,
                   .settings_size = sizeof(struct simple_extension) },
    .takes_triggers = true,
    .scripted = true,
    .names = scripted_names,
    .state_size = sizeof(struct scripted),
    .init = simple_extension_init,
    .fini = scripted_fini,
    .act = scripted_act,
    .save = scripted_save,
    .load = scripted_load,
};
