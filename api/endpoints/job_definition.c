/* api/endpoints/job_definition.c -- the text as submitted. */
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "server/store/jobs.h"

static void read_definition(struct request *request, struct reply *reply, struct db *db)
{
    struct error err = { 0 };
    const char *definition = NULL;
    size_t bytes = 0;
    enum store_result result = store_job_definition(db, request->project, request->path_values[0],
                                                    request->arena, &definition, &bytes, &err);

    if (!endpoint_stored(request, reply, result, "job", &err))
        return;
    reply->status = 200;
    text_add_n(&reply->body, definition, bytes);
}

void job_definition_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, read_definition);
}
