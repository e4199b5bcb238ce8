/* server/store/worker_delete.c -- a server process has ended. */
#include "server/store/workers.h"

static const struct db_statement statement = {
    .name = "worker_delete",
    .sql = "DELETE FROM workers WHERE owner = $1 OR seen_at < clock_timestamp() - interval '1 day'",
};

enum store_result store_worker_delete(struct db *db, const char *owner, struct error *err)
{
    const struct db_value values[] = { db_identifier(owner) };

    return db_execute(db, &statement, values, COUNT(values), err);
}
