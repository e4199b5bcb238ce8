/* api/range.c -- see range.h. */
#include "api/range.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Reads digits; numbers beyond 64 bits count as the largest.  False when there is no digit. */
static bool read_number(const char **at, uint64_t *out)
{
    const char *start = *at;

    *out = 0;
    for (; **at >= '0' && **at <= '9'; ++*at) {
        uint64_t digit = (uint64_t)(**at - '0');

        *out = *out > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *out * 10 + digit;
    }
    return *at > start;
}

enum range_verdict range_parse(const char *range, uint64_t bytes, uint64_t *out_first, uint64_t *out_bytes)
{
    uint64_t first = 0, last = 0;
    bool has_first, has_last;

    if (!range || strncasecmp(range, "bytes=", 6) != 0)
        return RANGE_WHOLE;
    range += 6;
    range += strspn(range, " \t");
    has_first = read_number(&range, &first);
    if (*range++ != '-')
        return RANGE_WHOLE;
    has_last = read_number(&range, &last);
    range += strspn(range, " \t");
    if (*range != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first))
        return RANGE_WHOLE;

    if (!has_first) { /* the last bytes */
        if (last == 0 || bytes == 0)
            return RANGE_UNSATISFIABLE;
        first = last < bytes ? bytes - last : 0;
        last = bytes - 1;
    }
    if (first >= bytes)
        return RANGE_UNSATISFIABLE;
    if (!has_last || last >= bytes)
        last = bytes - 1;
    *out_first = first;
    *out_bytes = last - first + 1;
    return RANGE_PART;
}
