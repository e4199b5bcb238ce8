/* server/store/datasets.h -- the table datasets: what can be trained on, by project and name. */
#ifndef SERVER_STORE_DATASETS_H
#define SERVER_STORE_DATASETS_H

#include "engine/base/arena.h"
#include "server/store/db.h"

struct dataset_row {
    const char *project, *name;
    const char *sources; /* JSON array: name, shape, dtype of each */
    int64_t examples, bytes;
    char sha256[65];    /* hexadecimal; of the whole dataset */
    const char *folder; /* its place below the dataset folder, unique */
    int64_t created_us, changed_us;
};
typedef void store_dataset_fn(void *context, const struct dataset_row *row);

/* Creates or replaces.  out_old_folder is what the caller may remove now; NULL when the dataset is new.
 * expected_sha256: replace only that version ("": only create; NULL: whatever is there); else STORE_CONFLICT.
 */
enum store_result store_dataset_put(struct db *db, const struct dataset_row *row, const char *expected_sha256,
                                    struct arena *arena, const char **out_old_folder, struct error *err);
enum store_result store_dataset_read(struct db *db, const char *project, const char *name,
                                     struct arena *arena, struct dataset_row *out, struct error *err);
/* By name, after `after_name` ("" or NULL: from the first). */
enum store_result store_dataset_list(struct db *db, const char *project, const char *after_name,
                                     int64_t limit, store_dataset_fn *each, void *context, struct error *err);
/* The folders of all datasets of all projects, in order of their names; copies in `arena`. */
enum store_result store_dataset_folders(struct db *db, struct arena *arena, const char ***out,
                                        size_t *out_count, struct error *err);
/* STORE_CONFLICT: a job that has not ended needs it. */
enum store_result store_dataset_delete(struct db *db, const char *project, const char *name,
                                       struct arena *arena, const char **out_folder, struct error *err);

#endif
