/* server/store/idempotency_begin.c -- takes a key, or finds the answer kept under it. */
#include "server/store/idempotency.h"

static const struct db_statement statement = {
    .name = "idempotency_begin",
    .sql = "INSERT INTO idempotency_keys (project, key, digest) VALUES ($1, $2, $3)"
           " ON CONFLICT (project, key) DO UPDATE"
           "   SET digest = excluded.digest, status = 0, location = NULL, content_type = NULL, body = NULL,"
           "       created_at = clock_timestamp()"
           " WHERE idempotency_keys.created_at < clock_timestamp() - CASE idempotency_keys.status"
           "       WHEN 0 THEN interval '1 minute' ELSE interval '24 hours' END",
};

static const struct db_statement known = {
    .name = "idempotency_known",
    .sql = "SELECT digest = $3, status, location, content_type, body"
           "  FROM idempotency_keys WHERE project = $1 AND key = $2",
};

enum store_result store_idempotency_begin(struct db *db, const char *project, const char *key,
                                          const unsigned char digest[32], struct arena *arena,
                                          struct idempotency_answer *out, struct error *err)
{
    const struct db_value values[] = { db_text(project), db_text(key), db_bytes(digest, 32) };
    struct db_rows *rows;
    enum store_result result = db_execute(db, &statement, values, COUNT(values), err);

    if (result != STORE_NONE)
        return result;
    result = db_query_one(db, &known, values, COUNT(values), &rows, err);
    if (result == STORE_NONE) { /* Forgotten between the two: its request is as good as under way. */
        *out = (struct idempotency_answer){ .same_request = true };
        return STORE_CONFLICT;
    }
    if (result != STORE_OK)
        return result;

    size_t body_bytes;
    const char *body = db_rows_bytes(rows, 4, &body_bytes);

    *out = (struct idempotency_answer){
        .same_request = db_rows_boolean(rows, 0),
        .status = db_rows_int64(rows, 1),
        .location = arena_text(arena, db_rows_text(rows, 2)),
        .content_type = arena_text(arena, db_rows_text(rows, 3)),
        .body = body ? arena_text_n(arena, body, body_bytes) : NULL,
        .body_bytes = body_bytes,
    };
    db_rows_free(rows);
    return STORE_CONFLICT;
}
