/* engine/definition/hints.c -- hints by section and code; see hints.h. */
#include "engine/definition/hints.h"

#include <string.h>

#define EXPRESSION                                                                                           \
    "An expression is Lua, such as mlp(features) * 0.5; statements are possible before a return."
#define JSON                                                                                                 \
    "Members and texts stand in double quotes, neighbours are separated by commas, and brackets match."

/* The first line that fits is taken: where the pointer begins so, with that code. */
static const struct {
    const char *pointer;
    enum error_code code;
    const char *hint;
} hints[] = {
    { "/variables", ERROR_SYNTAX, EXPRESSION },
    { "/variables", ERROR_SCRIPT, EXPRESSION },
    { "/variables", ERROR_WRONG_TYPE, EXPRESSION },
    { "/variables", ERROR_INVALID_VALUE, "The functions of expressions are listed in docs/definition.md." },
    { "/variables", ERROR_LIMIT, "Divide it into several variables, or make fewer operations." },
    { "/extensions", ERROR_SYNTAX, "A function is Lua, such as function(n, old) return old * 0.5 end." },
    { "/data_streams", ERROR_OUT_OF_RANGE, "Examples are counted from 0; ranges exclude their end." },
    { "/data_streams", ERROR_UNKNOWN_NAME,
      "Sources are called as in the dataset; Padding adds SOURCE_mask." },
    { "", ERROR_SYNTAX, JSON },
    { "", ERROR_WRONG_TYPE, "The reference, docs/definition.md, says what can stand here." },
    { "", ERROR_UNKNOWN_MEMBER, "Take it out, or look for another spelling." },
    { "", ERROR_MISSING_MEMBER, "Add it." },
    { "", ERROR_DUPLICATE, "Keep one of them, or give them different names." },
    { "", ERROR_OUT_OF_RANGE, "Choose a number inside these bounds." },
    { "", ERROR_INVALID_VALUE, "The reference, docs/definition.md, says what is possible here." },
    { "", ERROR_UNKNOWN_NAME, "Names are case-sensitive, and what is named has to be in the definition." },
    { "", ERROR_SHAPE,
      "The first axis is that of the examples; axes count from 0, negative ones from the end." },
    { "", ERROR_LIMIT, "Make it smaller, or divide it." },
    { "", ERROR_CONFLICT, "Leave one of them out." },
    { "", ERROR_SCRIPT, "The line and column are those inside the function." },
    { "", ERROR_SCRIPT_BUDGET, "Functions are meant to be short: do less in each call." },
    { "", ERROR_NOT_FOUND, "Look at the path; a relative one begins where kilnd was started." },
    { "", ERROR_CORRUPT, "Write the file again." },
    { "", ERROR_IO, "Look at the path and its permissions." },
    { "", ERROR_MEMORY, "Take smaller batches or fewer parameters." },
};

static const char *hint_for(const struct error *err)
{
    for (size_t i = 0; i < COUNT(hints); i++)
        if (err->code == hints[i].code &&
            strncmp(err->pointer, hints[i].pointer, strlen(hints[i].pointer)) == 0)
            return hints[i].hint;
    return NULL;
}

void definition_hint_errors(struct error_list *errors, size_t first)
{
    for (size_t i = first; i < errors->count; i++) {
        struct error *err = &errors->items[i];
        const char *hint = *err->hint ? NULL : hint_for(err);

        if (hint)
            error_hint(err, "%s", hint);
    }
}
