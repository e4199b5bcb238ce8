/* server/datasets.h -- stored datasets: files in DATA/datasets, rows in the table datasets.
 *
 * A dataset is a folder of its own, DATA/datasets/ID, with one .npy file per source, never changed once its
 * row names it: replacing a dataset makes a new folder.  Who has a dataset open keeps what it opened. The
 * datasets that ship with Kiln are in every project, and cannot be replaced. Thread-safe; each call uses the
 * caller's own `db`. */
#ifndef SERVER_DATASETS_H
#define SERVER_DATASETS_H

#include "engine/run.h"
#include "server/store/datasets.h"
#include "server/store/db_pool.h"

struct datasets;

/* Makes DATA/datasets when it is missing.  `importer` is kilnd itself (dataset_import.h; borrowed); NULL:
 * HDF5 is refused. */
struct datasets *datasets_open(const char *data_folder, struct db_pool *pool, const char *importer,
                               struct error *err);
/* Every dataset that was handed out may live on.  Accepts NULL. */
void datasets_close(struct datasets *datasets);

/* Removes what earlier processes left behind when they ended in the middle of an upload: files half written,
 * and whole folders whose row was never made.  Once, before uploads are taken.  `alone`: no other server can
 * exist; else only what is an hour old is removed.  False: the rows could not be read, nothing was removed.
 */
bool datasets_collect(struct datasets *datasets, struct db_pool *pool, bool alone, size_t *out_removed,
                      struct error *err);

/* Where bodies of uploads are to be streamed: on the same disk. */
const char *datasets_incoming_folder(const struct datasets *datasets);

/* What a project can train on: the context of a struct dataset_source, borrowed by it. */
struct dataset_scope {
    struct datasets *datasets;
    const char *project;
};
struct dataset_source datasets_source(struct dataset_scope *scope);

/* The row of a stored dataset, or of one that ships with Kiln (no folder, no times); ERROR_NOT_FOUND when
 * there is none. */
bool datasets_find_row(const struct datasets *datasets, struct db *db, const char *project, const char *name,
                       struct arena *arena, struct dataset_row *out, struct error *err);
/* The one at that place among those that ship with Kiln, by name; NULL behind the last. */
const struct dataset_row *datasets_shipped_at(const struct datasets *datasets, size_t index);
/* ERROR_STATE when one ships under that name. */
bool datasets_may_change(const struct datasets *datasets, const char *name, struct error *err);
/* By name, the shipped ones among them, after `after_name` (NULL: from the first). */
enum store_result datasets_list(const struct datasets *datasets, struct db *db, const char *project,
                                const char *after_name, int64_t limit, store_dataset_fn *each, void *context,
                                struct error *err);
/* Everything that the content decides: sources, examples, bytes, digest.  The rest is absent. */
void dataset_fill_row(const struct dataset *dataset, struct arena *arena, struct dataset_row *out);

/* A new reference to what a row's folder holds: its files are mapped once for all who use them at a time. */
struct dataset *datasets_open_folder(struct datasets *datasets, const char *folder, struct error *err);
const char *datasets_root(const struct datasets *datasets);
const char *datasets_importer(const struct datasets *datasets);

struct dataset_upload {
    const char *project, *name;
    const char *source;   /* this source alone, npy or IDX; NULL: the whole dataset: npz, HDF5 or CSV */
    const char *target;   /* CSV: the column of classes; NULL: none */
    const char *expected; /* SHA-256 of the version to replace; "": only create; NULL: whatever is there */
    const void *bytes;    /* the format is told by the first ones; gzip is accepted */
    size_t length;
};
enum dataset_put {
    DATASET_CREATED,
    DATASET_REPLACED,
    DATASET_CHANGED, /* it is not the expected version: nothing was stored; err is untouched */
    DATASET_FAILED,  /* nothing was stored; err says why */
};
/* Parses what was uploaded, stores it durably.  The texts of *out live in the arena. */
enum dataset_put datasets_put(struct datasets *datasets, struct db *db, const struct dataset_upload *upload,
                              struct arena *arena, struct dataset_row *out, struct error *err);

/* ERROR_NOT_FOUND; ERROR_STATE for one that ships with Kiln or that a job needs which has not ended. */
bool datasets_delete(struct datasets *datasets, struct db *db, const char *project, const char *name,
                     struct error *err);

#endif
