/* engine/extensions/composite_extension.c -- extensions that are used as one.
 *
 * Its triggers govern only what it does itself; the sub-extensions receive every callback. */
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/extensions/extensions.h"
#include "engine/extensions/scripted.h"

struct composite_extension {
    const char *act;
    struct component_list sub_extensions;
    bool run_before_children;
};

static const struct param params[] = {
    PARAM(composite_extension, sub_extensions, COMPONENTS, .required = true, .family = &extension_family,
          .about = "The extensions inside, in order."),
    PARAM(composite_extension, run_before_children, BOOLEAN, .preset = "true",
          .about = "Whether it acts before its sub-extensions, else behind them."),
    { .name = "do",
      .kind = PARAM_FUNCTION,
      .offset = offsetof(struct composite_extension, act),
      .nullable = true,
      .about = "function(self, which_callback, ...): what it does itself when a trigger holds." },
    PARAM_END
};

enum { DEPTH_MAX = 4 };

/* How many composites an extension stands in, from its place in the definition. */
static int depth_of(const char *pointer)
{
    int depth = 0;

    while ((pointer = strstr(pointer, "/sub_extensions/")) != NULL) {
        depth++;
        pointer++;
    }
    return depth;
}

static bool check_depth(const struct extension *self, struct error_list *errors)
{
    if (depth_of(self->component->pointer) < DEPTH_MAX)
        return true;
    REPORT_AT(errors, ERROR_LIMIT, self->component, "sub_extensions",
              "composites stand in each other more than %d deep", DEPTH_MAX);
    return error_list_hint(errors, "Put the extensions inside into the list of an outer one.");
}

static bool composite_extension_init(struct extension *self, const struct extension_context *context,
                                     struct error_list *errors)
{
    const struct composite_extension *settings = self->settings;
    bool valid = scripted_init(self, settings->act, context, errors);

    if (!check_depth(self, errors))
        return false;
    self->children_first = !settings->run_before_children;
    for (size_t i = 0; i < settings->sub_extensions.count; i++) {
        struct extension *child = extension_new(settings->sub_extensions.items[i], context, errors);

        if (child)
            extension_own_child(self, child);
        else
            valid = false;
    }
    return valid;
}

static bool composite_extension_silent(const struct extension *self, const struct condition *condition)
{
    (void)condition;
    return !((const struct scripted *)self->state)->act;
}

const struct extension_type composite_extension_type = {
    .component = { .name = "CompositeExtension",
                   .about = "Holds other extensions and passes every callback on to them.",
                   .params = params,
                   .settings_size = sizeof(struct composite_extension) },
    .takes_triggers = true,
    .composite = true,
    .scripted = true,
    .names = scripted_names,
    .state_size = sizeof(struct scripted),
    .init = composite_extension_init,
    .fini = scripted_fini,
    .act = scripted_act,
    .silent = composite_extension_silent,
    .save = scripted_save,
    .load = scripted_load,
};
