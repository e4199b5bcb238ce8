/* server/attempt.c -- see attempt.h. */
#include "server/attempt.h"

#include <stdatomic.h>
#include <time.h>

#include "engine/base/text.h"
#include "server/attempt_start.h"
#include "server/job_sink.h"
#include "server/store/output.h"

/* Members of the job's "error". */
static void error_to_json(const struct error *error, struct text *out)
{
    text_format(out, "{\"code\": \"%s\", \"message\": ", error_code_name(error->code));
    text_add_json_text(out, error->message);
    text_add(out, ", \"pointer\": ");
    text_add_json_text(out, error->pointer);
    text_add(out, ", \"hint\": ");
    text_add_json_text(out, error->hint);
    text_add(out, "}");
}

/* ---- the outcome ---- */

static const struct {
    enum job_state to;
    const char *reason;
} outcomes[] = {
    [RUN_FINISHED] = { JOB_SUCCEEDED, "finish_requested" },
    [RUN_NO_MORE_EPOCHS] = { JOB_SUCCEEDED, "no_more_epochs" },
    [RUN_INTERRUPTED] = { JOB_INTERRUPTED, "interrupted" },
    [RUN_SUSPENDED] = { JOB_PAUSED, "paused" },
    [RUN_CANCELLED] = { JOB_CANCELLED, "cancelled" },
    [RUN_FAILED] = { JOB_FAILED, "error" },
};

/* Tried until the database takes it: an outcome that is not written would be run again. */
static void release(struct attempt *attempt, enum run_outcome outcome, const struct error *error)
{
    struct job_release release = {
        .id = attempt->job->id,
        .epoch = attempt->job->epoch,
        .to = outcomes[outcome].to,
        .reason = outcomes[outcome].reason,
    };
    struct text json = { 0 };
    struct error err = { 0 };
    enum store_result result;

    if (outcome == RUN_SUSPENDED && atomic_load(attempt->draining)) {
        release.to = JOB_QUEUED;
        release.reason = "drain";
    }
    if (outcome == RUN_FAILED) {
        error_to_json(error, &json);
        release.error = text_bytes(&json);
    }
    for (int tries = 0;; tries++) {
        result = store_job_release(attempt->db, &release, &err);
        if (result != STORE_UNAVAILABLE || (atomic_load(attempt->draining) && tries > 20))
            break;
        nanosleep(&(struct timespec){ 0, 500000000 }, NULL);
    }
    if (result == STORE_OK)
        journal_info(attempt->options->journal, "job left its worker",
                     FIELDS(FIELD_TEXT("job", attempt->job->id),
                            FIELD_TEXT("state", job_state_name(release.to)),
                            FIELD_TEXT("reason", release.reason),
                            FIELD_TEXT("error", outcome == RUN_FAILED ? error->message : NULL)));
    else
        journal_warning(attempt->options->journal, "the outcome of a job was not accepted",
                        FIELDS(FIELD_TEXT("job", attempt->job->id), FIELD_TEXT("error", err.message)));
    text_fini(&json);
}

/* ---- the run ---- */

static struct definition *read_definition(struct attempt *attempt, struct error *err)
{
    struct dataset_scope scope = { attempt->options->datasets, attempt->job->project };
    const struct dataset_source source = datasets_source(&scope);
    struct arena arena = { 0 };
    struct error_list errors = { 0 };
    struct definition *definition = NULL;
    const char *text;
    size_t length;

    switch (store_job_definition(attempt->db, attempt->job->project, attempt->job->id, &arena, &text, &length,
                                 err)) {
    case STORE_OK:
        definition = definition_read(text, length, &source, &errors);
        if (!definition && errors.count)
            *err = errors.items[0];
        break;
    case STORE_NONE:
    case STORE_CONFLICT:
        RAISE(err, ERROR_CANCELLED, NULL, "the job is gone");
        break;
    case STORE_UNAVAILABLE:
    case STORE_FAILED:
        break;
    }
    error_list_fini(&errors);
    arena_fini(&arena);
    return definition;
}

/* The output behind the start is written again. */
static bool cut_output(struct attempt *attempt, int64_t bytes, struct error *err)
{
    if (bytes == attempt->job->output_bytes)
        return true;
    switch (store_output_truncate(attempt->db, attempt->job->id, attempt->job->epoch, bytes, err)) {
    case STORE_OK:
    case STORE_NONE:
        return true;
    case STORE_CONFLICT:
        return RAISE(err, ERROR_CANCELLED, NULL, "another worker has taken over this job");
    case STORE_UNAVAILABLE:
    case STORE_FAILED:
        break;
    }
    return false;
}

static enum run_outcome train(struct attempt *attempt, const struct definition *definition, const char *start,
                              const struct sink *sink, struct error *err)
{
    const struct run_options options = { .sink = sink, .control = attempt->control };
    struct run *run = run_new(definition, &options, err);
    enum run_outcome outcome = RUN_FAILED;

    if (run && (!*start || run_restore(run, start, RESTORE_CONTINUE, err))) {
        outcome = run_train(run, err);
        if (outcome == RUN_SUSPENDED && !run_save(run, err))
            outcome = RUN_FAILED;
    }
    run_free(run);
    return outcome;
}

/* Opens the log, trains, and waits until everything written is committed. */
static enum run_outcome train_and_flush(struct attempt *attempt, const struct definition *definition,
                                        const struct attempt_start *start, struct error *err)
{
    const struct executor_options *options = attempt->options;
    struct log_writer_run *log = log_writer_open(options->log_writer, attempt->job->id, attempt->job->epoch,
                                                 start->output_bytes, definition_batches(definition));
    struct job_sink sink = {
        .job = attempt->job,
        .db = attempt->db,
        .files = options->checkpoint_files,
        .journal = options->journal,
        .run = log,
        .feed = options->feed,
    };
    struct error flush_err = { 0 };
    enum run_outcome outcome;

    job_sink_init(&sink);
    outcome = train(attempt, definition, start->path, &sink.sink, err);
    if (!log_writer_flush(log, &flush_err)) {
        *err = flush_err;
        outcome = RUN_FAILED;
    }
    log_writer_close(log);
    return outcome;
}

void attempt_run(struct attempt *attempt)
{
    const struct executor_options *options = attempt->options;
    struct definition *definition;
    enum run_outcome outcome = RUN_FAILED;
    struct error err = { 0 };
    struct attempt_start start;

    definition = read_definition(attempt, &err);
    if (definition && attempt_start_find(attempt, &start, &err) &&
        cut_output(attempt, start.output_bytes, &err)) {
        atomic_store(attempt->autosave_ms, (int64_t)(definition_autosave_s(definition) * 1000));
        outcome = train_and_flush(attempt, definition, &start, &err);
    }
    definition_free(definition);
    /* A lost claim is another worker's business now; one that could not be served for want of the database is
     * rescued when its lease has passed. */
    if (outcome != RUN_FAILED || (err.code != ERROR_CANCELLED && err.code != ERROR_UNAVAILABLE))
        release(attempt, outcome, &err);
    log_feed_news(options->feed, attempt->job->id);
}
