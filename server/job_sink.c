/* server/job_sink.c -- see job_sink.h. */
#include "server/job_sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/memory.h"
#include "server/store/checkpoints.h"

static bool sink_records(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    struct job_sink *sink = context;

    return log_writer_records(sink->run, records, count, err);
}

static bool sink_status(void *context, const char *json, struct error *err)
{
    struct job_sink *sink = context;

    return log_writer_status(sink->run, json, err);
}

static bool sink_output(void *context, const char *bytes, size_t length, struct error *err)
{
    struct job_sink *sink = context;

    return log_writer_output(sink->run, bytes, length, err);
}

static void sink_progress_bar(void *context, const char *line)
{
    struct job_sink *sink = context;

    log_writer_bar(sink->run, line);
}

static void sink_progress(void *context, const struct run_progress *progress)
{
    struct job_sink *sink = context;

    log_writer_progress(sink->run, progress);
}

static bool sink_place(void *context, const char *name, bool automatic, char out_file[PATH_MAX],
                       struct error *err)
{
    struct job_sink *sink = context;

    (void)name, (void)automatic; /* on disk a checkpoint is called by its id */
    identifier_new(sink->checkpoint);
    return checkpoint_files_place(sink->files, sink->job->id, sink->checkpoint, sink->file, out_file, err);
}

/* What newer ones have replaced goes away: rows first, then files, so that a row always has its file. */
static void remove_superseded_one(void *context, const struct checkpoint_row *row)
{
    struct text_list *ids = context;

    ids->items = memory_grow(ids->items, ids->count + 1, sizeof(*ids->items));
    ids->items[ids->count++] = memory_text(row->id);
}

static void remove_superseded(struct job_sink *sink)
{
    struct text_list ids = { 0 };
    struct arena arena = { 0 };
    struct error err = { 0 };
    const char *file;

    store_checkpoint_superseded(sink->db, sink->job->id, CHECKPOINTS_KEPT_PER_PATH, remove_superseded_one,
                                &ids, &err);
    for (size_t i = 0; i < ids.count; i++) {
        if (store_checkpoint_delete(sink->db, sink->job->project, sink->job->id, ids.items[i], &arena, &file,
                                    &err) == STORE_OK &&
            !checkpoint_files_remove(sink->files, file, &err))
            journal_failure(sink->journal, "could not remove an old checkpoint", sink->job->id, &err);
        free((char *)ids.items[i]);
    }
    free(ids.items);
    arena_fini(&arena);
}

/* The row is the announcement: it is tried until the database takes it, or the claim is lost. */
static bool insert_row(struct job_sink *sink, const struct checkpoint_row *row, struct error *err)
{
    for (long pause_ms = 50;; pause_ms = pause_ms < 2000 ? 2 * pause_ms : pause_ms) {
        switch (store_checkpoint_insert(sink->db, row, err)) {
        case STORE_OK:
            return true;
        case STORE_NONE:
        case STORE_CONFLICT:
            return RAISE(err, ERROR_CANCELLED, NULL, "another worker has taken over this job");
        case STORE_FAILED:
            return false;
        case STORE_UNAVAILABLE:
            if (log_writer_lost(sink->run))
                return false;
            nanosleep(&(struct timespec){ pause_ms / 1000, pause_ms % 1000 * 1000000 }, NULL);
        }
    }
}

static bool sink_saved(void *context, const struct saved_checkpoint *saved, struct error *err)
{
    struct job_sink *sink = context;
    struct text metadata = { 0 };
    struct checkpoint_row row = {
        .path = saved->name,
        .file = sink->file,
        .bytes = (int64_t)saved->bytes,
        .iterations_done = saved->iterations_done,
        .epochs_done = saved->epochs_done,
        .epoch = sink->job->epoch,
        .automatic = saved->automatic,
        .resumable = saved->resumable,
    };
    bool recorded;

    memcpy(row.id, sink->checkpoint, sizeof(row.id));
    memcpy(row.job, sink->job->id, sizeof(row.job));
    memcpy(row.sha256, saved->sha256, sizeof(row.sha256));
    text_format(&metadata, "{\"output_bytes\": %lld, \"manifest\": %s}",
                (long long)log_writer_output_bytes(sink->run), saved->manifest ? saved->manifest : "null");
    row.metadata = text_bytes(&metadata);
    recorded = log_writer_flush(sink->run, err) && insert_row(sink, &row, err);
    text_fini(&metadata);
    if (!recorded)
        return false;
    remove_superseded(sink);
    log_feed_news(sink->feed, sink->job->id);
    return true;
}

/* "best.tar" is this job's; "jobs/ID/checkpoints/best.tar" another one's of the same project. */
static bool sink_find(void *context, const char *name, char out_file[PATH_MAX], struct error *err)
{
    static const char prefix[] = "jobs/", middle[] = "/checkpoints/";
    struct job_sink *sink = context;
    size_t id_length = IDENTIFIER_TEXT_BYTES - 1;
    char job[IDENTIFIER_TEXT_BYTES];
    struct checkpoint_row row;
    struct arena arena = { 0 };
    enum store_result result;
    bool found = false;

    memcpy(job, sink->job->id, sizeof(job));
    if (strncmp(name, prefix, strlen(prefix)) == 0 &&
        strlen(name) > strlen(prefix) + id_length + strlen(middle) &&
        strncmp(name + strlen(prefix) + id_length, middle, strlen(middle)) == 0) {
        snprintf(job, sizeof(job), "%s", name + strlen(prefix));
        name += strlen(prefix) + id_length + strlen(middle);
    }
    result = store_checkpoint_read(sink->db, sink->job->project, job, name, &arena, &row, err);
    if (result == STORE_OK)
        found = checkpoint_files_path(sink->files, row.file, out_file, err);
    else if (result == STORE_NONE || result == STORE_CONFLICT)
        RAISE(err, ERROR_NOT_FOUND, NULL, "there is no checkpoint \"%s\"", name);
    arena_fini(&arena);
    return found;
}

void job_sink_init(struct job_sink *sink)
{
    sink->sink = (struct sink){
        .context = sink,
        .records = sink_records,
        .status = sink_status,
        .output = sink_output,
        .progress_bar = sink_progress_bar,
        .progress = sink_progress,
        .checkpoint_place = sink_place,
        .checkpoint_saved = sink_saved,
        .checkpoint_find = sink_find,
    };
}

/* The text is the one that sink_saved made. */
int64_t job_sink_output_bytes(const char *metadata)
{
    long long bytes;

    return metadata && sscanf(metadata, "{\"output_bytes\": %lld", &bytes) == 1 && bytes > 0 ? bytes : 0;
}
