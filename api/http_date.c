/* api/http_date.c -- see http_date.h. */
#include "api/http_date.h"

#include <stddef.h>
#include <time.h>

#include "engine/base/error.h"

const char *http_date_write(struct arena *arena, int64_t wall_us)
{
    char date[64];
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return arena_text(arena, date);
}

bool http_date_read(const char *date, int64_t *out_seconds)
{
    static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                         "%a %b %e %H:%M:%S %Y" };

    for (size_t i = 0; i < COUNT(forms); i++) {
        struct tm utc = { 0 };
        const char *end = strptime(date, forms[i], &utc);

        if (end && *end == '\0') {
            *out_seconds = (int64_t)timegm(&utc);
            return true;
        }
    }
    return false;
}
