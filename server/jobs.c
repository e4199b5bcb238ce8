/* server/jobs.c -- see jobs.h. */
#include "server/jobs.h"

#include "engine/base/json.h"
#include "server/checkpoint_files.h"

enum {
    MOVE_TRIES_MAX = 8,   /* a job that changes its state under our hands is looked at again */
    SUBMIT_TRIES_MAX = 2, /* when the connection is lost */
    BURY_ROWS_MAX = 5000,
};

/* The errors that the text has as text, whatever it means. */
static bool is_syntax(const struct error_list *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        if (errors->items[i].code == ERROR_SYNTAX || errors->items[i].code == ERROR_DUPLICATE)
            return true;
    return false;
}

struct definition *job_check(const struct job_submission *submission, bool *out_syntax,
                             struct error_list *errors)
{
    struct definition *definition;

    *out_syntax = false;
    if (!json_scan(submission->definition, submission->definition_bytes, &json_limits_definition, errors)) {
        *out_syntax = is_syntax(errors);
        return NULL;
    }
    definition =
        definition_read(submission->definition, submission->definition_bytes, submission->datasets, errors);
    if (!definition)
        json_locate_errors(submission->definition, submission->definition_bytes, errors);
    return definition;
}

/* STORE_NONE and STORE_CONFLICT leave `err` alone: here they become errors. */
static bool stored(enum store_result result, const char *id, struct error *err)
{
    switch (result) {
    case STORE_OK:
        return true;
    case STORE_NONE:
        return RAISE(err, ERROR_NOT_FOUND, NULL, "there is no job \"%s\"", id);
    case STORE_CONFLICT:
        return RAISE(err, ERROR_STATE, NULL, "the job's state does not permit this");
    case STORE_UNAVAILABLE:
    case STORE_FAILED:
        return false;
    }
    return false;
}

static size_t count_texts(const char *const *texts)
{
    size_t count = 0;

    while (texts[count])
        count++;
    return count;
}

bool job_submit(struct db *db, const struct job_submission *submission, const struct definition *definition,
                char out_id[IDENTIFIER_TEXT_BYTES], struct error *err)
{
    const struct job_insert insert = {
        .id = out_id,
        .project = submission->project,
        .name = definition_name(definition),
        .labels = definition_labels(definition),
        .definition = submission->definition,
        .definition_bytes = submission->definition_bytes,
        .priority = definition_priority(definition),
        .threads = definition_threads(definition),
        .max_attempts = definition_max_attempts(definition),
        .token = submission->token,
        .datasets = definition_datasets(definition),
        .dataset_count = count_texts(definition_datasets(definition)),
    };

    enum store_result result = STORE_UNAVAILABLE;

    identifier_new(out_id);
    for (int tries = 0; result == STORE_UNAVAILABLE && tries < SUBMIT_TRIES_MAX; tries++)
        result = store_job_insert(db, &insert, err);
    /* The id is new: a conflict says that a try whose outcome was lost has come through. */
    return result == STORE_OK || result == STORE_CONFLICT;
}

bool job_read(struct db *db, const char *project, const char *id, struct arena *arena, struct job *out,
              struct error *err)
{
    return stored(store_job_read(db, project, id, arena, out, err), id, err);
}

/* What a client wants of a job, whatever its state. */
struct wish {
    const char *project, *id;
    enum job_event event;
    enum stop_request stop; /* what a running job is asked */
    const char *done;       /* "interrupted": for people, and the reason of a job that was at rest */
};

static enum store_result grant(struct db *db, const struct wish *wish, const struct job *job,
                               enum job_state next, struct error *err)
{
    const struct job_move move = {
        .project = wish->project, .id = wish->id, .from = job->state, .to = next, .reason = wish->done
    };
    enum stop_request holds;

    if (job->state == JOB_RUNNING)
        return store_job_request_stop(db, wish->project, wish->id, wish->stop, &holds, err);
    return store_job_move(db, &move, err);
}

/* Looks, decides, acts; when the state has changed in between, again. */
static bool fulfil(struct db *db, const struct wish *wish, struct error *err)
{
    enum store_result result = STORE_CONFLICT;

    for (int tries = 0; result == STORE_CONFLICT && tries < MOVE_TRIES_MAX; tries++) {
        struct arena arena = { 0 };
        struct job job;
        enum job_state next;
        bool possible = false;

        result = store_job_read(db, wish->project, wish->id, &arena, &job, err);
        if (result == STORE_OK) {
            possible = job_state_next(job.state, wish->event, &next);
            result = possible ? grant(db, wish, &job, next, err) : STORE_OK;
        }
        arena_fini(&arena);
        if (result == STORE_OK && !possible)
            return RAISE(err, ERROR_STATE, NULL, "a job that is %s cannot be %s", job_state_name(job.state),
                         wish->done);
    }
    return stored(result, wish->id, err);
}

bool job_interrupt(struct db *db, const char *project, const char *id, enum stop_request stop,
                   struct error *err)
{
    const struct wish wish = {
        .project = project, .id = id, .event = JOB_INTERRUPT, .stop = stop, .done = "interrupted"
    };

    return fulfil(db, &wish, err);
}

bool job_cancel(struct db *db, const char *project, const char *id, struct error *err)
{
    const struct wish wish = {
        .project = project, .id = id, .event = JOB_CANCEL, .stop = STOP_CANCEL, .done = "cancelled"
    };

    return fulfil(db, &wish, err);
}

bool job_delete(struct db *db, const char *project, const char *id, struct error *err)
{
    enum store_result result = store_job_delete(db, project, id, err);

    if (result != STORE_CONFLICT)
        return stored(result, id, err);
    RAISE(err, ERROR_STATE, NULL, "a job that is queued or running cannot be deleted");
    return error_hint(err, "Cancel it first.");
}

bool job_bury(struct db *db, struct checkpoint_files *files, bool *out_idle, struct error *err)
{
    char id[IDENTIFIER_TEXT_BYTES];
    bool done = false;
    enum store_result result = store_job_purge(db, BURY_ROWS_MAX, id, &done, err);

    *out_idle = result == STORE_NONE;
    if (result == STORE_NONE)
        return true;
    if (result != STORE_OK)
        return stored(result, id, err);
    if (!done)
        return true;
    return checkpoint_files_remove_job(files, id, err) && stored(store_job_buried(db, id, err), id, err);
}
