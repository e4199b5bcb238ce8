/* api/idempotency.h -- Idempotency-Key: a repeated request gets the answer of the first one. */
#ifndef API_IDEMPOTENCY_H
#define API_IDEMPOTENCY_H

#include "api/endpoint.h"

typedef void idempotent_fn(void *context, const struct request *request, struct reply *reply, struct db *db);

/* Without the header, runs `act`.  With it, `act` and the note of its answer are one transaction: either both
 * are durable or none.  `act` may run again after a transient failure; each time with an empty reply. */
void idempotent(const struct request *request, struct reply *reply, struct db *db, idempotent_fn *act,
                void *context);

#endif
