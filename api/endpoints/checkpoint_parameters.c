/* api/endpoints/checkpoint_parameters.c -- the parameters alone: the npz that lies in the archive as it
 * stands. */
#include <unistd.h>

#include "api/checkpoint_download.h"
#include "api/endpoints/endpoints.h"
#include "engine/checkpoint/archive_reader.h"
#include "engine/checkpoint/sha256.h"

/* False with `err` set when the archive has no parameters: then it is none of ours. */
static bool find_parameters(struct request *request, const struct checkpoint_row *row, uint64_t *out_offset,
                            uint64_t *out_bytes, char out_sha256[SHA256_TEXT_BYTES], struct error *err)
{
    const struct archive_member *member;
    struct archive_reader *reader;
    char path[PATH_MAX];

    if (!checkpoint_files_path(request->service->checkpoints, row->file, path, err))
        return false;
    reader = archive_reader_open(path, err);
    if (!reader)
        return false;
    member = archive_reader_find(reader, "_parameters");
    if (member) {
        *out_offset = member->offset;
        *out_bytes = member->length;
        sha256_of(member->bytes, member->length, out_sha256);
    }
    archive_reader_close(reader);
    return member || RAISE(err, ERROR_CORRUPT, NULL, "checkpoint %s has no parameters", row->id);
}

static void download(struct request *request, struct reply *reply, struct db *db)
{
    struct checkpoint_row row;
    struct error err = { 0 };
    uint64_t offset = 0, bytes = 0;
    char sha256[SHA256_TEXT_BYTES];
    int file = checkpoint_download_open(request, reply, db, &row);

    if (file < 0)
        return;
    if (find_parameters(request, &row, &offset, &bytes, sha256, &err)) {
        checkpoint_download_reply(request, reply, db, &row, sha256, file, offset, bytes, ".npz");
        return;
    }
    close(file);
    reply_error(request, reply, &err);
}

void checkpoint_parameters_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, download);
}
