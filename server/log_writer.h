/* server/log_writer.h -- carries what training threads produce to PostgreSQL: log rows, output, progress.
 *
 * Many runs append, one thread writes, over a connection of its own.  Rows of a run are stored in the order
 * in which they were appended.  Memory is bounded: when the database is slow or away, training waits and
 * nothing is dropped.  What is written is fenced by the run's claim: once the claim is lost, the run is told
 * so and nothing more of it is stored. */
#ifndef SERVER_LOG_WRITER_H
#define SERVER_LOG_WRITER_H

#include "engine/training/sink.h"
#include "server/log_feed.h"
#include "server/store/db.h"

struct log_writer;
struct log_writer_run; /* one attempt's end of the writer */

struct log_writer_options {
    const struct db_options *database;
    size_t queue_rows_max;  /* appending waits while this many rows are queued */
    size_t queue_bytes_max; /* or this many bytes */
    size_t batch_rows_max;  /* a batch is written when this many rows wait */
    unsigned delay_ms;      /* or when the oldest of them has waited so long */
    int64_t lease_ms;       /* every write extends the claim by it */
    struct log_feed *feed;  /* told about every commit */
};

struct log_writer *log_writer_start(const struct log_writer_options *options, struct error *err);

/* From now on a database that is away is waited for at most `patience_ms`; then the runs are told that they
 * failed. To be called when the server is about to stop. */
void log_writer_hurry(struct log_writer *writer, unsigned patience_ms);
/* All runs are closed.  Joins the thread.  Accepts NULL. */
void log_writer_stop(struct log_writer *writer);

/* A run begins or goes on.  output_bytes: how long its output is so far; batches_total: when it ends, -1:
 * unknown. */
struct log_writer_run *log_writer_open(struct log_writer *writer, const char *job, int64_t epoch,
                                       int64_t output_bytes, int64_t batches_total);
void log_writer_close(struct log_writer_run *run); /* after a flush; accepts NULL */

/* Each is false with err once the claim is lost or storing has failed for good: the run has to stop. */
bool log_writer_records(struct log_writer_run *run, const struct sink_record *records, size_t count,
                        struct error *err);
bool log_writer_output(struct log_writer_run *run, const char *bytes, size_t length, struct error *err);
bool log_writer_status(struct log_writer_run *run, const char *json,
                       struct error *err); /* the newest counts */

/* Cheap: stores numbers, which are written now and then. */
void log_writer_progress(struct log_writer_run *run, const struct run_progress *progress);
void log_writer_bar(struct log_writer_run *run, const char *line); /* NULL: no bar */

/* Returns when everything appended to `run` before is committed. */
bool log_writer_flush(struct log_writer_run *run, struct error *err);
/* Bytes of output appended so far, those of earlier attempts included. */
int64_t log_writer_output_bytes(struct log_writer_run *run);
bool log_writer_lost(struct log_writer_run *run);

#endif
