/* server/store/db.c -- see db.h and db_session.h.  The only user of libpq. */
#include "server/store/db.h"

#include <assert.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "server/store/db_session.h"
#include "server/store/sqlstate.h"

enum {
    ANSWER_GRACE_MS = 5000, /* beyond the statement timeout: then the connection counts as lost */
    CONNECT_TRY_MS_MAX = 10000,
};

/* A server that shuts down says so to idle connections too, as a notice of severity FATAL. */
static void take_notice(void *context, const PGresult *notice)
{
    struct db *db = context;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

    db->dismissed =
        db->dismissed || (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0));
}

/* ---- talking ---- */

void db_wire_drop(struct db *db)
{
    PQfinish(db->connection); /* accepts NULL */
    db->connection = NULL;
    db->prepared_count = 0;
    db->dismissed = false;
}

/* Waits until the socket can be read (or written, when `writing`); false past the deadline. */
static bool await_socket(struct db *db, bool writing, int64_t deadline_ms)
{
    struct pollfd ready = { .fd = PQsocket(db->connection),
                            .events = (short)(writing ? POLLIN | POLLOUT : POLLIN) };
    const int64_t left_ms = deadline_ms - clock_now_ms();

    return ready.fd >= 0 && left_ms > 0 && poll(&ready, 1, (int)left_ms) != 0;
}

/* Sends what is waiting and collects the answer: the first result that is an error, else the last one.  NULL
 * when the connection was lost or did not answer in time. */
static PGresult *collect(struct db *db, int64_t answer_ms)
{
    const int64_t deadline_ms = clock_now_ms() + answer_ms;
    PGresult *kept = NULL, *next;

    for (;;) {
        const int unsent = PQflush(db->connection);

        if (unsent < 0 || ((unsent > 0 || PQisBusy(db->connection)) &&
                           (!await_socket(db, unsent > 0, deadline_ms) || !PQconsumeInput(db->connection))))
            break;
        if (unsent > 0 || PQisBusy(db->connection))
            continue;
        next = PQgetResult(db->connection);
        if (!next)
            return kept;
        if (kept && PQresultStatus(kept) == PGRES_FATAL_ERROR) {
            PQclear(next);
            continue;
        }
        PQclear(kept);
        kept = next;
    }
    PQclear(kept);
    return NULL;
}

/* Turns a failed answer (NULL: none came) into a result; frees it. */
static enum store_result refused(struct db *db, PGresult *answer, const char *what, struct error *err)
{
    const bool lost = !answer || PQstatus(db->connection) == CONNECTION_BAD;
    const char *state = answer ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = answer ? PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const struct sqlstate_meaning *meaning = sqlstate_meaning(state);

    db->failed_softly = meaning->soft || lost;
    if (meaning->result != STORE_CONFLICT)
        RAISE(err, meaning->code, NULL, "%s: %s%s%s", what,
              primary ? primary : "the connection to the database was lost", state ? ", SQLSTATE " : "",
              state ? state : "");
    PQclear(answer);
    if (lost)
        db_wire_drop(db);
    return meaning->result;
}

static bool good(const PGresult *answer)
{
    const ExecStatusType status = answer ? PQresultStatus(answer) : PGRES_FATAL_ERROR;

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* ---- connecting ---- */

/* What we insist on, whatever the URL says; timeouts in ms.  A young table has no statistics, and then the
 * planner would collect and sort a whole log for one page of it; without bitmaps it walks along the index. */
static enum store_result configure(struct db *db, struct error *err)
{
    char sql[512];
    PGresult *answer;

    snprintf(sql, sizeof(sql),
             "SET statement_timeout = %u; SET lock_timeout = 2000;"
             "SET idle_in_transaction_session_timeout = 10000; SET synchronous_commit = on;"
             "SET default_transaction_isolation = 'read committed'; SET client_min_messages = warning;"
             "SET enable_bitmapscan = off",
             db->statement_timeout_ms);
    if (!PQsendQuery(db->connection, sql))
        return refused(db, NULL, "connecting", err);
    answer = collect(db, CONNECT_TRY_MS_MAX);
    if (!good(answer))
        return refused(db, answer, "connecting", err);
    PQclear(answer);

    for (size_t i = 0; i < db->channel_count; i++) {
        snprintf(sql, sizeof(sql), "LISTEN %s", db->channels[i]);
        answer = PQsendQuery(db->connection, sql) ? collect(db, CONNECT_TRY_MS_MAX) : NULL;
        if (!good(answer))
            return refused(db, answer, "subscribing", err);
        PQclear(answer);
    }
    return STORE_OK;
}

enum store_result db_wire_connect(struct db *db, struct error *err)
{
    /* Later words win: the URL overrides what stands before `dbname`, not what follows. */
    const char *const words[] = { "connect_timeout",  "tcp_user_timeout",
                                  "keepalives_idle",  "keepalives_interval",
                                  "keepalives_count", "target_session_attrs",
                                  "dbname",           "application_name",
                                  "client_encoding",  NULL };
    const char *const values[] = {
        "3", "10000", "5", "5", "3", "read-write", db->url, db->name, "UTF8", NULL
    };

    db->connection = PQconnectdbParams(words, values, 1);
    if (!db->connection || PQstatus(db->connection) != CONNECTION_OK) {
        const char *message = db->connection ? PQerrorMessage(db->connection) : "out of memory";

        RAISE(err, ERROR_UNAVAILABLE, NULL, "connecting: %.*s", (int)strcspn(message, "\n"), message);
        db->failed_softly = true;
        db_wire_drop(db);
        return STORE_UNAVAILABLE;
    }
    PQsetNoticeReceiver(db->connection, take_notice, db);
    PQsetnonblocking(db->connection, 1);
    return configure(db, err);
}

/* A server that went away while we were idle has left its farewell in the socket: better noticed before
 * something is sent, when nothing can be in doubt. */
void db_wire_look(struct db *db)
{
    struct pollfd ready = { .events = POLLIN };

    if (!db->connection || db->in_transaction)
        return;
    ready.fd = PQsocket(db->connection);
    while (db->connection && poll(&ready, 1, 0) != 0)
        if (!PQconsumeInput(db->connection) || PQisBusy(db->connection) || db->dismissed)
            db_wire_drop(db);
}

/* ---- statements ---- */

struct db_rows {
    PGresult *answer;
    int row; /* -1 before the first */
};

static int64_t answer_ms(const struct db *db)
{
    return (int64_t)db->statement_timeout_ms + ANSWER_GRACE_MS;
}

enum store_result db_wire_prepare(struct db *db, const struct db_statement *statement,
                                  const struct db_parameters *parameters, struct error *err)
{
    PGresult *answer =
        PQsendPrepare(db->connection, statement->name, statement->sql, parameters->count, parameters->types)
            ? collect(db, answer_ms(db))
            : NULL;

    if (!good(answer))
        return refused(db, answer, statement->name, err);
    PQclear(answer);
    return STORE_OK;
}

enum store_result db_wire_run(struct db *db, const struct db_statement *statement,
                              const struct db_parameters *parameters, struct db_rows **out_rows,
                              struct error *err)
{
    PGresult *answer = PQsendQueryPrepared(db->connection, statement->name, parameters->count,
                                           parameters->values, parameters->lengths, parameters->formats, 1)
                           ? collect(db, answer_ms(db))
                           : NULL;

    if (!good(answer))
        return refused(db, answer, statement->name, err);
    *out_rows = memory_new(1, sizeof(**out_rows));
    **out_rows = (struct db_rows){ .answer = answer, .row = -1 };
    return STORE_OK;
}

enum store_result db_wire_script(struct db *db, const char *sql, struct error *err)
{
    PGresult *answer = PQsendQuery(db->connection, sql) ? collect(db, answer_ms(db)) : NULL;

    if (!good(answer))
        return refused(db, answer, "running a script", err);
    PQclear(answer);
    return STORE_OK;
}

bool db_wire_is_spoilt(const struct db *db)
{
    return db->connection && PQtransactionStatus(db->connection) == PQTRANS_INERROR;
}

/* ---- rows ---- */

const void *db_rows_cell(const struct db_rows *rows, int column, unsigned type, size_t *out_count)
{
    assert(rows->row >= 0 && column < PQnfields(rows->answer) && PQftype(rows->answer, column) == type);
    (void)type;
    *out_count = (size_t)PQgetlength(rows->answer, rows->row, column);
    return PQgetisnull(rows->answer, rows->row, column) ? NULL : PQgetvalue(rows->answer, rows->row, column);
}

bool db_rows_next(struct db_rows *rows)
{
    return ++rows->row < PQntuples(rows->answer);
}

size_t db_rows_count(const struct db_rows *rows)
{
    return (size_t)PQntuples(rows->answer);
}

bool db_rows_changed_none(const struct db_rows *rows)
{
    return strcmp(PQcmdTuples(rows->answer), "0") == 0;
}

void db_rows_free(struct db_rows *rows)
{
    if (!rows)
        return;
    PQclear(rows->answer);
    free(rows);
}

/* ---- wake-ups ---- */

int db_descriptor(const struct db *db)
{
    return db->connection ? PQsocket(db->connection) : -1;
}

bool db_wire_notified(struct db *db)
{
    bool any = false;

    PQconsumeInput(db->connection); /* a failure shows at the next use */
    for (PGnotify *notice; (notice = PQnotifies(db->connection));) {
        any = true;
        PQfreemem(notice);
    }
    return any;
}

/* ---- URLs ---- */

bool db_url_check(const char *url, struct error *err)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);

    if (!options) {
        RAISE(err, ERROR_INVALID_VALUE, NULL, "this is not a connection string that libpq understands");
        return error_hint(err, "Write it like postgresql://USER:PASSWORD@HOST:5432/DATABASE.");
    }
    PQconninfoFree(options);
    return true;
}

static const char *url_word(const PQconninfoOption *options, const char *keyword, const char *otherwise)
{
    for (; options && options->keyword; options++)
        if (strcmp(options->keyword, keyword) == 0 && options->val)
            return options->val;
    return otherwise;
}

void db_url_describe(const char *url, char *out, size_t out_bytes)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);

    snprintf(out, out_bytes, "%s at %s:%s as %s", url_word(options, "dbname", "default"),
             url_word(options, "host", "local socket"), url_word(options, "port", "5432"),
             url_word(options, "user", "default user"));
    PQconninfoFree(options); /* accepts NULL */
}

bool db_url_ready(const char *url)
{
    return PQping(url) == PQPING_OK;
}
