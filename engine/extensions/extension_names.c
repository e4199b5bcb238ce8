/* engine/extensions/extension_names.c -- which records an extension writes and reads; see extension.h. */
#include "engine/extensions/extension.h"

#include <string.h>

static void each_of(const char *const *names, bool written, extension_name_fn *each, void *context)
{
    for (; names && *names; names++)
        if (!strchr(*names, '{')) /* Those are spelled out by a function, or by the parts. */
            each(context, *names, written);
}

void extension_each_own_name(const struct extension *extension, extension_name_fn *each, void *context)
{
    if (extension->type->names) {
        extension->type->names(extension, each, context);
    } else {
        each_of(extension->type->records_written, true, each, context);
        each_of(extension->type->records_read, false, each, context);
    }
}

void extension_each_name(const struct extension *extension, extension_name_fn *each, void *context)
{
    extension_each_own_name(extension, each, context);
    for (size_t i = 0; i < extension->conditions.count; i++)
        if (extension->conditions.items[i].predicate.kind == PREDICATE_RECORD)
            each(context, extension->conditions.items[i].predicate.name, false);
    for (size_t i = 0; i < extension->owned_child_count; i++)
        extension_each_name(extension->children[i], each, context);
}
