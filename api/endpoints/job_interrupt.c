/* api/endpoints/job_interrupt.c -- a Ctrl-C: the first ends the job after its epoch, the second after its
 * batch. */
#include "api/endpoints/endpoints.h"
#include "api/json_body.h"
#include "api/views/job_view.h"
#include "server/jobs.h"

struct interrupt {
    int at;
};

static const char *const places[] = { "epoch", "batch", NULL };
static const enum stop_request stops[] = { STOP_EPOCH, STOP_BATCH };

static const struct param params[] = {
    PARAM(interrupt, at, CHOICE, .choices = places, .preset = "\"epoch\"",
          .about = "Where training stops: at the end of the epoch, or of the batch."),
    PARAM_END,
};

static void interrupt(struct request *request, struct reply *reply, struct db *db)
{
    struct json_document document = { 0 };
    struct interrupt wanted = { 0 };
    struct error err = { 0 };

    if (json_body_bind(request, reply, params, &wanted, &document)) {
        if (job_interrupt(db, request->project, request->path_values[0], stops[wanted.at], &err)) {
            log_feed_news(request->service->feed, request->path_values[0]);
            reply_job(request, reply, db, 202, request->path_values[0]);
        } else {
            reply_error(request, reply, &err);
        }
    }
    json_document_fini(&document);
}

void job_interrupt_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, interrupt);
}
