/* server/store/db_session.c -- see db.h and db_session.h: when to connect, what has been prepared, what is
 * sent once more. */
#include "server/store/db_session.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"

enum {
    STATEMENT_TIMEOUT_MS = 5000,
    RECONNECT_MS_MIN = 50, /* pause after the first failed try; doubles */
    RECONNECT_MS_MAX = 2000,
};

/* ---- connecting ---- */

/* The next try is only made after a pause, which doubles with every failure and is never quite the same. */
static void pause_tries(struct db *db)
{
    db->pause_ms = db->pause_ms ? db->pause_ms * 2 : RECONNECT_MS_MIN;
    if (db->pause_ms > RECONNECT_MS_MAX)
        db->pause_ms = RECONNECT_MS_MAX;
    db->next_try_ms = clock_now_ms() + clock_jittered_ms(db->pause_ms / 2, db->pause_ms);
}

enum store_result db_connect(struct db *db, struct error *err)
{
    enum store_result result;

    if (db->connection)
        return STORE_OK;
    db->failed_softly = true;
    if (db->in_transaction || clock_now_ms() < db->next_try_ms) {
        RAISE(err, ERROR_UNAVAILABLE, NULL, "the connection to the database was lost");
        return STORE_UNAVAILABLE;
    }
    result = db_wire_connect(db, err);
    if (result != STORE_OK) {
        db_wire_drop(db);
        pause_tries(db);
        return result == STORE_FAILED ? STORE_FAILED : STORE_UNAVAILABLE;
    }
    db->pause_ms = db->next_try_ms = 0;
    db->renewed = true;
    return STORE_OK;
}

struct db *db_open(const struct db_options *options)
{
    struct db *db = memory_new(1, sizeof(*db));

    db->url = memory_text(options->url);
    db->name = memory_text(options->name);
    db->statement_timeout_ms =
        options->statement_timeout_ms ? options->statement_timeout_ms : STATEMENT_TIMEOUT_MS;
    return db;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_wire_drop(db);
    free(db->url);
    free(db->name);
    free(db);
}

/* ---- statements ---- */

static enum store_result prepare(struct db *db, const struct db_statement *statement,
                                 const struct db_parameters *parameters, struct error *err)
{
    enum store_result result;

    for (size_t i = 0; i < db->prepared_count; i++)
        if (db->prepared[i] == statement)
            return STORE_OK;
    assert(db->prepared_count < DB_STATEMENTS_MAX);
    result = db_wire_prepare(db, statement, parameters, err);
    if (result == STORE_OK)
        db->prepared[db->prepared_count++] = statement;
    return result;
}

static enum store_result send_statement(struct db *db, const struct db_statement *statement,
                                        const struct db_parameters *parameters, struct db_rows **out_rows,
                                        struct error *err)
{
    enum store_result result = db_connect(db, err);

    if (result == STORE_OK)
        result = prepare(db, statement, parameters, err);
    return result == STORE_OK ? db_wire_run(db, statement, parameters, out_rows, err) : result;
}

enum store_result db_query(struct db *db, const struct db_statement *statement, const struct db_value *values,
                           size_t count, struct db_rows **out_rows, struct error *err)
{
    struct db_parameters parameters;
    enum store_result result = STORE_FAILED;

    *out_rows = NULL;
    if (!db_parameters_init(&parameters, values, count)) {
        db->failed_softly = false;
        RAISE(err, ERROR_INTERNAL, NULL, "%s: the values are too long for one statement", statement->name);
        return STORE_FAILED;
    }
    db_wire_look(db);
    result = send_statement(db, statement, &parameters, out_rows, err);
    if (result == STORE_UNAVAILABLE && !db->connection && !db->in_transaction &&
        clock_now_ms() >= db->next_try_ms && strncmp(statement->sql, "SELECT", 6) == 0)
        result = send_statement(db, statement, &parameters, out_rows, err);
    db_parameters_fini(&parameters);
    return result;
}

enum store_result db_query_one(struct db *db, const struct db_statement *statement,
                               const struct db_value *values, size_t count, struct db_rows **out_rows,
                               struct error *err)
{
    const enum store_result result = db_query(db, statement, values, count, out_rows, err);

    if (result != STORE_OK || db_rows_next(*out_rows))
        return result;
    db_rows_free(*out_rows);
    *out_rows = NULL;
    return STORE_NONE;
}

enum store_result db_execute(struct db *db, const struct db_statement *statement,
                             const struct db_value *values, size_t count, struct error *err)
{
    struct db_rows *rows;
    enum store_result result = db_query(db, statement, values, count, &rows, err);

    if (result == STORE_OK && db_rows_changed_none(rows))
        result = STORE_NONE;
    db_rows_free(rows);
    return result;
}

enum store_result db_script(struct db *db, const char *sql, struct error *err)
{
    db_wire_look(db);
    return db_connect(db, err) == STORE_OK ? db_wire_script(db, sql, err) : STORE_UNAVAILABLE;
}

/* ---- transactions ---- */

enum store_result db_begin(struct db *db, struct error *err)
{
    const enum store_result result = db_script(db, "BEGIN", err);

    db->in_transaction = result == STORE_OK;
    return result;
}

enum store_result db_commit(struct db *db, struct error *err)
{
    enum store_result result;

    /* COMMIT after a failed statement would quietly roll back. */
    if (db_wire_is_spoilt(db)) {
        RAISE(err, ERROR_INTERNAL, NULL, "a failed statement was overlooked inside a transaction");
        db->failed_softly = false;
        db_rollback(db);
        return STORE_FAILED;
    }
    result = db_script(db, "COMMIT", err);
    db->in_transaction = false;
    return result;
}

void db_rollback(struct db *db)
{
    struct error ignored;

    if (db->connection && db_script(db, "ROLLBACK", &ignored) != STORE_OK)
        db_wire_drop(db);
    db->in_transaction = false;
}

bool db_in_transaction(const struct db *db)
{
    return db->in_transaction;
}

bool db_failed_softly(const struct db *db)
{
    return db->failed_softly;
}

/* ---- wake-ups ---- */

enum store_result db_listen(struct db *db, const char *channel, struct error *err)
{
    char sql[128];

    for (size_t i = 0; i < db->channel_count; i++)
        if (strcmp(db->channels[i], channel) == 0)
            return db_connect(db, err);
    assert(db->channel_count < DB_CHANNELS_MAX && strlen(channel) < 64);
    db->channels[db->channel_count++] = channel;
    if (!db->connection)
        return db_connect(db, err); /* which subscribes to all */
    snprintf(sql, sizeof(sql), "LISTEN %s", channel);
    return db_script(db, sql, err);
}

bool db_notified(struct db *db)
{
    const bool had_connection = db->connection;
    struct error ignored;
    bool news;

    db_wire_look(db);
    news = had_connection && !db->connection;
    if (db_connect(db, &ignored) != STORE_OK)
        return news;
    news = db_wire_notified(db) || news || db->renewed;
    db->renewed = false;
    return news;
}
