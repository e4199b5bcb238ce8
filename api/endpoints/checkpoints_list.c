/* api/endpoints/checkpoints_list.c -- the checkpoints of a job, newest first. */
#include <string.h>

#include "api/cursor.h"
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/page.h"
#include "api/views/checkpoint_view.h"
#include "server/store/jobs.h"

const struct param page_params[] = {
    PARAM(page_query, limit, INTEGER, .min = 1, .max = PAGE_LIMIT_MAX, .preset = PAGE_LIMIT_PRESET,
          .about = "At most this many."),
    PARAM(page_query, cursor, TEXT, .about = "The \"next\" of the page before."),
    PARAM_END,
};

struct page {
    struct text *out;
    int64_t count, limit, last_created_us;
    char last_id[IDENTIFIER_TEXT_BYTES];
};

static void add_checkpoint(void *context, const struct checkpoint_row *row)
{
    struct page *page = context;

    if (page->count++ == page->limit)
        return;
    page->last_created_us = row->created_us;
    memcpy(page->last_id, row->id, sizeof(page->last_id));
    checkpoint_view(page->out, row, false);
}

static void list(struct request *request, struct reply *reply, struct db *db)
{
    const struct page_query *query = request->query;
    const char *job_id = request->path_values[0], *next = NULL;
    const char *scope = arena_format(request->arena, "checkpoints/%s", job_id);
    struct page page = { .out = &reply->body, .limit = query->limit };
    struct checkpoint_filter filter = { .project = request->project,
                                        .job = job_id,
                                        .before_created_us = TIME_ABSENT,
                                        .limit = query->limit + 1 };
    char cursor_id[CURSOR_NAME_BYTES];
    struct error err = { 0 };
    struct job job;

    if (query->cursor) {
        if (!cursor_read(query->cursor, scope, &filter.before_created_us, cursor_id)) {
            reply_problem(request, reply, PROBLEM_INVALID_PARAMETER, "cursor: it is not one of this list.");
            return;
        }
        filter.before_id = cursor_id;
    }
    if (!endpoint_stored(request, reply,
                         store_job_read(db, request->project, job_id, request->arena, &job, &err), "job",
                         &err))
        return;
    page_open(reply);
    if (!endpoint_stored(request, reply, store_checkpoint_list(db, &filter, add_checkpoint, &page, &err),
                         "list", &err))
        return;
    if (page.count > page.limit)
        next = cursor_write(request->arena, scope, page.last_created_us, page.last_id);
    page_close(request, reply, next);
}

void checkpoints_list_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, list);
}
