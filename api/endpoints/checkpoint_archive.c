/* api/endpoints/checkpoint_archive.c -- the tar itself. */
#include "api/checkpoint_download.h"
#include "api/endpoints/endpoints.h"

static void download(struct request *request, struct reply *reply, struct db *db)
{
    struct checkpoint_download whole;

    if (checkpoint_download_open(request, reply, db, &whole))
        checkpoint_download_reply(request, reply, db, &whole);
}

void checkpoint_archive_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, download);
}
