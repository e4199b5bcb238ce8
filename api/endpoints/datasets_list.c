/* api/endpoints/datasets_list.c -- what can be trained on, by name. */
#include "api/cursor.h"
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/page.h"
#include "api/views/dataset_view.h"

struct page {
    struct text *out;
    struct arena *arena;
    int64_t count, limit;
    const char *last;
};

static void add_dataset(void *context, const struct dataset_row *row)
{
    struct page *page = context;

    if (page->count++ == page->limit)
        return;
    page->last = arena_text(page->arena, row->name);
    dataset_view(page->out, row);
}

static void list(struct request *request, struct reply *reply, struct db *db)
{
    const struct page_query *query = request->query;
    const char *scope = arena_format(request->arena, "datasets/%s", request->project);
    struct page page = { .out = &reply->body, .arena = request->arena, .limit = query->limit };
    char after[CURSOR_NAME_BYTES] = "";
    struct error err = { 0 };
    int64_t unused;

    if (query->cursor && !cursor_read(query->cursor, scope, &unused, after)) {
        reply_problem(request, reply, PROBLEM_INVALID_PARAMETER, "cursor: it is not one of this list.");
        return;
    }
    page_open(reply);
    if (endpoint_stored(request, reply,
                        datasets_list(request->service->datasets, db, request->project,
                                      query->cursor ? after : NULL, query->limit + 1, add_dataset, &page,
                                      &err),
                        "list", &err))
        page_close(request, reply,
                   page.count > page.limit ? cursor_write(request->arena, scope, 0, page.last) : NULL);
}

void datasets_list_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, list);
}
