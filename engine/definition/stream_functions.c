/* engine/definition/stream_functions.c -- see stream_functions.h. */
#include "engine/definition/stream_functions.h"

#include "engine/script/function.h"

static void *open(void *context, const char *source, const char *pointer, struct error *err)
{
    struct script_function *function = script_function_new(context, source, pointer, err);

    if (!function || script_signature_takes(script_function_signature(function), 1))
        return function;
    script_function_free(function);
    RAISE(err, ERROR_INVALID_VALUE, NULL, "the function has to take one argument");
    return NULL;
}

static bool truth(void *function, const struct value *argument, bool *out, struct error *err)
{
    return script_function_call_truth(function, &SCRIPT_VALUE_ARGUMENT(argument), 1, out, err);
}

static void close(void *function)
{
    script_function_free(function);
}

struct data_functions stream_functions(struct script *script)
{
    return (struct data_functions){ .context = script, .open = open, .truth = truth, .close = close };
}
