/* api/endpoints/log_read.c -- log rows behind a cursor; can wait for them. */
#include <inttypes.h>
#include <string.h>

#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "api/views/log_view.h"
#include "server/store/jobs.h"

enum { LOG_LIMIT_MAX = 10000, RECORDS_MAX = 200 };

const struct param log_params[] = {
    PARAM(log_query, after, TEXT, .about = "The \"next\" of the page before."),
    PARAM(log_query, limit, INTEGER, .min = 1, .max = LOG_LIMIT_MAX, .preset = "1000",
          .about = "At most this many entries."),
    PARAM(log_query, wait, REAL, .min = 0, .max = WAIT_S_MAX, .preset = "0", .unit = "s",
          .about = "When there is nothing yet, how long to wait for it."),
    PARAM(log_query, records, TEXTS, .count_max = RECORDS_MAX,
          .about = "Only these records; also separated by commas."),
    PARAM(log_query, from_iteration, INTEGER, .about = "Only entries of this iteration or a later one."),
    PARAM(log_query, to_iteration, INTEGER, .about = "Only entries of this iteration or an earlier one."),
    PARAM_END,
};

/* Cuts "a,b" into "a" and "b". */
static void split_records(const struct request *request, const struct text_list *given,
                          struct log_selection *selection)
{
    const char **records;
    size_t commas = 0, count = 0;

    for (size_t i = 0; i < given->count; i++)
        for (const char *at = given->items[i]; (at = strchr(at, ',')); at++)
            commas++;
    records = arena_array(request->arena, given->count + commas + 1, sizeof(*records));
    for (size_t i = 0; i < given->count; i++)
        for (const char *at = given->items[i]; *at; at += *at == ',') {
            size_t length = strcspn(at, ",");

            if (length > 0)
                records[count++] = arena_text_n(request->arena, at, length);
            at += length;
        }
    selection->records = records;
    selection->record_count = count;
}

static void add_entry(void *context, const struct log_entry *entry)
{
    log_rows_add(context, entry);
}

/* What follows once this page was read: a page that is not full has seen all there was when the job was read.
 */
static int64_t next_seq(const struct log_selection *selection, const struct log_rows_view *rows,
                        const struct job *job)
{
    int64_t seq = rows->last_seq > selection->after_seq ? rows->last_seq : selection->after_seq;

    return rows->count < selection->limit && job->log_seq > seq ? job->log_seq : seq;
}

static void read_page(struct request *request, struct reply *reply, struct db *db, const struct job *job,
                      const struct log_selection *selection)
{
    const struct log_query *query = request->query;
    struct log_rows_view rows = { .out = &reply->body };
    struct error err = { 0 };
    bool complete;

    text_clear(&reply->body);
    json_open(&reply->body, NULL, '{');
    json_open(&reply->body, "rows", '[');
    if (!endpoint_stored(request, reply, store_log_select(db, selection, add_entry, &rows, &err), "log",
                         &err))
        return;
    log_rows_end(&rows);
    json_close(&reply->body, ']');
    complete = job_state_terminal(job->state) && rows.count < selection->limit;
    if (rows.count == 0 && !complete && query->wait > 0 && !request->last_call) {
        reply_wait(reply, request->path_values[0], endpoint_wait_ms(query->wait));
        return;
    }
    json_text_format(&reply->body, "next", "%" PRId64, next_seq(selection, &rows, job));
    json_boolean(&reply->body, "complete", complete);
    endpoint_end_json(reply);
    reply->status = 200;
}

static void read_log(struct request *request, struct reply *reply, struct db *db)
{
    const struct log_query *query = request->query;
    struct log_selection selection = { .job = request->path_values[0],
                                       .from_iteration = query->from_iteration,
                                       .to_iteration = query->to_iteration,
                                       .limit = query->limit };
    struct error err = { 0 };
    struct job job;

    if (query->after && (!text_to_int64(query->after, &selection.after_seq) || selection.after_seq < 0)) {
        reply_problem(request, reply, PROBLEM_INVALID_PARAMETER, "after: it is not the \"next\" of a page.");
        return;
    }
    split_records(request, &query->records, &selection);
    if (endpoint_stored(
            request, reply,
            store_job_read(db, request->project, request->path_values[0], request->arena, &job, &err), "job",
            &err))
        read_page(request, reply, db, &job, &selection);
}

void log_read_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, read_log);
}
