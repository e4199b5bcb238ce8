/* server/store/checkpoints.h -- the table checkpoints: files that are whole and durable.
 *
 * A row is inserted after its file was renamed to its place and everything logged before was committed. */
#ifndef SERVER_STORE_CHECKPOINTS_H
#define SERVER_STORE_CHECKPOINTS_H

#include "engine/base/arena.h"
#include "server/store/db.h"

struct checkpoint_row {
    char id[IDENTIFIER_TEXT_BYTES];
    char job[IDENTIFIER_TEXT_BYTES];
    const char *path; /* as the job calls it: "best.tar" */
    const char *file; /* its place below the checkpoint folder, unique */
    int64_t bytes;
    char sha256[65]; /* hexadecimal */
    int64_t iterations_done, epochs_done;
    int64_t epoch;        /* the attempt that wrote it */
    bool automatic;       /* by autosave, pause or drain */
    bool resumable;       /* holds the main loop; an automatic one always does */
    const char *metadata; /* JSON object: the manifest; NULL: none */
    int64_t created_us;
};
typedef void store_checkpoint_fn(void *context, const struct checkpoint_row *row);

/* Fenced by row->job and row->epoch.  An automatic one becomes the job's last_checkpoint and clears its crash
 * count.  One of the extension Checkpoint does not: it was made in the middle of a round of callbacks, and
 * the rest of that round (records, conditions, the end of the training) would be missed by who goes on from
 * it. row->created_us is ignored.  The same id again changes nothing.  STORE_CONFLICT: the claim is lost. */
enum store_result store_checkpoint_insert(struct db *db, const struct checkpoint_row *row, struct error *err);

/* By id, or the newest saved at a path: `name` is either.  Checks the project. */
enum store_result store_checkpoint_read(struct db *db, const char *project, const char *job, const char *name,
                                        struct arena *arena, struct checkpoint_row *out, struct error *err);

struct checkpoint_filter {
    const char *project, *job;
    int64_t before_created_us; /* cursor; TIME_ABSENT: from the newest */
    const char *before_id;
    int64_t limit;
};
/* Newest first. */
enum store_result store_checkpoint_list(struct db *db, const struct checkpoint_filter *filter,
                                        store_checkpoint_fn *each, void *context, struct error *err);

/* What newer checkpoints at the same path of the job have replaced, but for the newest `keep` of each path
 * and the one the job would go on from. */
enum store_result store_checkpoint_superseded(struct db *db, const char *job, int64_t keep,
                                              store_checkpoint_fn *each, void *context, struct error *err);

/* Deletes the row; the caller then removes out_file.  The job's last_checkpoint becomes the newest automatic
 * one left. */
enum store_result store_checkpoint_delete(struct db *db, const char *project, const char *job, const char *id,
                                          struct arena *arena, const char **out_file, struct error *err);

#endif
