/* server/nameless_file.c -- see nameless_file.h. */
#include "server/nameless_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/write_file.h"

/* For file systems that cannot make one without a name. */
static int open_and_unlink(const char *folder)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/nameless-XXXXXX", folder), file;

    if (length < 0 || (size_t)length >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}

int nameless_file_open(const char *folder, struct error *err)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
        file = open_and_unlink(folder);
    if (file < 0)
        RAISE_ERRNO(err, "could not make a file in \"%s\"", folder);
    return file;
}

bool nameless_file_write(int file, const void *bytes, size_t length, struct error *err)
{
    return write_all(file, bytes, length) || RAISE_ERRNO(err, "could not write an upload");
}
