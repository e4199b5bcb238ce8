/* engine/base/error_list.c -- all the errors of a document; see error.h. */
#include "engine/base/error.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/memory.h"

/* The place for one more error; NULL when the list is full. */
static struct error *error_list_next(struct error_list *list)
{
    if (list->count == ERROR_LIST_MAX) {
        list->truncated = true;
        return NULL;
    }
    list->items = memory_room(list->items, list->count, &list->capacity, sizeof *list->items);
    return &list->items[list->count++];
}

bool error_list_add(struct error_list *list, const struct error *err)
{
    struct error copy = *err; /* `err` may be an item of the list, which can move. */
    struct error *item = copy.code == ERROR_NONE ? NULL : error_list_next(list);

    if (item)
        *item = copy;
    return false;
}

bool error_list_report(struct error_list *list, enum error_code code, const struct json_path *path,
                       const char *file, int line, const char *format, ...)
{
    struct error err;
    va_list arguments;
    char message[sizeof err.message + 1]; /* One more, so that error_raise sees that it was cut. */

    va_start(arguments, format);
    if (vsnprintf(message, sizeof message, format, arguments) < 0)
        message[0] = '\0';
    va_end(arguments);
    error_raise(&err, code, path, file, line, "%s", message);
    return error_list_add(list, &err);
}

bool error_list_hint(struct error_list *list, const char *format, ...)
{
    struct error *newest = list->count ? &list->items[list->count - 1] : NULL;
    char hint[sizeof newest->hint + 1]; /* One more, so that error_hint sees that it was cut. */
    va_list arguments;

    if (!newest || list->truncated)
        return false;
    va_start(arguments, format);
    if (vsnprintf(hint, sizeof hint, format, arguments) < 0)
        hint[0] = '\0';
    va_end(arguments);
    return error_hint(newest, "%s", hint);
}

void error_list_fini(struct error_list *list)
{
    free(list->items);
    *list = (struct error_list){ 0 };
}
