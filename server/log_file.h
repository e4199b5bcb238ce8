/* server/log_file.h -- log.jsonl of a run in the foreground: a line {"iteration", "records"} for every row.
 *
 * A row is written once it is complete, which it is when the next batch is done or another row has begun:
 * until then its records can be written again.  Rows that follow each other within LOG_FILE_DELAY_MS are
 * written together, so that a log of every batch costs the training next to nothing.  One thread uses it. */
#ifndef SERVER_LOG_FILE_H
#define SERVER_LOG_FILE_H

#include "engine/training/sink.h"

enum { LOG_FILE_DELAY_MS = 100 };

struct log_file;

/* An empty file in place of an old one; NULL with err. */
struct log_file *log_file_open(const char *path, struct error *err);

/* False with err when something could not be written, now or earlier, and this was not told before. */
bool log_file_records(struct log_file *file, const struct sink_record *records, size_t count,
                      struct error *err);
/* So many batches are done: rows before are complete. */
void log_file_progress(struct log_file *file, int64_t iterations_done);

/* Writes what is left, and frees `file` in any case.  False as above. */
bool log_file_close(struct log_file *file, struct error *err);

#endif
