/* server/store/checkpoint_insert.c -- a checkpoint is whole and durable: from now on it can be listed. */
#include "server/store/checkpoints.h"

#include "server/store/guarded.h"

static const struct db_statement statement = {
    .name = "checkpoint_insert",
    .sql = "WITH fence AS ("
           "    UPDATE jobs SET last_checkpoint = CASE WHEN $10 THEN $1 ELSE last_checkpoint END,"
           "           crash_count = CASE WHEN $10 THEN 0 ELSE crash_count END"
           "     WHERE id = $2 AND epoch = $9 AND state = 'running'"
           "    RETURNING id),"
           " stored AS ("
           "    INSERT INTO checkpoints (id, job, path, file, bytes, sha256, iterations_done,"
           "     epochs_done, epoch, automatic, resumable, metadata)"
           "    SELECT $1, id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM fence"
           "    ON CONFLICT (id) DO NOTHING"
           "    RETURNING *),"
           " noted AS ("
           "    INSERT INTO events (job, kind, epoch, detail)"
           "    SELECT job, 'checkpoint', epoch,"
           "           json_build_object('checkpoint', id, 'path', path, 'automatic', automatic,"
           "                             'iterations_done', iterations_done)::text"
           "      FROM stored)"
           " SELECT FROM fence",
};

enum store_result store_checkpoint_insert(struct db *db, const struct checkpoint_row *row, struct error *err)
{
    const struct db_value values[] = {
        db_identifier(row->id),
        db_identifier(row->job),
        db_text(row->path),
        db_text(row->file),
        db_int64(row->bytes),
        db_text(row->sha256),
        db_int64(row->iterations_done),
        db_int64(row->epochs_done),
        db_int64(row->epoch),
        db_boolean(row->automatic),
        db_boolean(row->resumable),
        db_text(row->metadata),
    };

    return store_fenced(db, &statement, values, COUNT(values), err);
}
