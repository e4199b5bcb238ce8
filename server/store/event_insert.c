/* server/store/event_insert.c -- notes that something happened to a job. */
#include "server/store/events.h"

static const struct db_statement statement = {
    .name = "event_insert",
    .sql = "INSERT INTO events (job, epoch, kind, reason, detail)"
           " SELECT id, $2, $3, $4, $5 FROM jobs WHERE id = $1 FOR NO KEY UPDATE",
};

enum store_result store_event_insert(struct db *db, const char *job, int64_t epoch, const char *kind,
                                     const char *reason, const char *detail, struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_int64(epoch), db_text(kind), db_text(reason),
                                       db_text(detail) };

    return db_execute(db, &statement, values, COUNT(values), err);
}
