/* engine/data/write_file.h -- writes a file durably. */
#ifndef ENGINE_DATA_WRITE_FILE_H
#define ENGINE_DATA_WRITE_FILE_H

#include "engine/base/error.h"

struct write_part {
    const void *bytes;
    size_t length;
};

/* Creates or replaces `path` with the parts, one after the other, and flushes it to the disk; removes the
 * file when that fails. */
bool write_file(const char *path, const struct write_part *parts, size_t count, struct error *err);

#endif
