/* engine/checkpoint/archive_writer.h -- writes a tar that is complete or not there at all.
 *
 * Members go to a temporary file beside the destination, hashed on the way.  commit makes it durable
 * (fsync), renames it over the destination and makes the rename durable (fsync of the folder).
 * Equal members give equal bytes: no times, owners or names of this machine are stored.
 * One thread uses a writer. */
#ifndef ENGINE_CHECKPOINT_ARCHIVE_WRITER_H
#define ENGINE_CHECKPOINT_ARCHIVE_WRITER_H

#include <stdint.h>

#include "engine/base/error.h"
#include "engine/checkpoint/sha256.h"

struct archive_writer;

/* A piece of a member; the bytes are only looked at during the call. */
struct archive_piece {
    const void *bytes;
    size_t length;
};

/* NULL with err: the folder is missing, full or not writable. */
struct archive_writer *archive_writer_open(const char *path, struct error *err);

/* Appends one member made of `pieces`. */
bool archive_writer_add(struct archive_writer *writer, const char *name, const struct archive_piece *pieces,
                        size_t count, struct error *err);

/* Appends a member whose bytes a function produces, in as many calls of archive_writer_put as it likes;
 * `size` is exact. */
bool archive_writer_begin(struct archive_writer *writer, const char *name, uint64_t size, struct error *err);
bool archive_writer_put(struct archive_writer *writer, const void *bytes, size_t length, struct error *err);

/* Finishes the file and puts it in its place; size and digest are those of the whole file. */
bool archive_writer_commit(struct archive_writer *writer, uint64_t *out_bytes,
                           char out_sha256[SHA256_TEXT_BYTES], struct error *err);

/* Without a commit: removes the temporary file.  Accepts NULL. */
void archive_writer_close(struct archive_writer *writer);

#endif
