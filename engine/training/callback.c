/* engine/training/callback.c -- see callback.h. */
#include "engine/training/callback.h"

#include <string.h>

const char *const callback_names[] = {
#define X(callback, name) [callback] = name,
    CALLBACKS(X)
#undef X
        [CALLBACK_COUNT] = NULL
};

const char *callback_name(enum callback callback)
{
    return callback_names[callback];
}

bool callback_parse(const char *name, enum callback *out)
{
    for (int i = 0; i < CALLBACK_COUNT; i++) {
        if (strcmp(callback_names[i], name) == 0) {
            *out = (enum callback)i;
            return true;
        }
    }
    return false;
}
