/* api/endpoints/checkpoint_archive.c -- the tar itself. */
#include "api/checkpoint_download.h"
#include "api/endpoints/endpoints.h"

static void download(struct request *request, struct reply *reply, struct db *db)
{
    struct checkpoint_row row;
    int file = checkpoint_download_open(request, reply, db, &row);

    if (file < 0)
        return;
    checkpoint_download_reply(request, reply, db, &row, row.sha256, file, 0, (uint64_t)row.bytes, "");
}

void checkpoint_archive_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, download);
}
