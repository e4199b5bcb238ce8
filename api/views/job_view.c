/* api/views/job_view.c -- see job_view.h. */
#include "api/views/job_view.h"

#include <math.h>
#include <stdlib.h>

#include "api/json_writer.h"
#include "api/views/log_view.h"
#include "engine/base/memory.h"
#include "server/store/log.h"

static void add_real(struct text *out, const char *key, double value)
{
    if (isnan(value))
        json_null(out, key);
    else
        json_real(out, key, value);
}

static void add_progress(struct text *out, const struct job *job)
{
    json_open(out, "progress", '{');
    json_integer(out, "iterations_done", job->iterations_done);
    json_integer(out, "epochs_done", job->epochs_done);
    if (job->batches_per_epoch == INTEGER_ABSENT)
        json_null(out, "batches_per_epoch");
    else
        json_integer(out, "batches_per_epoch", job->batches_per_epoch);
    add_real(out, "examples_per_s", job->examples_per_s);
    add_real(out, "eta_s", job->eta_s);
    json_text(out, "bar", job->progress_bar);
    json_close(out, '}');
}

static void add_links(struct text *out, const char *id)
{
    static const char *const names[] = { "definition", "log", "output", "events", "checkpoints" };

    json_open(out, "links", '{');
    json_text_format(out, "self", "/v1/jobs/%s", id);
    for (size_t i = 0; i < COUNT(names); i++)
        json_text_format(out, names[i], "/v1/jobs/%s/%s", id, names[i]);
    json_close(out, '}');
}

/* `latest` is a JSON object: the newest value of each record. */
static void job_view(struct text *out, const char *key, const struct job *job, const char *latest)
{
    json_open(out, key, '{');
    json_text(out, "id", job->id);
    json_text(out, "name", job->name);
    json_text(out, "state", job_state_name(job->state));
    json_boolean(out, "terminal", job_state_terminal(job->state));
    json_text(out, "reason", job->reason);
    json_raw(out, "labels", job->labels ? job->labels : "{}");
    json_time(out, "created_at", job->created_us);
    json_time(out, "started_at", job->started_us);
    json_time(out, "finished_at", job->finished_us);
    json_integer(out, "attempt", job->epoch);
    json_integer(out, "priority", job->priority);
    json_integer(out, "threads", job->threads);
    add_progress(out, job);
    json_raw(out, "status", job->status ? job->status : "{}");
    json_raw(out, "latest", latest);
    json_raw(out, "error", job->error);
    add_links(out, job->id);
    json_close(out, '}');
}

static void add_latest(void *context, size_t job_index, const struct log_entry *entry)
{
    struct text *latest = context;

    log_value_view(&latest[job_index], entry);
}

enum store_result jobs_view(struct text *out, struct db *db, const struct job *jobs, size_t count,
                            struct error *err)
{
    struct text *latest = memory_new(count + 1, sizeof(*latest));
    const char **ids = memory_new(count + 1, sizeof(*ids));
    enum store_result result = STORE_OK;

    for (size_t i = 0; i < count; i++) {
        ids[i] = jobs[i].id;
        json_open(&latest[i], NULL, '{');
    }
    if (count > 0)
        result = store_log_latest(db, ids, count, add_latest, latest, err);
    for (size_t i = 0; i < count; i++) {
        json_close(&latest[i], '}');
        if (result == STORE_OK)
            job_view(out, NULL, &jobs[i], text_bytes(&latest[i]));
        text_fini(&latest[i]);
    }
    free(latest);
    free(ids);
    return result;
}

void reply_job(const struct request *request, struct reply *reply, struct db *db, unsigned status,
               const char *id)
{
    struct error err = { 0 };
    struct job job;
    enum store_result result = store_job_read(db, request->project, id, request->arena, &job, &err);

    if (result == STORE_OK)
        result = jobs_view(&reply->body, db, &job, 1, &err);
    if (!endpoint_stored(request, reply, result, "job", &err))
        return;
    text_add_char(&reply->body, '\n');
    reply->status = status;
    endpoint_tag_body(request, reply);
}

struct job job_copy(const struct job *job, struct arena *arena)
{
    struct job copy = *job;

    copy.project = arena_text(arena, job->project);
    copy.name = arena_text(arena, job->name);
    copy.labels = arena_text(arena, job->labels);
    copy.reason = arena_text(arena, job->reason);
    copy.error = arena_text(arena, job->error);
    copy.numeric_profile = arena_text(arena, job->numeric_profile);
    copy.status = arena_text(arena, job->status);
    copy.progress_bar = arena_text(arena, job->progress_bar);
    return copy;
}
