/* engine/checkpoint/archive_reader.h -- reads the members of a checkpoint, trusting nothing.
 *
 * Only an uncompressed tar is read; members must be regular files with plain names, none twice, each
 * within its bound.  The whole file is mapped; members are views into that mapping and live as long
 * as the reader.  One thread uses a reader. */
#ifndef ENGINE_CHECKPOINT_ARCHIVE_READER_H
#define ENGINE_CHECKPOINT_ARCHIVE_READER_H

#include <stdint.h>

#include "engine/base/error.h"

struct archive_reader;

struct archive_member {
    const char *name;
    const void *bytes;
    size_t length;
    uint64_t offset; /* of the bytes in the file */
};

enum { ARCHIVE_MEMBERS_MAX = 4096 };

/* ERROR_NOT_FOUND when there is no such file, ERROR_CORRUPT when it is not an archive of ours. */
struct archive_reader *archive_reader_open(const char *path, struct error *err);
const struct archive_member *archive_reader_find(const struct archive_reader *reader,
                                                 const char *name); /* NULL: none */
const struct archive_member *archive_reader_members(const struct archive_reader *reader, size_t *out_count);
void archive_reader_close(struct archive_reader *reader); /* accepts NULL */

#endif
