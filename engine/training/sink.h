/* engine/training/sink.h -- what a run tells the outside world: rows, output, progress, checkpoints.
 *
 * All functions are called on the training thread.  One that is false ends the run with its error.
 * Any function pointer may be NULL: nobody listens. */
#ifndef ENGINE_TRAINING_SINK_H
#define ENGINE_TRAINING_SINK_H

#include <limits.h>

#include "engine/base/error.h"
#include "engine/base/value.h"

struct sink_record {
    int64_t iteration; /* batches done when the record was written: the row */
    const char *name;
    const struct value *value; /* valid during the call */
};

struct run_progress {
    int64_t iterations_done, epochs_done;
    int64_t batches_per_epoch; /* -1: unknown */
    int64_t examples_done;     /* of this process's part of the run */
};

/* A checkpoint file that is complete, synced and renamed to its place. */
struct saved_checkpoint {
    const char *name; /* as the job calls it: "best.tar"; unique is only (name, file) */
    const char *file; /* where it lies */
    uint64_t bytes;
    char sha256[65];
    int64_t iterations_done, epochs_done;
    bool automatic;       /* made by autosave, pause or drain, not by an extension */
    bool resumable;       /* holds the main loop */
    const char *manifest; /* JSON text of _main_loop/manifest.json; NULL without the main loop */
};

struct sink {
    void *context;
    /* Records written since the last call, in order; may block while a queue is full. */
    bool (*records)(void *context, const struct sink_record *records, size_t count, struct error *err);
    /* Status entries as one JSON object; after every round of callbacks that changed it, at most once a
     * batch. */
    bool (*status)(void *context, const char *json, struct error *err);
    /* What Printing writes; `bytes` is UTF-8. */
    bool (*output)(void *context, const char *bytes, size_t length, struct error *err);
    /* The one line that ProgressBar shows now, without a line end; NULL: the bar is finished. */
    void (*progress_bar)(void *context, const char *line);
    /* After every batch: cheap, only stores numbers. */
    void (*progress)(void *context, const struct run_progress *progress);
    /* Where the checkpoint `name` is to be written; out_file gets a path in an existing folder.  An old file
     * there stays until the new one is renamed over it. */
    bool (*checkpoint_place)(void *context, const char *name, bool automatic, char out_file[PATH_MAX],
                             struct error *err);
    /* The file is durable.  Returns when it is recorded, with every row written before it. */
    bool (*checkpoint_saved)(void *context, const struct saved_checkpoint *saved, struct error *err);
    /* The newest file saved as `name` ("best.tar", or "jobs/ID/checkpoints/best.tar" for another job's);
     * false with ERROR_NOT_FOUND when there is none. */
    bool (*checkpoint_find)(void *context, const char *name, char out_file[PATH_MAX], struct error *err);
};

#endif
