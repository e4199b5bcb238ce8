/* server/store/db.h -- one connection to PostgreSQL; the only user of libpq is db.c.
 *
 * A struct db is used by one thread at a time.  It connects when it is first used and again after a
 * loss, with a growing pause between tries; until then everything answers STORE_UNAVAILABLE at once.
 * Messages of errors quote the database and are meant for the server's own log: replies to clients
 * have fixed texts by error code. */
#ifndef SERVER_STORE_DB_H
#define SERVER_STORE_DB_H

#include "engine/base/error.h"
#include "server/identifier.h"
#include "server/store/db_value.h"
#include "server/store/store_result.h"

struct db;
struct db_rows;

struct db_options {
    const char *url;               /* a libpq URL or connection string; copied */
    const char *name;              /* shown in pg_stat_activity: "kiln scheduler"; copied */
    unsigned statement_timeout_ms; /* 0: 5 s */
};

/* Never fails and does not connect. */
struct db *db_open(const struct db_options *options);
void db_close(struct db *db); /* accepts NULL */

/* Connects now unless connected.  STORE_OK or STORE_UNAVAILABLE. */
enum store_result db_connect(struct db *db, struct error *err);

/* A statement is prepared on each connection when it is first used there.  Constants: told apart by address.
 */
struct db_statement {
    const char *name; /* unique */
    const char *sql;
};

/* Runs a statement.  After STORE_OK the caller frees *out_rows, which may hold no row at all; otherwise it is
 * NULL. A SELECT whose connection turns out to be lost is sent once more on a new one. */
enum store_result db_query(struct db *db, const struct db_statement *statement, const struct db_value *values,
                           size_t count, struct db_rows **out_rows, struct error *err);

/* The same, standing on the first row; STORE_NONE when there is no row. */
enum store_result db_query_one(struct db *db, const struct db_statement *statement,
                               const struct db_value *values, size_t count, struct db_rows **out_rows,
                               struct error *err);

/* Runs a statement without looking at rows: STORE_OK when it changed any, else STORE_NONE. */
enum store_result db_execute(struct db *db, const struct db_statement *statement,
                             const struct db_value *values, size_t count, struct error *err);

/* Runs SQL commands that take no values: migrations, BEGIN.  They may be several. */
enum store_result db_script(struct db *db, const char *sql, struct error *err);

/* Rows.  Texts and bytes live until db_rows_free.  Asking for a column as another type is a defect
 * (asserted). */
bool db_rows_next(struct db_rows *rows); /* steps to the first row, the next ...; false behind the last */
size_t db_rows_count(const struct db_rows *rows);
bool db_rows_boolean(const struct db_rows *rows, int column);                         /* NULL: false */
int64_t db_rows_int64(const struct db_rows *rows, int column);                        /* bigint; NULL: 0 */
int64_t db_rows_int64_or(const struct db_rows *rows, int column, int64_t otherwise);  /* NULL: otherwise */
double db_rows_real(const struct db_rows *rows, int column);                          /* NULL: NaN */
const char *db_rows_text(const struct db_rows *rows, int column);                     /* NULL: NULL */
const void *db_rows_bytes(const struct db_rows *rows, int column, size_t *out_count); /* NULL: NULL, 0 */
int64_t db_rows_time_us(const struct db_rows *rows, int column); /* since 1970; NULL: TIME_ABSENT */
void db_rows_identifier(const struct db_rows *rows, int column,
                        char out[IDENTIFIER_TEXT_BYTES]); /* NULL: "" */
void db_rows_free(struct db_rows *rows);                  /* accepts NULL */

/* For db_rows.c: the bytes of a column whose type has this OID; NULL for SQL's NULL. */
const void *db_rows_cell(const struct db_rows *rows, int column, unsigned type, size_t *out_count);

#define TIME_ABSENT INT64_MIN

/* Runs `run` between BEGIN and COMMIT (read committed).
 * STORE_OK commits; anything else rolls back and is passed on.  What is soft (serialization failure,
 * deadlock, a connection lost before COMMIT was sent) is repeated up to 8 times, after 5 to 200 ms: `run`
 * starts anew each time. A connection lost during COMMIT leaves the outcome unknown: STORE_UNAVAILABLE; the
 * caller repeats its keyed write. Inside another transaction it joins that one. */
typedef enum store_result db_transaction_fn(struct db *db, void *context, struct error *err);
enum store_result db_transaction(struct db *db, db_transaction_fn *run, void *context, struct error *err);

/* For db_transaction.c. */
enum store_result db_begin(struct db *db, struct error *err);
enum store_result db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
bool db_failed_softly(const struct db *db); /* the last failure can be repeated at once */

/* Wake-ups.  Subscribes now and after every reconnect; at most 4 channels, constants. */
enum store_result db_listen(struct db *db, const char *channel, struct error *err);
/* For poll(), right after db_notified found nothing: what came along with the answer of a query does not show
 * here any more.  Changes with a reconnect; -1 while there is no connection. */
int db_descriptor(const struct db *db);
/* Takes what has arrived.  True when there was a notification, or when the connection was lost or is new: the
 * caller then reads the state again.  Reconnects when it is time to. */
bool db_notified(struct db *db);

/* True for a URL or connection string that libpq understands.  The message does not quote it: it may hold a
 * password. */
bool db_url_check(const char *url, struct error *err);
/* "kiln at 127.0.0.1:5432 as kiln": without password, for the server's own log. */
void db_url_describe(const char *url, char *out, size_t out_bytes);
/* True when a server at `url` answers and accepts connections. */
bool db_url_ready(const char *url);

#endif
