/* engine/data/write_file.c -- see write_file.h. */
#include "engine/data/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    const size_t once_max = (size_t)1 << 30; /* write() takes no more than about 2 GiB */

    while (length > 0) {
        const ssize_t written = write(descriptor, bytes, length < once_max ? length : once_max);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

bool write_file(const char *path, const struct write_part *parts, size_t count, struct error *err)
{
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool written = descriptor >= 0;

    if (!written)
        return RAISE_ERRNO(err, "could not create \"%s\"", path);
    for (size_t i = 0; written && i < count; i++)
        written = write_all(descriptor, parts[i].bytes, parts[i].length);
    written = written && fsync(descriptor) == 0;
    if (!written)
        RAISE_ERRNO(err, "could not write \"%s\"", path);
    if (close(descriptor) != 0 && written)
        written = RAISE_ERRNO(err, "could not write \"%s\"", path);
    if (!written)
        unlink(path);
    return written;
}
