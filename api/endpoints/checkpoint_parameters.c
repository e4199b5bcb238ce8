/* api/endpoints/checkpoint_parameters.c -- the parameters alone: the npz that lies in the archive as it
 * stands. */
#include <unistd.h>

#include "api/checkpoint_download.h"
#include "api/endpoints/endpoints.h"
#include "engine/checkpoint/archive_reader.h"

/* Narrows the download down to them.  False with `err` set when the archive has no parameters: then it is
 * none of ours. */
static bool find_parameters(const struct request *request, struct checkpoint_download *download,
                            struct error *err)
{
    const struct archive_member *member;
    struct archive_reader *reader;
    char path[PATH_MAX];

    if (!checkpoint_files_path(request->service->checkpoints, download->row.file, path, err))
        return false;
    reader = archive_reader_open(path, err);
    if (!reader)
        return false;
    member = archive_reader_find(reader, "_parameters");
    if (member) {
        download->offset = member->offset;
        download->bytes = member->length;
        download->suffix = ".npz";
        sha256_of(member->bytes, member->length, download->sha256);
    }
    archive_reader_close(reader);
    return member || RAISE(err, ERROR_CORRUPT, NULL, "checkpoint %s has no parameters", download->row.id);
}

static void download(struct request *request, struct reply *reply, struct db *db)
{
    struct checkpoint_download parameters;
    struct error err = { 0 };

    if (!checkpoint_download_open(request, reply, db, &parameters))
        return;
    if (find_parameters(request, &parameters, &err)) {
        checkpoint_download_reply(request, reply, db, &parameters);
        return;
    }
    close(parameters.file);
    reply_error(request, reply, &err);
}

void checkpoint_parameters_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, download);
}
