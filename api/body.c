/* api/body.c -- see body.h. */
#include "api/body.h"

#include <stdio.h>
#include <unistd.h>

#include "server/nameless_file.h"

enum { SWALLOWED_BYTES_MAX = 16 * 1024 * 1024 };

void body_init(struct body *body, uint64_t bytes_max)
{
    *body = (struct body){ .bytes_max = bytes_max, .file = -1 };
}

bool body_to_file(struct body *body, const char *folder, struct error *err)
{
    body->file = nameless_file_open(folder, err);
    if (body->file < 0)
        return false;
    snprintf(body->path, sizeof(body->path), "/proc/self/fd/%d", body->file);
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
        nameless_file_write(body->file, bytes, length, &body->error);
    return true;
}

bool body_end(struct body *body, struct error *err)
{
    *err = body->error;
    return body->error.code == ERROR_NONE;
}

void body_fini(struct body *body)
{
    if (body->file >= 0)
        close(body->file);
    text_fini(&body->memory);
    body_init(body, 0);
}
