/* api/etag.c -- see etag.h. */
#include "api/etag.h"

#include <stddef.h>
#include <string.h>

static bool is_weak(const char *etag)
{
    return strncmp(etag, "W/", 2) == 0;
}

static const char *opaque(const char *etag)
{
    return is_weak(etag) ? etag + 2 : etag;
}

/* The next member of a comma-separated list of tags: its length, 0 at the end.  A tag may hold commas. */
static size_t next_tag(const char **at)
{
    const char *quote, *end;

    *at += strspn(*at, " \t,");
    quote = opaque(*at);
    if (*quote != '"')
        return strcspn(*at, ", \t");
    end = strchr(quote + 1, '"');
    return end ? (size_t)(end + 1 - *at) : strlen(*at);
}

static bool list_has(const char *list, const char *etag, bool strong)
{
    const char *wanted = opaque(etag);
    size_t length;

    if (strcmp(list, "*") == 0)
        return true;
    if (strong && is_weak(etag))
        return false;
    for (; (length = next_tag(&list)) > 0; list += length) {
        const char *tag = opaque(list);
        size_t tag_length = length - (size_t)(tag - list);

        if (strong && is_weak(list))
            continue;
        if (tag_length == strlen(wanted) && strncmp(tag, wanted, tag_length) == 0)
            return true;
    }
    return false;
}

bool etag_list_has_strong(const char *list, const char *etag)
{
    return list_has(list, etag, true);
}

bool etag_list_has_weak(const char *list, const char *etag)
{
    return list_has(list, etag, false);
}

bool if_range_holds(const char *if_range, const char *etag)
{
    return !if_range || (etag && !is_weak(etag) && strcmp(if_range, etag) == 0);
}
