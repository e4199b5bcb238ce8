/* api/etag.c -- see etag.h. */
#include "api/etag.h"

#include <inttypes.h>
#include <string.h>

#define GZIP_SUFFIX "-gzip\""

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

/* The length of a quoted tag without what marks it as packed, the quote behind it included in neither. */
static size_t version_length(const char *tag, size_t length)
{
    size_t suffix = strlen(GZIP_SUFFIX);

    if (length > suffix && memcmp(tag + length - suffix, GZIP_SUFFIX, suffix) == 0)
        return length - suffix;
    return length > 0 && tag[length - 1] == '"' ? length - 1 : length;
}

static bool same_version(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t length = version_length(a, a_length);

    return a[a_length - 1] == '"' && length == version_length(b, b_length) && memcmp(a, b, length) == 0;
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
        if (same_version(tag, tag_length, wanted, strlen(wanted)))
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

/* FNV-1a, twice with different starts. */
const char *etag_of(struct arena *arena, const char *bytes, size_t length)
{
    uint64_t a = UINT64_C(14695981039346656037), b = UINT64_C(0x9e3779b97f4a7c15);

    for (size_t i = 0; i < length; i++) {
        a = (a ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
        b = (b ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    }
    return arena_format(arena, "\"%016" PRIx64 "%016" PRIx64 "\"", a, b);
}

const char *etag_gzip(struct arena *arena, const char *etag)
{
    return arena_format(arena, "%.*s" GZIP_SUFFIX, (int)strlen(etag) - 1, etag);
}
