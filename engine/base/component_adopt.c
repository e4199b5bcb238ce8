/* engine/base/component_adopt.c -- see component_adopt.h. */
#include "engine/base/component_adopt.h"

#include <stdio.h>

bool component_adopt(struct error_list *list, const struct component *component, struct error_list *found)
{
    const char *pointer = component->pointer ? component->pointer : "";
    const bool none = found->count == 0;

    for (size_t i = 0; i < found->count; i++) {
        struct error err = found->items[i];

        if (snprintf(err.pointer, sizeof(err.pointer), "%s%s", pointer, found->items[i].pointer) >=
            (int)sizeof(err.pointer))
            snprintf(err.pointer, sizeof(err.pointer), "%.*s", (int)sizeof(err.pointer) - 1, pointer);
        error_list_add(list, &err);
    }
    error_list_fini(found);
    return none;
}
