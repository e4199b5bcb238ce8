/* api/endpoints/checkpoint_archive.c -- the tar itself. */
#include "api/base64.h"
#include "api/checkpoint_download.h"
#include "api/endpoints/endpoints.h"

static void download(struct request *request, struct reply *reply, struct db *db)
{
    struct checkpoint_row row;
    int file = checkpoint_download_open(request, reply, db, &row);
    char digest[BASE64_SHA256_BYTES];

    if (file < 0)
        return;
    checkpoint_download_reply(request, reply, db, &row, file, 0, (uint64_t)row.bytes, "");
    if (base64_of_sha256(row.sha256, digest))
        reply_header(reply, "Repr-Digest", arena_format(request->arena, "sha-256=:%s:", digest));
}

void checkpoint_archive_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, download);
}
