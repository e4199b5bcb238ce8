/* server/job_sink.h -- one attempt's sink: rows and output to the log writer, checkpoints to files and rows.
 *
 * Belongs to the worker thread that trains; shares its connection. */
#ifndef SERVER_JOB_SINK_H
#define SERVER_JOB_SINK_H

#include "engine/training/sink.h"
#include "server/checkpoint_files.h"
#include "server/journal.h"
#include "server/log_writer.h"
#include "server/store/jobs.h"

struct job_sink {
    struct sink sink; /* for the engine */
    const struct job *job;
    struct db *db;
    struct checkpoint_files *files;
    struct journal *journal;
    struct log_writer_run *run;
    struct log_feed *feed; /* told about every commit */
    /* between place and saved */
    char checkpoint[IDENTIFIER_TEXT_BYTES], file[CHECKPOINT_FILE_BYTES];
};

/* `sink` is filled; everything it points to is borrowed. */
void job_sink_init(struct job_sink *sink);

/* How long the output was when this checkpoint was made: what an attempt that continues from it cuts back to.
 */
int64_t job_sink_output_bytes(const char *metadata);

enum { CHECKPOINTS_KEPT_PER_PATH = 2 };

#endif
