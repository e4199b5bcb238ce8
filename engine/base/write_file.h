/* engine/base/write_file.h -- writes whole files, and sees to it that they are on the disk. */
#ifndef ENGINE_BASE_WRITE_FILE_H
#define ENGINE_BASE_WRITE_FILE_H

#include "engine/base/error.h"

struct write_part {
    const void *bytes;
    size_t length;
};

/* Creates or replaces `path` with the parts, one after the other, and flushes it to the disk; removes the
 * file when that fails. */
bool write_file(const char *path, const struct write_part *parts, size_t count, struct error *err);

/* The same for what a folder lists: who is in it, under which name.  False with errno set. */
bool sync_folder(const char *folder);

/* Writes all bytes to a descriptor, which only a failure keeps it from.  False with errno set. */
bool write_all(int descriptor, const void *bytes, size_t length);

#endif
