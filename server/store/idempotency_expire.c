/* server/store/idempotency_expire.c -- deletes answers older than 24 hours. */
#include "server/store/idempotency.h"

static const struct db_statement statement = {
    .name = "idempotency_expire",
    .sql = "DELETE FROM idempotency_keys WHERE created_at < clock_timestamp() - interval '24 hours'",
};

enum store_result store_idempotency_expire(struct db *db, struct error *err)
{
    return db_execute(db, &statement, NULL, 0, err);
}
