/* server/store/checkpoint_list.c -- a page of checkpoints, newest first. */
#include "server/store/checkpoint_row.h"

static const struct db_statement statement = {
    .name = "checkpoint_list",
    .sql = "SELECT " CHECKPOINT_COLUMNS "  FROM checkpoints c JOIN jobs j ON j.id = c.job"
           " WHERE c.job = $1 AND j.project = $2"
           "   AND (c.created_at, c.id) < (coalesce($3, 'infinity'),"
           "                               coalesce($4, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))"
           " ORDER BY c.created_at DESC, c.id DESC"
           " LIMIT $5",
};

enum store_result store_checkpoint_list(struct db *db, const struct checkpoint_filter *filter,
                                        store_checkpoint_fn *each, void *context, struct error *err)
{
    const bool first = filter->before_created_us == TIME_ABSENT;
    const struct db_value values[] = {
        db_identifier(filter->job),
        db_text(filter->project),
        first ? db_null(DB_TIME) : db_time(filter->before_created_us),
        first ? db_null(DB_IDENTIFIER) : db_identifier(filter->before_id),
        db_int64(filter->limit),
    };

    return checkpoint_row_query(db, &statement, values, COUNT(values), each, context, err);
}
