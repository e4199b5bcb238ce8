/* server/store/sqlstate.c -- see sqlstate.h. */
#include "server/store/sqlstate.h"

#include <string.h>

/* The first prefix that fits counts. */
static const struct sqlstate_meaning meanings[] = {
    { "40001", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },   /* serialization failure */
    { "40P01", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },   /* deadlock detected */
    { "57P01", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },   /* admin shutdown */
    { "57P02", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },   /* crash shutdown */
    { "57P03", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },   /* cannot connect now: it is starting */
    { "57P05", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },   /* idle session timeout */
    { "25P03", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },   /* idle in transaction timeout */
    { "08", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },      /* connection lost */
    { "57014", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, false },  /* statement timeout */
    { "55P03", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, false },  /* lock timeout */
    { "25006", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, false },  /* read-only: a standby */
    { "53100", STORE_UNAVAILABLE, ERROR_STORAGE_FULL, false }, /* disk full */
    { "53", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, false },     /* out of memory, too many connections */
    { "23505", STORE_CONFLICT, ERROR_NONE, false },            /* unique violation: someone was faster */
    { "", STORE_FAILED, ERROR_INTERNAL, false },
};

const struct sqlstate_meaning *sqlstate_meaning(const char *state)
{
    const struct sqlstate_meaning *meaning = meanings;

    if (!state)
        state = "08006";
    while (strncmp(state, meaning->prefix, strlen(meaning->prefix)) != 0)
        meaning++;
    return meaning;
}
