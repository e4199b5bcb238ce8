/* server/store/log.h -- the table log_entries: records of a job, keyed by iteration and name.
 *
 * seq is taken from the job's row in the writing transaction, so that its order is the order of commits: who
 * has read up to n and asks for more misses nothing.  A record that is written again with another value,
 * because its row is still the current one, takes a new seq: it is news.  One written again by a later claim
 * (a replay after a crash) keeps its seq and takes the new value.  Readers have read the job first: that is
 * where project is checked, and where `complete` is decided before the rows are read. */
#ifndef SERVER_STORE_LOG_H
#define SERVER_STORE_LOG_H

#include "engine/training/control.h"
#include "server/store/db.h"

struct log_entry {
    int64_t seq;       /* from 1; ignored on append */
    int64_t iteration; /* batches done when the record was written */
    const char *record;
    double value;     /* what can be plotted; NaN when it is not a number */
    const char *json; /* the exact value as JSON text; NULL: a real, `value` is all there is */
};

typedef void store_log_fn(void *context, const struct log_entry *entry); /* texts live during the call */

struct log_append {
    const char *job;
    int64_t epoch; /* of the writer's claim */
    const struct log_entry *entries;
    size_t count;     /* at most LOG_APPEND_MAX; of one record and iteration the last one counts */
    int64_t lease_ms; /* the claim is renewed in the same stroke */
};
enum { LOG_APPEND_MAX = 1000 };

/* STORE_CONFLICT: the claim is lost, nothing was written. */
enum store_result store_log_append(struct db *db, const struct log_append *append,
                                   enum stop_request *out_stop, struct error *err);

struct log_selection {
    const char *job;
    int64_t after_seq;                    /* 0: from the beginning */
    const char *const *records;           /* only these */
    size_t record_count;                  /* 0: all */
    int64_t from_iteration, to_iteration; /* inclusive; INTEGER_ABSENT: no bound */
    int64_t limit;                        /* entries */
};
/* In order of seq. */
enum store_result store_log_select(struct db *db, const struct log_selection *selection, store_log_fn *each,
                                   void *context, struct error *err);

/* The newest entry of every record of each of these jobs, in the order of jobs and names. */
typedef void store_latest_fn(void *context, size_t job_index, const struct log_entry *entry);
enum store_result store_log_latest(struct db *db, const char *const *jobs, size_t job_count,
                                   store_latest_fn *each, void *context, struct error *err);

/* Columns for plotting: the numeric entries of the given records, split into `points` buckets of equal width
 * between the first and the last iteration of the selection. */
struct log_bucket {
    const char *record;
    int64_t bucket; /* from 0 */
    int64_t first_iteration, last_iteration;
    double first, last; /* values at those */
    double min, max;    /* NaN are left out; NaN when there is nothing else */
    int64_t count;
};
typedef void store_bucket_fn(void *context, const struct log_bucket *bucket);
enum store_result store_log_series(struct db *db, const struct log_selection *selection, int64_t points,
                                   store_bucket_fn *each, void *context, struct error *err);

#endif
