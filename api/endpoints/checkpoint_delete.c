/* api/endpoints/checkpoint_delete.c -- deletes a checkpoint: its row first, its file behind it. */
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/etag.h"
#include "api/views/checkpoint_view.h"

/* The tag of GET. */
static const char *tag(struct request *request, const struct checkpoint_row *row)
{
    struct text body = { 0 };
    const char *etag;

    checkpoint_view(&body, row, true);
    text_add_char(&body, '\n');
    etag = etag_of(request->arena, body.bytes, body.length);
    text_fini(&body);
    return etag;
}

static void delete_checkpoint(struct request *request, struct reply *reply, struct db *db)
{
    const char *job = request->path_values[0], *file;
    struct checkpoint_row row;
    struct error err = { 0 };

    if (!endpoint_stored(request, reply,
                         store_checkpoint_read(db, request->project, job, request->path_values[1],
                                               request->arena, &row, &err),
                         "checkpoint", &err) ||
        !endpoint_if_match(request, reply, tag(request, &row)) ||
        !endpoint_stored(
            request, reply,
            store_checkpoint_delete(db, request->project, job, row.id, request->arena, &file, &err),
            "checkpoint", &err))
        return;
    reply->status = 204;
    /* The row is gone: a file that stays behind is only space, and goes with its job. */
    if (!checkpoint_files_remove(request->service->checkpoints, file, &err))
        reply->cause = err;
}

void checkpoint_delete_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, delete_checkpoint);
}
