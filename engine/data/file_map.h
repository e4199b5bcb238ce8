/* engine/data/file_map.h -- the bytes of a file, mapped read-only.
 *
 * Files that other processes may shorten meanwhile must not be mapped: reading on would end the process. */
#ifndef ENGINE_DATA_FILE_MAP_H
#define ENGINE_DATA_FILE_MAP_H

#include "engine/base/error.h"

struct file_map {
    void *bytes; /* NULL for an empty file */
    size_t length;
};

bool file_map_open(const char *path, struct file_map *out, struct error *err);
void file_map_close(struct file_map *map);

#endif
