/* server/store/checkpoint_superseded.c -- checkpoints that newer ones at the same path have replaced. */
#include "server/store/checkpoint_row.h"

static const struct db_statement statement = {
    .name = "checkpoint_superseded",
    .sql = "SELECT " CHECKPOINT_COLUMNS
           "  FROM (SELECT *, row_number() OVER (PARTITION BY path ORDER BY created_at DESC, id DESC) AS age"
           "          FROM checkpoints WHERE job = $1) AS c"
           "  JOIN jobs j ON j.id = c.job"
           " WHERE c.age > $2 AND c.id IS DISTINCT FROM j.last_checkpoint"
           " ORDER BY c.created_at, c.id",
};

enum store_result store_checkpoint_superseded(struct db *db, const char *job, int64_t keep,
                                              store_checkpoint_fn *each, void *context, struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_int64(keep) };

    return checkpoint_row_query(db, &statement, values, COUNT(values), each, context, err);
}
