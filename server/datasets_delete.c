/* server/datasets_delete.c -- deletes a dataset; see datasets.h. */
#include "server/dataset_files.h"
#include "server/datasets.h"

bool datasets_delete(struct datasets *datasets, struct db *db, const char *project, const char *name,
                     struct error *err)
{
    struct arena arena = { 0 };
    const char *folder = NULL;
    struct error ignored;
    bool deleted = false;

    if (!datasets_may_change(datasets, name, err))
        return false;
    switch (store_dataset_delete(db, project, name, &arena, &folder, err)) {
    case STORE_OK:
        deleted = true;
        dataset_files_remove(datasets_root(datasets), folder, &ignored);
        break;
    case STORE_NONE:
        RAISE(err, ERROR_NOT_FOUND, NULL, "there is no dataset \"%s\"", name);
        break;
    case STORE_CONFLICT:
        RAISE(err, ERROR_STATE, NULL, "the dataset \"%s\" is used by a job that has not ended", name);
        break;
    case STORE_UNAVAILABLE:
    case STORE_FAILED:
        break;
    }
    arena_fini(&arena);
    return deleted;
}
