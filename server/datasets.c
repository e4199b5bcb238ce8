/* server/datasets.c -- see datasets.h. */
#include "server/datasets.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/memory.h"
#include "engine/data/shipped_dataset.h"
#include "server/dataset_files.h"

enum { OPEN_MAX = 16, SHIPPED_MAX = 8, POOL_WAIT_MS = 1000, OPEN_TRIES_MAX = 8 };

/* A dataset that somebody has opened, or had not long ago. */
struct open_dataset {
    char folder[IDENTIFIER_TEXT_BYTES]; /* "": free */
    struct dataset *dataset;
    uint64_t used; /* when, in calls */
};

/* One that is part of the binary. */
struct shipped {
    struct dataset *dataset;
    struct dataset_row row; /* without project and folder */
};

struct datasets {
    struct arena arena;
    struct shipped shipped[SHIPPED_MAX]; /* in the order of their names */
    size_t shipped_count;
    char root[PATH_MAX], incoming[PATH_MAX];
    struct db_pool *pool;
    const char *importer;
    pthread_mutex_t lock; /* guards what follows */
    struct open_dataset open[OPEN_MAX];
    uint64_t calls;
};

static bool make_folder(char out[PATH_MAX], const char *parent, const char *name, struct error *err)
{
    int length = snprintf(out, PATH_MAX, "%s/%s", parent, name);

    if (length < 0 || length >= PATH_MAX - NAME_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "the path of the data folder is too long");
    return mkdir(out, 0700) == 0 || errno == EEXIST || RAISE_ERRNO(err, "could not make \"%s\"", out);
}

static bool open_shipped(struct datasets *datasets, struct error *err)
{
    for (size_t i = 0; shipped_datasets[i]; i++) {
        struct shipped *shipped = &datasets->shipped[i];

        assert(i < SHIPPED_MAX && (i == 0 || strcmp(shipped_datasets[i - 1], shipped_datasets[i]) < 0));
        if (!dataset_open_shipped(shipped_datasets[i], &shipped->dataset, err))
            return false;
        dataset_fill_row(shipped->dataset, &datasets->arena, &shipped->row);
        shipped->row.name = shipped_datasets[i];
        shipped->row.created_us = shipped->row.changed_us = TIME_ABSENT;
        datasets->shipped_count++;
    }
    return true;
}

static const struct shipped *find_shipped(const struct datasets *datasets, const char *name)
{
    for (size_t i = 0; i < datasets->shipped_count; i++)
        if (strcmp(datasets->shipped[i].row.name, name) == 0)
            return &datasets->shipped[i];
    return NULL;
}

const struct dataset_row *datasets_shipped_at(const struct datasets *datasets, size_t index)
{
    return index < datasets->shipped_count ? &datasets->shipped[index].row : NULL;
}

bool datasets_may_change(const struct datasets *datasets, const char *name, struct error *err)
{
    if (!find_shipped(datasets, name))
        return true;
    RAISE(err, ERROR_STATE, NULL, "the dataset \"%s\" ships with Kiln and stays as it is", name);
    return error_hint(err, "Choose another name.");
}

struct datasets *datasets_open(const char *data_folder, struct db_pool *pool, const char *importer,
                               struct error *err)
{
    struct datasets *datasets = memory_new(1, sizeof(*datasets));

    datasets->pool = pool;
    datasets->importer = importer;
    pthread_mutex_init(&datasets->lock, NULL);
    if (!make_folder(datasets->root, data_folder, "datasets", err) ||
        !make_folder(datasets->incoming, data_folder, "incoming", err) || !open_shipped(datasets, err)) {
        datasets_close(datasets);
        return NULL;
    }
    return datasets;
}

void datasets_close(struct datasets *datasets)
{
    if (!datasets)
        return;
    for (size_t i = 0; i < OPEN_MAX; i++)
        dataset_unref(datasets->open[i].dataset);
    for (size_t i = 0; i < datasets->shipped_count; i++)
        dataset_unref(datasets->shipped[i].dataset);
    arena_fini(&datasets->arena);
    pthread_mutex_destroy(&datasets->lock);
    free(datasets);
}

const char *datasets_root(const struct datasets *datasets)
{
    return datasets->root;
}

const char *datasets_importer(const struct datasets *datasets)
{
    return datasets->importer;
}

const char *datasets_incoming_folder(const struct datasets *datasets)
{
    return datasets->incoming;
}

/* The entry of `folder`, or the one to be used for it: the one used longest ago. */
static struct open_dataset *find_entry(struct datasets *datasets, const char *folder)
{
    struct open_dataset *oldest = &datasets->open[0];

    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (strcmp(datasets->open[i].folder, folder) == 0)
            return &datasets->open[i];
        if (datasets->open[i].used < oldest->used)
            oldest = &datasets->open[i];
    }
    return oldest;
}

struct dataset *datasets_open_folder(struct datasets *datasets, const char *folder, struct error *err)
{
    struct open_dataset *entry;
    struct dataset *dataset = NULL;

    pthread_mutex_lock(&datasets->lock);
    entry = find_entry(datasets, folder);
    if (strcmp(entry->folder, folder) != 0) {
        dataset = dataset_files_open(datasets->root, folder, err);
        if (!dataset)
            goto done;
        dataset_unref(entry->dataset);
        entry->dataset = dataset;
        snprintf(entry->folder, sizeof(entry->folder), "%s", folder);
    }
    entry->used = ++datasets->calls;
    dataset = dataset_ref(entry->dataset);
done:
    pthread_mutex_unlock(&datasets->lock);
    return dataset;
}

bool datasets_find_row(const struct datasets *datasets, struct db *db, const char *project, const char *name,
                       struct arena *arena, struct dataset_row *out, struct error *err)
{
    const struct shipped *shipped = find_shipped(datasets, name);
    enum store_result result = shipped ? STORE_OK : store_dataset_read(db, project, name, arena, out, err);

    if (shipped)
        *out = shipped->row;
    if (result == STORE_NONE)
        return RAISE(err, ERROR_NOT_FOUND, NULL, "there is no dataset \"%s\"", name);
    return result == STORE_OK;
}

/* Between reading the row and opening the files the dataset may be replaced: then the new row is read. */
static bool open_named(void *context, const char *name, struct dataset **out, struct error *err)
{
    const struct dataset_scope *scope = context;
    struct datasets *datasets = scope->datasets;
    const struct shipped *shipped = find_shipped(datasets, name);
    struct db *db;
    bool found;

    *out = shipped ? dataset_ref(shipped->dataset) : NULL;
    if (shipped)
        return true;
    db = db_pool_take(datasets->pool, POOL_WAIT_MS, err);
    found = db != NULL;
    for (int tries = 0; found && !*out && tries < OPEN_TRIES_MAX; tries++) {
        struct arena arena = { 0 };
        struct dataset_row row;

        found = datasets_find_row(datasets, db, scope->project, name, &arena, &row, err);
        if (found)
            *out = datasets_open_folder(datasets, row.folder, err);
        arena_fini(&arena);
        if (!*out && err->code != ERROR_NOT_FOUND)
            break;
    }
    db_pool_give(datasets->pool, db);
    return *out != NULL;
}

struct dataset_source datasets_source(struct dataset_scope *scope)
{
    return (struct dataset_source){ .context = scope, .open = open_named };
}
