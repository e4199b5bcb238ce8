/* api/endpoints/dataset_delete.c -- deletes a dataset that no unfinished job needs. */
#include "api/endpoints/endpoints.h"
#include "api/views/dataset_view.h"

static void delete_dataset(struct request *request, struct reply *reply, struct db *db)
{
    struct datasets *datasets = request->service->datasets;
    const char *name = request->path_values[0];
    struct dataset_row row;
    struct error err = { 0 };

    if (!datasets_find_row(datasets, db, request->project, name, request->arena, &row, &err)) {
        reply_error(request, reply, &err);
        return;
    }
    if (!endpoint_if_match(request, reply, dataset_tag(request->arena, &row)))
        return;
    if (datasets_delete(datasets, db, request->project, name, &err))
        reply->status = 204;
    else
        reply_error(request, reply, &err);
}

void dataset_delete_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, delete_dataset);
}
