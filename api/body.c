/* api/body.c -- see body.h. */
#include "api/body.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SWALLOWED_BYTES_MAX = 16 * 1024 * 1024 };

void body_init(struct body *body, uint64_t bytes_max)
{
    *body = (struct body){ .bytes_max = bytes_max, .file = -1 };
}

bool body_to_file(struct body *body, const char *folder, struct error *err)
{
    int length = snprintf(body->path, sizeof(body->path), "%s/" BODY_FILE_PREFIX "XXXXXX", folder);

    if (length < 0 || (size_t)length >= sizeof(body->path))
        return RAISE(err, ERROR_IO, NULL, "the path of the upload folder is too long");
    body->file = mkostemp(body->path, O_CLOEXEC);
    if (body->file < 0) {
        body->path[0] = '\0';
        return RAISE_ERRNO(err, "could not create a file in \"%s\"", folder);
    }
    return true;
}

static bool write_all(int file, const char *bytes, size_t length, struct error *err)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return RAISE_ERRNO(err, "could not write an upload");
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

bool body_add(struct body *body, const char *bytes, size_t length)
{
    body->bytes += length;
    if (body->bytes > body->bytes_max) {
        body->too_large = true;
        text_fini(&body->memory);
        return body->bytes - body->bytes_max <= SWALLOWED_BYTES_MAX;
    }
    if (body->error.code != ERROR_NONE)
        return true;
    if (body->file < 0)
        text_add_n(&body->memory, bytes, length);
    else
        write_all(body->file, bytes, length, &body->error);
    return true;
}

bool body_end(struct body *body, struct error *err)
{
    int file = body->file;

    body->file = -1;
    if (file >= 0 && close(file) != 0 && body->error.code == ERROR_NONE)
        RAISE_ERRNO(&body->error, "could not write an upload");
    *err = body->error;
    return body->error.code == ERROR_NONE;
}

void body_fini(struct body *body)
{
    if (body->file >= 0)
        close(body->file);
    if (body->path[0])
        unlink(body->path);
    text_fini(&body->memory);
    body_init(body, 0);
}

void body_remove_leftovers(const char *folder)
{
    DIR *listing = opendir(folder);
    struct dirent *entry;

    if (!listing)
        return;
    while ((entry = readdir(listing)))
        if (strncmp(entry->d_name, BODY_FILE_PREFIX, strlen(BODY_FILE_PREFIX)) == 0)
            unlinkat(dirfd(listing), entry->d_name, 0);
    closedir(listing);
}
