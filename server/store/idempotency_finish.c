/* server/store/idempotency_finish.c -- keeps the answer to a request with a key. */
#include "server/store/idempotency.h"

static const struct db_statement statement = {
    .name = "idempotency_finish",
    .sql = "UPDATE idempotency_keys SET status = $3, location = $4, content_type = $5, body = $6"
           " WHERE project = $1 AND key = $2",
};

enum store_result store_idempotency_finish(struct db *db, const char *project, const char *key,
                                           const struct idempotency_answer *answer, struct error *err)
{
    const struct db_value values[] = {
        db_text(project),
        db_text(key),
        db_int64(answer->status),
        db_text(answer->location),
        db_text(answer->content_type),
        db_bytes(answer->body, answer->body_bytes),
    };

    return db_execute(db, &statement, values, COUNT(values), err);
}
