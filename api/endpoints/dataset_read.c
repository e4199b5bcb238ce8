/* api/endpoints/dataset_read.c -- the sources, sizes and digest of one dataset. */
#include "api/endpoints/endpoints.h"
#include "api/views/dataset_view.h"

static void read_dataset(struct request *request, struct reply *reply, struct db *db)
{
    struct dataset_row row;
    struct error err = { 0 };

    if (datasets_find_row(request->service->datasets, db, request->project, request->path_values[0],
                          request->arena, &row, &err))
        reply_dataset(request, reply, 200, &row);
    else
        reply_error(request, reply, &err);
}

void dataset_read_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, read_dataset);
}
