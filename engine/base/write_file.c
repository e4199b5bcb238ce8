/* engine/base/write_file.c -- see write_file.h. */
#include "engine/base/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool write_all(int descriptor, const void *bytes, size_t length)
{
    const size_t once_max = (size_t)1 << 30; /* write() takes no more than about 2 GiB */
    const char *at = bytes;

    while (length > 0) {
        const ssize_t written = write(descriptor, at, length < once_max ? length : once_max);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
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

bool sync_folder(const char *folder)
{
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced;
    int reason;

    if (descriptor < 0)
        return false;
    synced = fsync(descriptor) == 0;
    reason = errno;
    close(descriptor);
    errno = reason;
    return synced;
}
