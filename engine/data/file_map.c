/* engine/data/file_map.c -- see file_map.h. */
#include "engine/data/file_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool map_descriptor(int descriptor, const char *path, struct file_map *out, struct error *err)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0)
        return RAISE_ERRNO(err, "could not read \"%s\"", path);
    if (!S_ISREG(status.st_mode))
        return RAISE(err, ERROR_IO, NULL, "\"%s\" is not a file", path);
    *out = (struct file_map){ .length = (size_t)status.st_size };
    if (out->length == 0)
        return true;
    out->bytes = mmap(NULL, out->length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (out->bytes == MAP_FAILED)
        return RAISE_ERRNO(err, "could not map \"%s\"", path);
    return true;
}

bool file_map_open(const char *path, struct file_map *out, struct error *err)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    bool mapped;

    if (descriptor < 0 && errno == ENOENT)
        return RAISE(err, ERROR_NOT_FOUND, NULL, "there is no file \"%s\"", path);
    if (descriptor < 0)
        return RAISE_ERRNO(err, "could not open \"%s\"", path);
    mapped = map_descriptor(descriptor, path, out, err);
    close(descriptor);
    return mapped;
}

void file_map_close(struct file_map *map)
{
    if (map->bytes)
        munmap(map->bytes, map->length);
    *map = (struct file_map){ 0 };
}
