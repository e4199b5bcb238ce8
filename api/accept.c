/* api/accept.c -- see accept.h. */
#include "api/accept.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How exactly a media range names `type`: 0 not at all, then by what stands in `range`. */
enum { FIT_NONE, FIT_ANY, FIT_FAMILY, FIT_EXACT };

static int range_fit(const char *range, size_t length, const char *type)
{
    size_t family = strcspn(type, "/") + 1;

    if ((length == 3 && strncmp(range, "*/*", 3) == 0) || (length == 1 && *range == '*'))
        return FIT_ANY;
    if (length == family + 1 && range[family] == '*' && strncasecmp(range, type, family) == 0)
        return FIT_FAMILY;
    return length == strlen(type) && strncasecmp(range, type, length) == 0 ? FIT_EXACT : FIT_NONE;
}

/* The weight of one member of the list, in thousandths; parameters other than q do not matter here. */
static long weight(const char *member, size_t length)
{
    const char *end = member + length;

    for (const char *at = memchr(member, ';', length); at && at < end;
         at = memchr(at + 1, ';', (size_t)(end - at - 1))) {
        const char *name = at + 1;

        while (name < end && (*name == ' ' || *name == '\t'))
            name++;
        if (end - name > 2 && (name[0] == 'q' || name[0] == 'Q') && name[1] == '=') {
            double q = strtod(name + 2, NULL);

            return q > 0 && q <= 1 ? (long)(q * 1000 + 0.5) : 0;
        }
    }
    return 1000;
}

/* The most exact range that fits decides about a type. */
static long type_weight(const char *accept, const char *type)
{
    int best_fit = FIT_NONE;
    long best = 0;

    while (*accept) {
        size_t length, name_length;
        int fit;

        accept += strspn(accept, " \t,");
        length = strcspn(accept, ",");
        name_length = strcspn(accept, "; \t,");
        fit = range_fit(accept, name_length, type);
        if (fit > best_fit) {
            best_fit = fit;
            best = weight(accept, length);
        }
        accept += length;
    }
    return best;
}

const char *accept_choose(const char *accept, const char *const *offered)
{
    const char *choice = NULL;
    long best = 0;

    if (!accept || strspn(accept, " \t") == strlen(accept))
        return offered[0];
    for (; *offered; offered++) {
        long present = type_weight(accept, *offered);

        if (present > best) {
            best = present;
            choice = *offered;
        }
    }
    return choice;
}

bool accept_gzip(const char *accept_encoding)
{
    return accept_encoding && type_weight(accept_encoding, "gzip") > 0;
}
