/* api/endpoints/events_list.c -- what happened to a job, oldest first: states, attempts, checkpoints. */
#include <inttypes.h>

#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/json_writer.h"
#include "api/page.h"
#include "server/store/events.h"
#include "server/store/jobs.h"

const struct param events_params[] = {
    PARAM(events_query, after, INTEGER, .min = 0, .max = 9007199254740991.0, .preset = "0",
          .about = "Only events behind the one with this id."),
    PARAM(events_query, limit, INTEGER, .min = 1, .max = PAGE_LIMIT_MAX, .preset = "100",
          .about = "At most this many."),
    PARAM_END,
};

struct page {
    struct text *out;
    int64_t count, limit, last;
};

static void add_event(void *context, const struct job_event_row *event)
{
    struct page *page = context;
    struct text *out = page->out;

    if (page->count++ == page->limit)
        return;
    page->last = event->id;
    json_open(out, NULL, '{');
    json_text_format(out, "id", "%" PRId64, event->id);
    json_time(out, "created_at", event->at_us);
    json_text(out, "kind", event->kind);
    json_integer(out, "attempt", event->epoch);
    json_text(out, "state", event->state);
    json_text(out, "reason", event->reason);
    json_raw(out, "detail", event->detail);
    json_close(out, '}');
}

static void list(struct request *request, struct reply *reply, struct db *db)
{
    const struct events_query *query = request->query;
    const char *id = request->path_values[0];
    struct page page = { .out = &reply->body, .limit = query->limit };
    struct error err = { 0 };
    struct job job;

    if (!endpoint_stored(request, reply, store_job_read(db, request->project, id, request->arena, &job, &err),
                         "job", &err))
        return;
    page_open(reply);
    if (!endpoint_stored(request, reply,
                         store_event_select(db, id, query->after, query->limit + 1, add_event, &page, &err),
                         "list", &err))
        return;
    page_close_as(request, reply, "after",
                  page.count > page.limit ? arena_format(request->arena, "%" PRId64, page.last) : NULL);
}

void events_list_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, list);
}
