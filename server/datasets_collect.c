/* server/datasets_collect.c -- removes folders of datasets that nobody will ever look for; see datasets.h. */
#include "server/datasets.h"

#include <stdlib.h>
#include <string.h>

#include "server/dataset_files.h"

enum { POOL_WAIT_MS = 1000, SHARED_AGE_S_MIN = 3600 };

struct folders {
    const char **names; /* in order */
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_named(void *context, const char *name)
{
    const struct folders *folders = context;

    return folders->count > 0 &&
           bsearch(&name, folders->names, folders->count, sizeof(*folders->names), by_name);
}

bool datasets_collect(struct datasets *datasets, struct db_pool *pool, bool alone, size_t *out_removed,
                      struct error *err)
{
    struct db *db = db_pool_take(pool, POOL_WAIT_MS, err);
    struct arena arena = { 0 };
    struct folders folders = { 0 };
    bool known;

    *out_removed = 0;
    if (!db)
        return false;
    known = store_dataset_folders(db, &arena, &folders.names, &folders.count, err) == STORE_OK;
    db_pool_give(pool, db);
    if (known)
        *out_removed =
            dataset_files_collect(datasets_root(datasets), alone ? 0 : SHARED_AGE_S_MIN, is_named, &folders);
    arena_fini(&arena);
    return known;
}
