/* server/dataset_files.c -- see dataset_files.h. */
#include "server/dataset_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/path.h"
#include "engine/base/write_file.h"
#include "engine/data/dataset_folder.h"
#include "engine/data/npy.h"
#include "server/identifier.h"

#define UNFINISHED "new-" /* the prefix of folders that are being written */

bool dataset_files_write(const char *root, const char *name, const struct dataset *dataset, struct error *err)
{
    char unfinished[PATH_MAX], finished[PATH_MAX], prefixed[NAME_MAX];
    struct error ignored;

    if (!path_format(unfinished, err, "%s/" UNFINISHED "%s", root, name) ||
        !path_format(finished, err, "%s/%s", root, name))
        return false;
    if (mkdir(unfinished, 0700) != 0)
        return RAISE_ERRNO(err, "could not make \"%s\"", unfinished);
    if (dataset_save_folder(dataset, unfinished, err)) {
        if (rename(unfinished, finished) != 0)
            RAISE_ERRNO(err, "could not rename \"%s\"", unfinished);
        else if (!sync_folder(root))
            RAISE_ERRNO(err, "could not sync \"%s\"", root);
        else
            return true;
    }
    snprintf(prefixed, sizeof(prefixed), UNFINISHED "%s", name);
    dataset_files_remove(root, prefixed, &ignored);
    dataset_files_remove(root, name, &ignored);
    return false;
}

struct dataset *dataset_files_open(const char *root, const char *name, struct error *err)
{
    struct dataset *dataset = NULL;
    char folder[PATH_MAX];

    return path_format(folder, err, "%s/%s", root, name) && dataset_open_folder(folder, &dataset, err)
               ? dataset
               : NULL;
}

bool dataset_files_remove(const char *root, const char *name, struct error *err)
{
    char folder[PATH_MAX];
    struct dirent *entry;
    DIR *listing;

    if (!path_format(folder, err, "%s/%s", root, name))
        return false;
    listing = opendir(folder);
    if (!listing)
        return errno == ENOENT || RAISE_ERRNO(err, "could not open \"%s\"", folder);
    while ((entry = readdir(listing)))
        unlinkat(dirfd(listing), entry->d_name, 0); /* "." and ".." refuse; what else is left, rmdir tells */
    closedir(listing);
    return rmdir(folder) == 0 || RAISE_ERRNO(err, "could not remove \"%s\"", folder);
}

/* Nobody has changed it for that long. */
static bool is_old(DIR *listing, const char *name, int64_t age_s_min)
{
    struct stat status;

    return fstatat(dirfd(listing), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           (int64_t)time(NULL) - (int64_t)status.st_mtim.tv_sec >= age_s_min;
}

size_t dataset_files_collect(const char *root, int64_t age_s_min, dataset_files_named_fn *named,
                             void *context)
{
    DIR *listing = opendir(root);
    struct dirent *entry;
    struct error ignored;
    size_t removed = 0;

    if (!listing)
        return 0;
    while ((entry = readdir(listing))) {
        const bool unfinished = strncmp(entry->d_name, UNFINISHED, strlen(UNFINISHED)) == 0;

        if (unfinished ? !is_old(listing, entry->d_name, age_s_min)
                       : !identifier_valid(entry->d_name) || named(context, entry->d_name) ||
                             !is_old(listing, entry->d_name, age_s_min))
            continue;
        removed += dataset_files_remove(root, entry->d_name, &ignored);
    }
    closedir(listing);
    return removed;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct source *const *)a)->name, (*(const struct source *const *)b)->name);
}

void dataset_digest(const struct dataset *dataset, char out[SHA256_TEXT_BYTES])
{
    const struct source *sources[DATASET_SOURCES_MAX];
    struct sha256 *sha = sha256_new();

    for (size_t i = 0; i < dataset->source_count; i++)
        sources[i] = &dataset->sources[i];
    qsort(sources, dataset->source_count, sizeof(*sources), by_name);
    for (size_t i = 0; i < dataset->source_count; i++) {
        const struct tensor *tensor = &sources[i]->array.tensor;
        struct text header = { 0 };

        npy_header_write(tensor->dtype, &tensor->shape, &header);
        sha256_add(sha, sources[i]->name, strlen(sources[i]->name) + 1);
        sha256_add(sha, header.bytes, header.length);
        sha256_add(sha, tensor->data, tensor_bytes(tensor));
        text_fini(&header);
        if (sources[i]->offsets)
            sha256_add(sha, sources[i]->shapes.tensor.data, tensor_bytes(&sources[i]->shapes.tensor));
    }
    sha256_text(sha, out);
    sha256_free(sha);
}
