/* api/endpoints/jobs_list.c -- jobs, newest first. */
#include <string.h>

#include "api/cursor.h"
#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/page.h"
#include "api/views/job_view.h"

static const char *const sorts[] = { "-created_at", NULL };

const struct param jobs_params[] = {
    PARAM(jobs_query, state, TEXTS, .about = "Only jobs in one of these states."),
    PARAM(jobs_query, label, TEXTS, .count_max = 20,
          .about = "Only jobs with one of these labels, as KEY:VALUE."),
    PARAM(jobs_query, name, TEXTS, .count_max = 20, .about = "Only jobs with one of these names."),
    PARAM(jobs_query, limit, INTEGER, .min = 1, .max = PAGE_LIMIT_MAX, .preset = PAGE_LIMIT_PRESET,
          .about = "At most this many."),
    PARAM(jobs_query, cursor, TEXT, .about = "The \"next\" of the page before."),
    PARAM(jobs_query, sort, CHOICE, .choices = sorts, .preset = "\"-created_at\"", .about = "The order."),
    PARAM_END,
};

static bool read_states(const struct request *request, struct reply *reply, const struct text_list *list,
                        unsigned *out)
{
    for (size_t i = 0; i < list->count; i++) {
        enum job_state state;

        if (!job_state_parse(list->items[i], &state)) {
            reply_problem(request, reply, PROBLEM_INVALID_PARAMETER,
                          "state: there is no such state of a job.");
            return false;
        }
        *out |= 1u << state;
    }
    return true;
}

static bool read_labels(const struct request *request, struct reply *reply, const struct text_list *list,
                        struct job_filter *filter)
{
    const char **keys = arena_array(request->arena, list->count + 1, sizeof(*keys));
    const char **values = arena_array(request->arena, list->count + 1, sizeof(*values));

    for (size_t i = 0; i < list->count; i++) {
        const char *colon = strchr(list->items[i], ':');

        if (!colon || colon == list->items[i]) {
            reply_problem(request, reply, PROBLEM_INVALID_PARAMETER, "label: it is not KEY:VALUE.");
            return false;
        }
        keys[i] = arena_text_n(request->arena, list->items[i], (size_t)(colon - list->items[i]));
        values[i] = colon + 1;
    }
    filter->label_keys = keys;
    filter->label_values = values;
    filter->label_count = list->count;
    return true;
}

static bool read_filter(const struct request *request, struct reply *reply, const char *scope,
                        char cursor_id[CURSOR_NAME_BYTES], struct job_filter *out)
{
    const struct jobs_query *query = request->query;

    *out = (struct job_filter){ .project = request->project,
                                .names = query->name.items,
                                .name_count = query->name.count,
                                .before_created_us = TIME_ABSENT,
                                .limit = query->limit + 1 };
    if (query->cursor) {
        if (!cursor_read(query->cursor, scope, &out->before_created_us, cursor_id)) {
            reply_problem(request, reply, PROBLEM_INVALID_PARAMETER, "cursor: it is not one of this list.");
            return false;
        }
        out->before_id = cursor_id;
    }
    return read_states(request, reply, &query->state, &out->states) &&
           read_labels(request, reply, &query->label, out);
}

struct page {
    struct job *jobs;
    size_t count;
    struct arena *arena;
};

static void add_job(void *context, const struct job *job)
{
    struct page *page = context;

    page->jobs[page->count++] = job_copy(job, page->arena);
}

static void list(struct request *request, struct reply *reply, struct db *db)
{
    const struct jobs_query *query = request->query;
    const char *scope = arena_format(request->arena, "jobs/%s", request->project), *next = NULL;
    struct page page = { .arena = request->arena };
    struct error err = { 0 };
    char cursor_id[CURSOR_NAME_BYTES];
    struct job_filter filter;
    enum store_result result;

    if (!read_filter(request, reply, scope, cursor_id, &filter))
        return;
    page.jobs = arena_array(request->arena, (size_t)filter.limit, sizeof(*page.jobs));
    result = store_job_list(db, &filter, add_job, &page, &err);
    if (result == STORE_OK && page.count > (size_t)query->limit) {
        const struct job *last = &page.jobs[--page.count - 1];

        next = cursor_write(request->arena, scope, last->created_us, last->id);
    }
    page_open(reply);
    if (result == STORE_OK)
        result = jobs_view(&reply->body, db, page.jobs, page.count, &err);
    if (endpoint_stored(request, reply, result, "list", &err))
        page_close(request, reply, next);
}

void jobs_list_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, list);
}
