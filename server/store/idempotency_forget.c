/* server/store/idempotency_forget.c -- frees the key of a request whose answer is not kept. */
#include "server/store/idempotency.h"

static const struct db_statement statement = {
    .name = "idempotency_forget",
    .sql = "DELETE FROM idempotency_keys WHERE project = $1 AND key = $2 AND status = 0",
};

enum store_result store_idempotency_forget(struct db *db, const char *project, const char *key,
                                           struct error *err)
{
    const struct db_value values[] = { db_text(project), db_text(key) };

    return db_execute(db, &statement, values, COUNT(values), err);
}
