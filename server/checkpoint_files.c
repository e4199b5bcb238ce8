/* server/checkpoint_files.c -- see checkpoint_files.h.  Everything is opened relative to the folder's handle.
 */
#include "server/checkpoint_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/checkpoint/sha256.h"

enum { PIECE_BYTES = 1 << 16 };

struct checkpoint_files {
    int folder;
    char path[PATH_MAX];
};

struct checkpoint_files *checkpoint_files_open(const char *data_folder, struct error *err)
{
    struct checkpoint_files *files = memory_new(1, sizeof(*files));
    int length = snprintf(files->path, sizeof(files->path), "%s/checkpoints", data_folder);

    files->folder = -1;
    if (length < 0 || (size_t)length >= sizeof(files->path) - CHECKPOINT_FILE_BYTES) {
        RAISE(err, ERROR_LIMIT, NULL, "the path of the data folder is too long");
        goto failed;
    }
    if (mkdir(files->path, 0700) != 0 && errno != EEXIST) {
        RAISE_ERRNO(err, "could not make %s", files->path);
        goto failed;
    }
    files->folder = open(files->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (files->folder < 0) {
        RAISE_ERRNO(err, "could not open %s", files->path);
        goto failed;
    }
    return files;
failed:
    checkpoint_files_close(files);
    return NULL;
}

void checkpoint_files_close(struct checkpoint_files *files)
{
    if (!files)
        return;
    if (files->folder >= 0)
        close(files->folder);
    free(files);
}

bool checkpoint_files_place(struct checkpoint_files *files, const char *job, const char *checkpoint,
                            char out_file[CHECKPOINT_FILE_BYTES], char out_path[PATH_MAX], struct error *err)
{
    if (!identifier_valid(job) || !identifier_valid(checkpoint))
        return RAISE(err, ERROR_INTERNAL, NULL, "a checkpoint without identifiers");
    if (mkdirat(files->folder, job, 0700) == 0) {
        if (fsync(files->folder) != 0)
            return RAISE_ERRNO(err, "could not sync the checkpoint folder");
    } else if (errno != EEXIST) {
        return RAISE_ERRNO(err, "could not make the job's checkpoint folder");
    }
    snprintf(out_file, CHECKPOINT_FILE_BYTES, "%s/%s.tar", job, checkpoint);
    snprintf(out_path, PATH_MAX, "%.*s/%s", (int)sizeof(files->path) - CHECKPOINT_FILE_BYTES - 2, files->path,
             out_file);
    return true;
}

/* "JOB/CHECKPOINT.tar" and nothing else. */
static bool file_is_ours(const char *file)
{
    char job[IDENTIFIER_TEXT_BYTES], checkpoint[IDENTIFIER_TEXT_BYTES];
    size_t id = IDENTIFIER_TEXT_BYTES - 1;

    if (strlen(file) != 2 * id + 5 || file[id] != '/' || strcmp(file + 2 * id + 1, ".tar") != 0)
        return false;
    snprintf(job, sizeof(job), "%.*s", (int)id, file);
    snprintf(checkpoint, sizeof(checkpoint), "%.*s", (int)id, file + id + 1);
    return identifier_valid(job) && identifier_valid(checkpoint);
}

static bool check_file(const char *file, struct error *err)
{
    return file_is_ours(file) || RAISE(err, ERROR_CORRUPT, NULL, "a checkpoint row names no file of ours");
}

bool checkpoint_files_path(const struct checkpoint_files *files, const char *file, char out_path[PATH_MAX],
                           struct error *err)
{
    if (!check_file(file, err))
        return false;
    snprintf(out_path, PATH_MAX, "%.*s/%s", (int)sizeof(files->path) - CHECKPOINT_FILE_BYTES - 2, files->path,
             file);
    return true;
}

int checkpoint_files_descriptor(const struct checkpoint_files *files, const char *file, struct error *err)
{
    int descriptor;

    if (!check_file(file, err))
        return -1;
    descriptor = openat(files->folder, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor >= 0)
        return descriptor;
    if (errno == ENOENT)
        RAISE(err, ERROR_NOT_FOUND, NULL, "the checkpoint's file is gone");
    else
        RAISE_ERRNO(err, "could not open the checkpoint");
    return -1;
}

static bool digest_file(int descriptor, char out[SHA256_TEXT_BYTES], struct error *err)
{
    struct sha256 *sha = sha256_new();
    char *piece = memory_new(PIECE_BYTES, 1);
    ssize_t count;

    while ((count = read(descriptor, piece, PIECE_BYTES)) > 0 || (count < 0 && errno == EINTR))
        if (count > 0)
            sha256_add(sha, piece, (size_t)count);
    if (count < 0)
        RAISE_ERRNO(err, "could not read a checkpoint");
    sha256_text(sha, out);
    sha256_free(sha);
    free(piece);
    return count == 0;
}

bool checkpoint_files_check(const struct checkpoint_files *files, const char *file, int64_t bytes,
                            const char *sha256, struct error *err)
{
    int descriptor = checkpoint_files_descriptor(files, file, err);
    char digest[SHA256_TEXT_BYTES];
    struct stat status;
    bool whole;

    if (descriptor < 0)
        return false;
    if (fstat(descriptor, &status) != 0)
        whole = RAISE_ERRNO(err, "could not look at a checkpoint");
    else if (status.st_size != bytes)
        whole = RAISE(err, ERROR_CORRUPT, NULL, "%s has %lld bytes instead of %lld", file,
                      (long long)status.st_size, (long long)bytes);
    else
        whole = digest_file(descriptor, digest, err) &&
                (strcmp(digest, sha256) == 0 ||
                 RAISE(err, ERROR_CORRUPT, NULL, "%s does not have the digest it was stored with", file));
    close(descriptor);
    return whole;
}

bool checkpoint_files_remove(struct checkpoint_files *files, const char *file, struct error *err)
{
    if (!check_file(file, err))
        return false;
    return unlinkat(files->folder, file, 0) == 0 || errno == ENOENT ||
           RAISE_ERRNO(err, "could not remove a checkpoint");
}

/* -1 without `err` when the job has none. */
static int open_job(const struct checkpoint_files *files, const char *job, struct error *err)
{
    int folder;

    *err = (struct error){ 0 };
    if (!identifier_valid(job)) {
        RAISE(err, ERROR_INTERNAL, NULL, "a job without identifier");
        return -1;
    }
    folder = openat(files->folder, job, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 && errno != ENOENT)
        RAISE_ERRNO(err, "could not open a checkpoint folder");
    return folder;
}

bool checkpoint_files_collect(struct checkpoint_files *files, const char *job,
                              bool (*named)(void *context, const char *file), void *context,
                              size_t *out_removed, struct error *err)
{
    int folder = open_job(files, job, err);
    DIR *opened;
    bool good = true;

    *out_removed = 0;
    if (folder < 0)
        return err->code == ERROR_NONE;
    opened = fdopendir(folder);
    if (!opened) {
        close(folder);
        return RAISE_ERRNO(err, "could not read a checkpoint folder");
    }
    for (struct dirent *entry; good && (entry = readdir(opened));) {
        char file[IDENTIFIER_TEXT_BYTES + NAME_MAX + 1];

        snprintf(file, sizeof(file), "%s/%s", job, entry->d_name);
        if (entry->d_name[0] == '.' || (named && named(context, file)))
            continue;
        good = unlinkat(folder, entry->d_name, 0) == 0 || errno == ENOENT ||
               RAISE_ERRNO(err, "could not remove a checkpoint");
        *out_removed += good;
    }
    closedir(opened);
    return good;
}

bool checkpoint_files_remove_job(struct checkpoint_files *files, const char *job, struct error *err)
{
    size_t removed;

    if (!checkpoint_files_collect(files, job, NULL, NULL, &removed, err))
        return false;
    return unlinkat(files->folder, job, AT_REMOVEDIR) == 0 || errno == ENOENT ||
           RAISE_ERRNO(err, "could not remove a checkpoint folder");
}

bool checkpoint_files_free_bytes(const struct checkpoint_files *files, uint64_t *out_bytes, struct error *err)
{
    struct statvfs status;

    if (fstatvfs(files->folder, &status) != 0)
        return RAISE_ERRNO(err, "could not ask for free space");
    *out_bytes = (uint64_t)status.f_bavail * status.f_frsize;
    return true;
}
