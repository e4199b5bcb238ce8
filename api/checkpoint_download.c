/* api/checkpoint_download.c -- see checkpoint_download.h. */
#include "api/checkpoint_download.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/base64.h"
#include "api/http_date.h"
#include "server/store/jobs.h"

int checkpoint_download_open(struct request *request, struct reply *reply, struct db *db,
                             struct checkpoint_row *out)
{
    struct error err = { 0 };
    struct stat status;
    int file;

    if (!endpoint_stored(request, reply,
                         store_checkpoint_read(db, request->project, request->path_values[0],
                                               request->path_values[1], request->arena, out, &err),
                         "checkpoint", &err))
        return -1;
    file = checkpoint_files_descriptor(request->service->checkpoints, out->file, &err);
    if (file < 0 && err.code == ERROR_NOT_FOUND)
        err.code = ERROR_CORRUPT; /* its row says that it is there */
    if (file >= 0 && (fstat(file, &status) != 0 || status.st_size != out->bytes)) {
        RAISE(&err, ERROR_CORRUPT, NULL, "the file of checkpoint %s has %lld bytes instead of %lld", out->id,
              (long long)status.st_size, (long long)out->bytes);
        close(file);
        file = -1;
    }
    if (file < 0)
        reply_error(request, reply, &err);
    return file;
}

/* The job's name and the checkpoint's path, with everything that is no plain character as '_'. */
static const char *file_name(struct request *request, struct db *db, const char *path, const char *suffix)
{
    struct error ignored;
    struct job job = { .name = "" };
    char *name;

    if (store_job_read(db, request->project, request->path_values[0], request->arena, &job, &ignored) !=
        STORE_OK)
        job.name = "";
    name = arena_format(request->arena, "%s%s%s%s", job.name, *job.name ? "-" : "", path, suffix);
    for (char *c = name; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c))
            *c = '_';
    return name;
}

void checkpoint_download_reply(struct request *request, struct reply *reply, struct db *db,
                               const struct checkpoint_row *row, const char *sha256, int file,
                               uint64_t offset, uint64_t bytes, const char *suffix)
{
    char digest[BASE64_SHA256_BYTES];

    /* A path can name another checkpoint tomorrow; an id cannot. */
    bool by_id = strcmp(request->path_values[1], row->id) == 0;

    reply->status = 200;
    reply->file_descriptor = file;
    reply->file_offset = offset;
    reply->file_bytes = bytes;
    reply->content_type = request->media_type;
    reply_header(reply, "ETag", arena_format(request->arena, "\"sha256-%s\"", sha256));
    if (base64_of_sha256(sha256, digest))
        reply_header(reply, "Repr-Digest", arena_format(request->arena, "sha-256=:%s:", digest));
    reply_header(reply, "Last-Modified", http_date_write(request->arena, row->created_us));
    reply_header(reply, "Cache-Control",
                 by_id ? "private, immutable, max-age=31536000" : "private, no-cache");
    reply_header(reply, "Content-Disposition",
                 arena_format(request->arena, "attachment; filename=\"%s\"",
                              file_name(request, db, row->path, suffix)));
}
