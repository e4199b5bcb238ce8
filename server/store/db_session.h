/* server/store/db_session.h -- what db.c and db_session.c share, and nobody else.
 *
 * db.c talks to libpq and holds no opinion.  db_session.c decides when to connect, what has been prepared and
 * what is sent once more. */
#ifndef SERVER_STORE_DB_SESSION_H
#define SERVER_STORE_DB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store/db.h"

enum {
    DB_STATEMENTS_MAX = 128,
    DB_CHANNELS_MAX = 4,
};

struct pg_conn; /* libpq's PGconn */

struct db {
    char *url, *name;
    unsigned statement_timeout_ms;
    struct pg_conn *connection; /* NULL while there is none */
    const struct db_statement *prepared[DB_STATEMENTS_MAX];
    size_t prepared_count;
    const char *channels[DB_CHANNELS_MAX];
    size_t channel_count;
    int64_t next_try_ms; /* on the monotonic clock */
    int64_t pause_ms;
    bool in_transaction;
    bool failed_softly;
    bool dismissed; /* the server has told us to go */
    bool renewed;   /* connected since db_notified last looked */
};

/* ---- db.c ---- */

/* One try, with all settings and subscriptions.  After a failure there may still be half a connection. */
enum store_result db_wire_connect(struct db *db, struct error *err);

/* Forgets the connection, and what was prepared on it. */
void db_wire_drop(struct db *db);

/* Drops a connection whose server has gone.  Sends nothing. */
void db_wire_look(struct db *db);

/* All three need a connection, and drop it when it is lost. */
enum store_result db_wire_prepare(struct db *db, const struct db_statement *statement,
                                  const struct db_parameters *parameters, struct error *err);
enum store_result db_wire_run(struct db *db, const struct db_statement *statement,
                              const struct db_parameters *parameters, struct db_rows **out_rows,
                              struct error *err);
enum store_result db_wire_script(struct db *db, const char *sql, struct error *err);

/* A statement has failed in this transaction: COMMIT would quietly roll back. */
bool db_wire_is_spoilt(const struct db *db);

/* Takes the notifications that have arrived; true when there was one. */
bool db_wire_notified(struct db *db);

/* Whether the statement changed no row. */
bool db_rows_changed_none(const struct db_rows *rows);

#endif
