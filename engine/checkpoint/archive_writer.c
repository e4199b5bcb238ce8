/* engine/checkpoint/archive_writer.c -- see archive_writer.h. */
#include "engine/checkpoint/archive_writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/base/write_file.h"

struct archive_writer {
    char path[PATH_MAX];      /* the destination */
    char temporary[PATH_MAX]; /* beside it; "" once renamed */
    int file;                 /* -1 when closed */
    struct archive *archive;
    struct sha256 *sha;
    uint64_t written;
    int failed_errno; /* of the first write that failed */
    bool discards;    /* nothing reaches the file any more */
};

/* Never tells libarchive of a failure: it would give up without releasing its buffer. */
static la_ssize_t write_block(struct archive *archive, void *context, const void *bytes, size_t length)
{
    struct archive_writer *writer = context;
    ssize_t done;

    (void)archive;
    if (writer->discards)
        return (la_ssize_t)length;
    do
        done = write(writer->file, bytes, length);
    while (done < 0 && errno == EINTR);
    if (done < 0) {
        writer->failed_errno = errno;
        writer->discards = true;
        return (la_ssize_t)length;
    }
    sha256_add(writer->sha, bytes, (size_t)done);
    writer->written += (uint64_t)done;
    return done;
}

static bool open_temporary(struct archive_writer *writer, struct error *err)
{
    static _Atomic unsigned counter;
    int length = snprintf(writer->temporary, sizeof(writer->temporary), "%s.%d-%u.partial", writer->path,
                          (int)getpid(), atomic_fetch_add(&counter, 1));

    if (length < 0 || (size_t)length >= sizeof(writer->temporary)) {
        writer->temporary[0] = '\0';
        return RAISE(err, ERROR_LIMIT, NULL, "the path of the checkpoint is too long");
    }
    writer->file = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (writer->file < 0) {
        writer->temporary[0] = '\0';
        return RAISE_ERRNO(err, "could not create a checkpoint file");
    }
    return true;
}

static bool raise_archive(struct archive_writer *writer, const char *what, struct error *err)
{
    if (writer->failed_errno) {
        errno = writer->failed_errno;
        return RAISE_ERRNO(err, "could not write the checkpoint");
    }
    return RAISE(err, ERROR_IO, NULL, "could not write %s: %s", what, archive_error_string(writer->archive));
}

struct archive_writer *archive_writer_open(const char *path, struct error *err)
{
    struct archive_writer *writer = memory_new(1, sizeof(*writer));

    writer->file = -1;
    if (strlen(path) >= sizeof(writer->path)) {
        RAISE(err, ERROR_LIMIT, NULL, "the path of the checkpoint is too long");
        goto failed;
    }
    memcpy(writer->path, path, strlen(path) + 1);
    if (!open_temporary(writer, err))
        goto failed;
    writer->sha = sha256_new();
    writer->archive = archive_write_new();
    if (!writer->archive || archive_write_set_format_ustar(writer->archive) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(writer->archive, 1) != ARCHIVE_OK ||
        archive_write_open(writer->archive, writer, NULL, write_block, NULL) != ARCHIVE_OK) {
        RAISE(err, ERROR_INTERNAL, NULL, "libarchive cannot write tar");
        goto failed;
    }
    return writer;
failed:
    archive_writer_close(writer);
    return NULL;
}

bool archive_writer_begin(struct archive_writer *writer, const char *name, uint64_t size, struct error *err)
{
    struct archive_entry *entry = archive_entry_new();
    int result;

    if (!entry || size > INT64_MAX) {
        archive_entry_free(entry);
        return RAISE(err, ERROR_LIMIT, NULL, "a checkpoint member of %llu bytes is too large",
                     (unsigned long long)size);
    }
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 0, 0);
    result = archive_write_header(writer->archive, entry);
    archive_entry_free(entry);
    return (result == ARCHIVE_OK && !writer->failed_errno) || raise_archive(writer, name, err);
}

bool archive_writer_put(struct archive_writer *writer, const void *bytes, size_t length, struct error *err)
{
    if (length &&
        (archive_write_data(writer->archive, bytes, length) != (la_ssize_t)length || writer->failed_errno))
        return raise_archive(writer, "a member", err);
    return true;
}

bool archive_writer_add(struct archive_writer *writer, const char *name, const struct archive_piece *pieces,
                        size_t count, struct error *err)
{
    uint64_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += pieces[i].length;
    if (!archive_writer_begin(writer, name, size, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!archive_writer_put(writer, pieces[i].bytes, pieces[i].length, err))
            return false;
    return true;
}

static bool sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    return sync_folder(folder);
}

bool archive_writer_commit(struct archive_writer *writer, uint64_t *out_bytes,
                           char out_sha256[SHA256_TEXT_BYTES], struct error *err)
{
    int file = writer->file;

    if (archive_write_close(writer->archive) != ARCHIVE_OK || writer->failed_errno)
        return raise_archive(writer, "the end", err);
    if (fsync(file) != 0)
        return RAISE_ERRNO(err, "could not sync the checkpoint");
    writer->file = -1;
    if (close(file) != 0)
        return RAISE_ERRNO(err, "could not close the checkpoint");
    if (rename(writer->temporary, writer->path) != 0)
        return RAISE_ERRNO(err, "could not put the checkpoint in its place");
    writer->temporary[0] = '\0';
    if (!sync_folder_of(writer->path))
        return RAISE_ERRNO(err, "could not sync the checkpoint folder");
    *out_bytes = writer->written;
    sha256_text(writer->sha, out_sha256);
    return true;
}

void archive_writer_close(struct archive_writer *writer)
{
    if (!writer)
        return;
    writer->discards = true; /* an unfinished archive is thrown away, not completed */
    archive_write_free(writer->archive);
    if (writer->file >= 0)
        close(writer->file);
    if (writer->temporary[0])
        unlink(writer->temporary);
    sha256_free(writer->sha);
    free(writer);
}
