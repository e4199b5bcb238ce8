/* api/checkpoint_download.c -- see checkpoint_download.h. */
#include "api/checkpoint_download.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/base64.h"
#include "api/http_date.h"
#include "server/store/jobs.h"

/* -1 with `err` set. */
static int open_file(const struct request *request, const struct checkpoint_row *row, struct error *err)
{
    int file = checkpoint_files_descriptor(request->service->checkpoints, row->file, err);
    struct stat status = { 0 };

    if (file < 0 && err->code == ERROR_NOT_FOUND)
        err->code = ERROR_CORRUPT; /* its row says that it is there */
    if (file < 0 || (fstat(file, &status) == 0 && status.st_size == row->bytes))
        return file;
    RAISE(err, ERROR_CORRUPT, NULL, "the file of checkpoint %s has %lld bytes instead of %lld", row->id,
          (long long)status.st_size, (long long)row->bytes);
    close(file);
    return -1;
}

bool checkpoint_download_open(struct request *request, struct reply *reply, struct db *db,
                              struct checkpoint_download *out)
{
    struct checkpoint_row *row = &out->row;
    struct error err = { 0 };

    if (!endpoint_stored(request, reply,
                         store_checkpoint_read(db, request->project, request->path_values[0],
                                               request->path_values[1], request->arena, row, &err),
                         "checkpoint", &err))
        return false;
    out->file = open_file(request, row, &err);
    out->offset = 0;
    out->bytes = (uint64_t)row->bytes;
    memcpy(out->sha256, row->sha256, sizeof(out->sha256));
    out->suffix = "";
    if (out->file < 0)
        reply_error(request, reply, &err);
    return out->file >= 0;
}

/* The job's name and the checkpoint's path, with everything that is no plain character as '_'. */
static const char *file_name(struct request *request, struct db *db,
                             const struct checkpoint_download *download)
{
    struct error ignored;
    struct job job = { .name = "" };
    char *name;

    if (store_job_read(db, request->project, request->path_values[0], request->arena, &job, &ignored) !=
        STORE_OK)
        job.name = "";
    name = arena_format(request->arena, "%s%s%s%s", job.name, *job.name ? "-" : "", download->row.path,
                        download->suffix);
    for (char *c = name; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c))
            *c = '_';
    return name;
}

void checkpoint_download_reply(struct request *request, struct reply *reply, struct db *db,
                               const struct checkpoint_download *download)
{
    char digest[BASE64_SHA256_BYTES];

    /* A path can name another checkpoint tomorrow; an id cannot. */
    bool by_id = strcmp(request->path_values[1], download->row.id) == 0;

    reply->status = 200;
    reply->file_descriptor = download->file;
    reply->file_offset = download->offset;
    reply->file_bytes = download->bytes;
    reply->content_type = request->media_type;
    reply_header(reply, "ETag", arena_format(request->arena, "\"sha256-%s\"", download->sha256));
    if (base64_of_sha256(download->sha256, digest))
        reply_header(reply, "Repr-Digest", arena_format(request->arena, "sha-256=:%s:", digest));
    reply_header(reply, "Last-Modified", http_date_write(request->arena, download->row.created_us));
    reply_header(reply, "Cache-Control",
                 by_id ? "private, immutable, max-age=31536000" : "private, no-cache");
    reply_header(
        reply, "Content-Disposition",
        arena_format(request->arena, "attachment; filename=\"%s\"", file_name(request, db, download)));
}
