/* engine/data/npy_write.c -- writes NumPy's array format. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "engine/data/npy.h"

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    const size_t part_max = (size_t)1 << 30;

    while (length > 0) {
        const ssize_t written = write(descriptor, bytes, length < part_max ? length : part_max);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

bool npy_write_file(const char *path, const struct tensor *tensor, struct error *err)
{
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    struct text header = { 0 };
    bool written;

    if (descriptor < 0)
        return RAISE_ERRNO(err, "could not create \"%s\"", path);
    npy_header_write(tensor->dtype, &tensor->shape, &header);
    written = write_all(descriptor, header.bytes, header.length) &&
              write_all(descriptor, tensor->data, tensor_bytes(tensor)) && fsync(descriptor) == 0;
    if (!written)
        RAISE_ERRNO(err, "could not write \"%s\"", path);
    if (close(descriptor) != 0 && written)
        written = RAISE_ERRNO(err, "could not write \"%s\"", path);
    if (!written)
        unlink(path);
    text_fini(&header);
    return written;
}
