/* server/migrate.c -- see migrate.h. */
#include "server/migrate.h"

#include <inttypes.h>

static const char prepare_sql[] =
    "SET LOCAL lock_timeout = 0;"
    "SELECT pg_advisory_xact_lock(x'6b696c6e6d696772'::bigint);"
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " name text PRIMARY KEY,"
    " sha256 bytea NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT clock_timestamp());"
    "COMMENT ON TABLE schema_migrations IS 'The files of migrations/ that were applied.'";

static const struct db_statement exists = {
    .name = "migrate_exists",
    .sql = "SELECT to_regclass('schema_migrations') IS NOT NULL",
};
static const struct db_statement applied = {
    .name = "migrate_applied",
    .sql = "SELECT sha256 = sha256($2) FROM schema_migrations WHERE name = $1",
};
static const struct db_statement others = {
    .name = "migrate_others",
    .sql = "SELECT name FROM schema_migrations WHERE name <> ALL ($1) ORDER BY name LIMIT 1",
};
static const struct db_statement note = {
    .name = "migrate_note",
    .sql = "INSERT INTO schema_migrations (name, sha256) VALUES ($1, sha256($2))",
};

enum { FILES_MAX = 1000 };

/* STORE_OK: applied and unchanged; STORE_NONE: not applied; STORE_CONFLICT: applied as something else, err is
 * set. */
static enum store_result look(struct db *db, const struct embedded_file *file, struct error *err)
{
    const struct db_value values[] = { db_text(file->name), db_bytes(file->bytes, file->count) };
    struct db_rows *rows;
    enum store_result result = db_query_one(db, &applied, values, COUNT(values), &rows, err);

    if (result != STORE_OK)
        return result;
    if (!db_rows_boolean(rows, 0)) {
        RAISE(err, ERROR_STATE, NULL,
              "migration \"%s\" was changed after it had been applied to this database", file->name);
        error_hint(err, "Run the version of kilnd that belongs to this database.");
        result = STORE_CONFLICT;
    }
    db_rows_free(rows);
    return result;
}

/* STORE_CONFLICT with err: the database knows migrations that we do not. */
static enum store_result refuse_newer(struct db *db, const struct embedded_file *files, struct error *err)
{
    const char *names[FILES_MAX];
    size_t count = 0;
    struct db_rows *rows;
    enum store_result result;

    while (count < FILES_MAX && files[count].name) {
        names[count] = files[count].name;
        count++;
    }
    const struct db_value values[] = { db_texts(names, count) };

    result = db_query_one(db, &others, values, COUNT(values), &rows, err);
    if (result != STORE_OK)
        return result == STORE_NONE ? STORE_OK : result;
    RAISE(err, ERROR_STATE, NULL, "the database is newer than this kilnd: it has migration \"%s\"",
          db_rows_text(rows, 0));
    error_hint(err, "Run the version of kilnd that belongs to this database.");
    db_rows_free(rows);
    return STORE_CONFLICT;
}

struct step {
    const struct embedded_file *files, *file;
    bool applied_now;
};

/* One file in one transaction; the lock is held until its end, so that a second server sees the first one's
 * work. */
static enum store_result apply(struct db *db, void *context, struct error *err)
{
    struct step *step = context;
    const struct db_value values[] = { db_text(step->file->name),
                                       db_bytes(step->file->bytes, step->file->count) };
    enum store_result result = db_script(db, prepare_sql, err);

    step->applied_now = false;
    if (result == STORE_OK)
        result = refuse_newer(db, step->files, err);
    if (result == STORE_OK)
        result = look(db, step->file, err);
    if (result != STORE_NONE)
        return result;
    result = db_script(db, (const char *)step->file->bytes, err);
    if (result == STORE_OK)
        result = db_execute(db, &note, values, COUNT(values), err);
    step->applied_now = result == STORE_OK;
    return result;
}

bool migrate(struct db *db, const struct embedded_file *files, size_t *out_applied, struct error *err)
{
    *out_applied = 0;
    for (const struct embedded_file *file = files; file->name; file++) {
        struct step step = { .files = files, .file = file };
        const enum store_result result = db_transaction(db, apply, &step, err);

        if (result != STORE_OK)
            return error_prefix(err, "migrating to %s", file->name);
        *out_applied += step.applied_now;
    }
    return true;
}

bool migrate_is_current(struct db *db, const struct embedded_file *files, struct error *err)
{
    struct db_rows *rows;
    bool there;

    if (db_query_one(db, &exists, NULL, 0, &rows, err) != STORE_OK)
        return false;
    there = db_rows_boolean(rows, 0);
    db_rows_free(rows);
    for (const struct embedded_file *file = files; file->name; file++) {
        const enum store_result result = there ? look(db, file, err) : STORE_NONE;

        if (result == STORE_NONE)
            return RAISE(err, ERROR_STATE, NULL, "migration \"%s\" is not applied", file->name);
        if (result != STORE_OK)
            return false;
    }
    return !there || refuse_newer(db, files, err) == STORE_OK;
}
