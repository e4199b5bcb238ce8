/* api/endpoints/job_delete.c -- deletes a job at rest, with its log and its checkpoints. */
#include "api/endpoints/endpoints.h"
#include "api/views/job_view.h"
#include "server/jobs.h"

/* False, with the reply filled in, when If-Match names another version than the present one. */
static bool check_version(struct request *request, struct reply *reply, struct db *db)
{
    bool same;

    if (!request_header(request, "If-Match"))
        return true;
    reply_job(request, reply, db, 200, request->path_values[0]);
    if (reply->status != 200)
        return false;
    same = endpoint_if_match(request, reply, reply_header_value(reply, "ETag"));
    if (same)
        reply_fini(reply);
    return same;
}

static void delete_job(struct request *request, struct reply *reply, struct db *db)
{
    struct error err = { 0 };

    if (!check_version(request, reply, db))
        return;
    if (!job_delete(db, request->project, request->path_values[0], &err)) {
        reply_error(request, reply, &err);
        return;
    }
    log_feed_news(request->service->feed, request->path_values[0]);
    reply->status = 204;
}

void job_delete_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, delete_job);
}
