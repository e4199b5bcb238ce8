/* server/attempt_start.h -- where an attempt goes on from.
 *
 * That is the job's last checkpoint; when its file is damaged or gone the automatic one before it, and when
 * none is left the beginning: the job comes to the same bits from each of them. */
#ifndef SERVER_ATTEMPT_START_H
#define SERVER_ATTEMPT_START_H

#include <limits.h>

#include "server/attempt.h"

struct attempt_start {
    char path[PATH_MAX];  /* of the checkpoint; "" is the beginning */
    int64_t output_bytes; /* how long the output was then */
};

/* Also removes what earlier attempts left in the job's folder without a row: nobody else writes there while
 * the claim is ours.  False: the rows or files cannot be read now. */
bool attempt_start_find(struct attempt *attempt, struct attempt_start *out, struct error *err);

#endif
