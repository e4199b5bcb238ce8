/* server/store/job_purge.c -- one step of removing the log and the output of deleted jobs. */
#include "server/store/jobs.h"

static const struct db_statement statement = {
    .name = "job_purge",
    .sql =
        "WITH next AS ("
        "    UPDATE deleted_jobs SET visited_at = clock_timestamp()"
        "     WHERE id = (SELECT id FROM deleted_jobs ORDER BY visited_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
        "    RETURNING id),"
        " entries AS ("
        "    DELETE FROM log_entries WHERE ctid = ANY (ARRAY ("
        "     SELECT l.ctid FROM log_entries l JOIN next ON l.job = next.id LIMIT $1)) RETURNING 1),"
        " chunks AS ("
        "    DELETE FROM output_chunks WHERE ctid = ANY (ARRAY ("
        "     SELECT o.ctid FROM output_chunks o JOIN next ON o.job = next.id LIMIT $1)) RETURNING 1)"
        " SELECT id, (SELECT count(*) FROM entries) < $1 AND (SELECT count(*) FROM chunks) < $1 FROM next",
};

enum store_result store_job_purge(struct db *db, int64_t rows_max, char out_id[IDENTIFIER_TEXT_BYTES],
                                  bool *out_done, struct error *err)
{
    const struct db_value values[] = { db_int64(rows_max) };
    struct db_rows *rows;
    const enum store_result result = db_query_one(db, &statement, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    db_rows_identifier(rows, 0, out_id);
    *out_done = db_rows_boolean(rows, 1);
    db_rows_free(rows);
    return STORE_OK;
}
