/* engine/training/log.h -- the training log: records by iteration, and the status that is bound to no
 * iteration.
 *
 * A row is the number of batches done when its records were written; row 0 is what exists before the first
 * batch.  Only rows that hold a record take memory: 24 bytes a row, 16 a record, texts and lists besides.
 *
 * The status holds the entries of Blocks: iterations_done, epochs_done, _epoch_ends, resumed_from,
 * training_started, epoch_started, epoch_interrupt_received, batch_interrupt_received, received_first_batch
 * (from the first epoch on), and whatever extensions add.  Those that the main loop changes at every batch
 * are plain numbers (struct log_counters).
 *
 * Not thread-safe. */
#ifndef ENGINE_TRAINING_LOG_H
#define ENGINE_TRAINING_LOG_H

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/value.h"

struct cJSON;
struct sink;
struct log;

/* The entries of the status that the main loop itself keeps. */
struct log_counters {
    int64_t iterations_done, epochs_done;
    bool training_started, epoch_started;
    bool epoch_interrupt_received, batch_interrupt_received;
    bool received_first_batch, first_batch_known; /* known: an epoch has been started, so the entry exists */
};

struct log *log_new(void);
void log_free(struct log *log); /* accepts NULL */

/* Who this log is: a random UUID (version 4) as 32 hexadecimal digits.  Valid until the next resumption. */
enum { LOG_UUID_BYTES = 33 };
const char *log_uuid(const struct log *log);

/* A new identity; the status entry resumed_from says the old one. */
void log_resume(struct log *log);

/* ---- Rows ---- */

/* What a row holds under `name`; VALUE_NONE when there is no such record.  A view: not to be finished, valid
 * until the log is written to. */
struct value log_get(const struct log *log, int64_t iteration, const char *name);
bool log_has(const struct log *log, int64_t iteration, const char *name);
/* Takes `value`. */
void log_set(struct log *log, int64_t iteration, const char *name, struct value value);
/* Name of record `index` of a row in the order of writing; NULL at the end. */
const char *log_record_name(const struct log *log, int64_t iteration, size_t index);

/* The rows that hold something, in ascending order. */
size_t log_row_count(const struct log *log);
int64_t log_row_iteration(const struct log *log, size_t index);

/* current_row: what was recorded since the last batch. */
struct value log_get_current(const struct log *log, const char *name);
void log_set_current(struct log *log, const char *name, struct value value);
/* Whether the current row has the record and it is true in Python's sense. */
bool log_current_truthy(const struct log *log, const char *name);

/* The row at the end of the last epoch; false when there is none. */
bool log_last_epoch_row(const struct log *log, int64_t *out_iteration);

/* ---- Status ---- */

const struct log_counters *log_counters(const struct log *log);
/* False when there is no such entry; else the caller finishes `out`. */
bool log_status_get(const struct log *log, const char *name, struct value *out);
/* Takes `value`.  False when it is not possible as that entry: counters are whole numbers from 0 on. */
bool log_status_set(struct log *log, const char *name, struct value value, struct error *err);
const char *log_status_name(const struct log *log, size_t index); /* NULL at the end */

/* For the main loop: the counters, to be written. */
struct log_counters *log_counters_edit(struct log *log);
void log_epoch_ended(struct log *log); /* one more epoch; the present iteration is its end */

/* ---- From functions ---- */

/* What functions of users may make a log grow by, and how many names of records and of entries there may be
 * when one of them adds another. */
enum { LOG_FUNCTION_BYTES_MAX = 256 * 1024 * 1024, LOG_FUNCTION_NAMES_MAX = 10000 };

/* log_set and log_status_set for what a function of a user writes: false with ERROR_SCRIPT_BUDGET when it is
 * too much. */
bool log_function_set(struct log *log, int64_t iteration, const char *name, struct value value,
                      struct error *err);
bool log_function_set_status(struct log *log, const char *name, struct value value, struct error *err);

/* ---- To the outside ---- */

/* Hands the records written since the last call to the sink.  Cheap when there are none. */
bool log_flush(struct log *log, const struct sink *sink, struct error *err);
/* Hands the status to the sink when there is news in it.  Long ones are sent ever more rarely, so that the
 * cost stays in proportion to the training; `finally` sends it in any case. */
bool log_flush_status(struct log *log, const struct sink *sink, bool finally, struct error *err);

/* ---- Checkpoints ---- */

void log_save_rows(const struct log *log, struct text *out_json);
void log_save_status(const struct log *log, struct text *out_json); /* with the identity */
/* Replaces everything by what was saved.  `fresh`: every record counts as just written (for the sink of
 * another job). Nothing is changed when false: ERROR_CORRUPT. */
bool log_load(struct log *log, const struct cJSON *rows, const struct cJSON *status, bool fresh,
              struct error *err);

#endif
