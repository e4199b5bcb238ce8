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

static bool parse(const char *name, enum callback *out)
{
    for (int i = 0; i < CALLBACK_COUNT; i++) {
        if (strcmp(callback_names[i], name) == 0) {
            *out = (enum callback)i;
            return true;
        }
    }
    return false;
}

bool callback_require(const char *name, enum callback *out, struct error *err)
{
    const char *nearest;

    if (parse(name, out))
        return true;
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "\"%.80s\" is not a callback", name);
    nearest = text_nearest(name, callback_names, CALLBACK_COUNT);
    if (nearest)
        return error_hint(err, "Did you mean \"%s\"?", nearest);
    return error_hint(err, "Callbacks are before_training, before_epoch, before_batch, after_batch, "
                           "after_epoch, after_training, on_resumption, on_interrupt and on_error.");
}

bool callback_has_argument(enum callback callback)
{
    return callback == BEFORE_BATCH || callback == AFTER_BATCH || callback == ON_ERROR;
}
