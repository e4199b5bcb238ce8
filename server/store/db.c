/* server/store/db.c -- see db.h.  The only user of libpq. */
#include "server/store/db.h"

#include <assert.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/memory.h"
#include "server/store/sqlstate.h"

enum {
    STATEMENTS_MAX = 128,
    CHANNELS_MAX = 4,
    STATEMENT_TIMEOUT_MS = 5000,
    ANSWER_GRACE_MS = 5000, /* beyond the statement timeout: then the connection counts as lost */
    RECONNECT_MS_MIN = 50,  /* pause after the first failed try; doubles */
    RECONNECT_MS_MAX = 2000,
    CONNECT_TRY_MS_MAX = 10000,
};

struct db {
    char *url, *name;
    unsigned statement_timeout_ms;
    PGconn *connection; /* NULL while there is none */
    const struct db_statement *prepared[STATEMENTS_MAX];
    size_t prepared_count;
    const char *channels[CHANNELS_MAX];
    size_t channel_count;
    int64_t next_try_ms; /* on the monotonic clock */
    int64_t pause_ms;
    bool in_transaction;
    bool failed_softly;
    bool dismissed; /* the server has told us to go */
    bool renewed;   /* connected since db_notified last looked */
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Between the two, by the low digits of the clock: so that many who lost the same server do not come back at
 * once. */
static int64_t jittered_ms(int64_t min_ms, int64_t max_ms)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return min_ms + now.tv_nsec / 1000 % (max_ms - min_ms + 1);
}

/* A server that shuts down says so to idle connections too, as a notice of severity FATAL. */
static void take_notice(void *context, const PGresult *notice)
{
    struct db *db = context;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

    db->dismissed =
        db->dismissed || (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0));
}

/* ---- talking ---- */

static void lose(struct db *db)
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
    const int64_t left_ms = deadline_ms - now_ms();

    return ready.fd >= 0 && left_ms > 0 && poll(&ready, 1, (int)left_ms) != 0;
}

/* Sends what is waiting and collects the answer: the first result that is an error, else the last one.  NULL
 * when the connection was lost or did not answer in time. */
static PGresult *collect(struct db *db, int64_t answer_ms)
{
    const int64_t deadline_ms = now_ms() + answer_ms;
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
        lose(db);
    return meaning->result;
}

static bool good(const PGresult *answer)
{
    const ExecStatusType status = answer ? PQresultStatus(answer) : PGRES_FATAL_ERROR;

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* ---- connecting ---- */

/* What we insist on, whatever the URL says; timeouts in ms, except connect_timeout in s. */
static enum store_result configure(struct db *db, struct error *err)
{
    char sql[512];
    PGresult *answer;

    snprintf(sql, sizeof(sql),
             "SET statement_timeout = %u; SET lock_timeout = 2000;"
             "SET idle_in_transaction_session_timeout = 10000; SET synchronous_commit = on;"
             "SET default_transaction_isolation = 'read committed'; SET client_min_messages = warning",
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

/* The next try is only made after a pause, which doubles with every failure and is never quite the same. */
static void pause_tries(struct db *db)
{
    db->pause_ms = db->pause_ms ? db->pause_ms * 2 : RECONNECT_MS_MIN;
    if (db->pause_ms > RECONNECT_MS_MAX)
        db->pause_ms = RECONNECT_MS_MAX;
    db->next_try_ms = now_ms() + jittered_ms(db->pause_ms / 2, db->pause_ms);
}

static enum store_result try_connect(struct db *db, struct error *err)
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
        lose(db);
        return STORE_UNAVAILABLE;
    }
    PQsetNoticeReceiver(db->connection, take_notice, db);
    PQsetnonblocking(db->connection, 1);
    return configure(db, err);
}

enum store_result db_connect(struct db *db, struct error *err)
{
    enum store_result result;

    if (db->connection)
        return STORE_OK;
    db->failed_softly = true;
    if (db->in_transaction || now_ms() < db->next_try_ms) {
        RAISE(err, ERROR_UNAVAILABLE, NULL, "the connection to the database was lost");
        return STORE_UNAVAILABLE;
    }
    result = try_connect(db, err);
    if (result != STORE_OK) {
        lose(db);
        pause_tries(db);
        return result == STORE_FAILED ? STORE_FAILED : STORE_UNAVAILABLE;
    }
    db->pause_ms = db->next_try_ms = 0;
    db->renewed = true;
    return STORE_OK;
}

/* A server that went away while we were idle has left its farewell in the socket: better noticed before
 * something is sent, when nothing can be in doubt. */
static void drop_if_dead(struct db *db)
{
    struct pollfd ready = { .events = POLLIN };

    if (!db->connection || db->in_transaction)
        return;
    ready.fd = PQsocket(db->connection);
    while (db->connection && poll(&ready, 1, 0) != 0)
        if (!PQconsumeInput(db->connection) || PQisBusy(db->connection) || db->dismissed)
            lose(db);
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
    lose(db);
    free(db->url);
    free(db->name);
    free(db);
}

/* ---- statements ---- */

static int64_t answer_ms(const struct db *db)
{
    return (int64_t)db->statement_timeout_ms + ANSWER_GRACE_MS;
}

static enum store_result prepare(struct db *db, const struct db_statement *statement,
                                 const struct db_parameters *parameters, struct error *err)
{
    PGresult *answer;

    for (size_t i = 0; i < db->prepared_count; i++)
        if (db->prepared[i] == statement)
            return STORE_OK;
    assert(db->prepared_count < STATEMENTS_MAX);
    answer =
        PQsendPrepare(db->connection, statement->name, statement->sql, parameters->count, parameters->types)
            ? collect(db, answer_ms(db))
            : NULL;
    if (!good(answer))
        return refused(db, answer, statement->name, err);
    PQclear(answer);
    db->prepared[db->prepared_count++] = statement;
    return STORE_OK;
}

static enum store_result send_statement(struct db *db, const struct db_statement *statement,
                                        const struct db_parameters *parameters, PGresult **out,
                                        struct error *err)
{
    enum store_result result = db_connect(db, err);
    PGresult *answer;

    if (result == STORE_OK)
        result = prepare(db, statement, parameters, err);
    if (result != STORE_OK)
        return result;
    answer = PQsendQueryPrepared(db->connection, statement->name, parameters->count, parameters->values,
                                 parameters->lengths, parameters->formats, 1)
                 ? collect(db, answer_ms(db))
                 : NULL;
    if (!good(answer))
        return refused(db, answer, statement->name, err);
    *out = answer;
    return STORE_OK;
}

static enum store_result run(struct db *db, const struct db_statement *statement,
                             const struct db_value *values, size_t count, PGresult **out, struct error *err)
{
    struct db_parameters parameters;
    enum store_result result = STORE_FAILED;

    if (!db_parameters_init(&parameters, values, count)) {
        db->failed_softly = false;
        RAISE(err, ERROR_INTERNAL, NULL, "%s: the values are too long for one statement", statement->name);
        return STORE_FAILED;
    }
    drop_if_dead(db);
    result = send_statement(db, statement, &parameters, out, err);
    if (result == STORE_UNAVAILABLE && !db->connection && !db->in_transaction &&
        now_ms() >= db->next_try_ms && strncmp(statement->sql, "SELECT", 6) == 0)
        result = send_statement(db, statement, &parameters, out, err);
    db_parameters_fini(&parameters);
    return result;
}

struct db_rows {
    PGresult *answer;
    int row; /* -1 before the first */
};

enum store_result db_query(struct db *db, const struct db_statement *statement, const struct db_value *values,
                           size_t count, struct db_rows **out_rows, struct error *err)
{
    PGresult *answer;
    const enum store_result result = run(db, statement, values, count, &answer, err);

    *out_rows = NULL;
    if (result != STORE_OK)
        return result;
    *out_rows = memory_new(1, sizeof(**out_rows));
    **out_rows = (struct db_rows){ .answer = answer, .row = -1 };
    return STORE_OK;
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
    PGresult *answer;
    enum store_result result = run(db, statement, values, count, &answer, err);

    if (result != STORE_OK)
        return result;
    if (strcmp(PQcmdTuples(answer), "0") == 0)
        result = STORE_NONE;
    PQclear(answer);
    return result;
}

enum store_result db_script(struct db *db, const char *sql, struct error *err)
{
    PGresult *answer;

    drop_if_dead(db);
    if (db_connect(db, err) != STORE_OK)
        return STORE_UNAVAILABLE;
    answer = PQsendQuery(db->connection, sql) ? collect(db, answer_ms(db)) : NULL;
    if (!good(answer))
        return refused(db, answer, "running a script", err);
    PQclear(answer);
    return STORE_OK;
}

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
    if (db->connection && PQtransactionStatus(db->connection) == PQTRANS_INERROR) {
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
        lose(db);
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

void db_rows_free(struct db_rows *rows)
{
    if (!rows)
        return;
    PQclear(rows->answer);
    free(rows);
}

/* ---- wake-ups ---- */

enum store_result db_listen(struct db *db, const char *channel, struct error *err)
{
    char sql[128];

    for (size_t i = 0; i < db->channel_count; i++)
        if (strcmp(db->channels[i], channel) == 0)
            return db_connect(db, err);
    assert(db->channel_count < CHANNELS_MAX && strlen(channel) < 64);
    db->channels[db->channel_count++] = channel;
    if (!db->connection)
        return db_connect(db, err); /* which subscribes to all */
    snprintf(sql, sizeof(sql), "LISTEN %s", channel);
    return db_script(db, sql, err);
}

int db_descriptor(const struct db *db)
{
    return db->connection ? PQsocket(db->connection) : -1;
}

bool db_notified(struct db *db)
{
    const bool had_connection = db->connection;
    struct error ignored;
    bool news;

    drop_if_dead(db);
    news = had_connection && !db->connection;
    if (db_connect(db, &ignored) != STORE_OK)
        return news;
    PQconsumeInput(db->connection); /* a failure shows at the next use */
    for (PGnotify *notice; (notice = PQnotifies(db->connection));) {
        news = true;
        PQfreemem(notice);
    }
    news = news || db->renewed;
    db->renewed = false;
    return news;
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
