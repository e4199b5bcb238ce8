/* server/store/idempotency.h -- the table idempotency_keys: answers kept for repeated requests, for 24 hours.
 */
#ifndef SERVER_STORE_IDEMPOTENCY_H
#define SERVER_STORE_IDEMPOTENCY_H

#include "engine/base/arena.h"
#include "server/store/db.h"

struct idempotency_answer {
    bool same_request;                   /* the digest is the same */
    int64_t status;                      /* HTTP status; 0: the first request is still under way */
    const char *location, *content_type; /* NULL: none */
    const char *body;
    size_t body_bytes;
};

/* STORE_OK: the key is ours, the request goes on.  STORE_CONFLICT: `out` says what is known of the first
 * request. A request under way for over a minute counts as dead. */
enum store_result store_idempotency_begin(struct db *db, const char *project, const char *key,
                                          const unsigned char digest[32], struct arena *arena,
                                          struct idempotency_answer *out, struct error *err);
/* Stores the answer. */
enum store_result store_idempotency_finish(struct db *db, const char *project, const char *key,
                                           const struct idempotency_answer *answer, struct error *err);
/* Frees the key of a request whose answer is not kept. */
enum store_result store_idempotency_forget(struct db *db, const char *project, const char *key,
                                           struct error *err);
/* Deletes what is older than 24 hours. */
enum store_result store_idempotency_expire(struct db *db, struct error *err);

#endif
