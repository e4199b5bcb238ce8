/* api/endpoints/job_cancel.c -- stops a job for good, at the next batch boundary. */
#include "api/endpoints/endpoints.h"
#include "api/json_body.h"
#include "api/views/job_view.h"
#include "server/jobs.h"

static const struct param params[] = { PARAM_END };

static void cancel(struct request *request, struct reply *reply, struct db *db)
{
    struct json_document document = { 0 };
    struct error err = { 0 };
    int nothing;
    bool bound = json_body_bind(request, reply, params, &nothing, &document);

    json_document_fini(&document);
    if (!bound)
        return;
    if (job_cancel(db, request->project, request->path_values[0], &err)) {
        log_feed_news(request->service->feed, request->path_values[0]);
        reply_job(request, reply, db, 202, request->path_values[0]);
    } else {
        reply_error(request, reply, &err);
    }
}

void job_cancel_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, cancel);
}
