/* api/endpoints/checkpoint_read.c -- what a checkpoint is: size, digest, position, manifest. */
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/views/checkpoint_view.h"

static void read_checkpoint(struct request *request, struct reply *reply, struct db *db)
{
    struct checkpoint_row row;
    struct error err = { 0 };

    if (!endpoint_stored(request, reply,
                         store_checkpoint_read(db, request->project, request->path_values[0],
                                               request->path_values[1], request->arena, &row, &err),
                         "checkpoint", &err))
        return;
    checkpoint_view(&reply->body, &row, true);
    text_add_char(&reply->body, '\n');
    reply->status = 200;
}

void checkpoint_read_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, read_checkpoint);
}
