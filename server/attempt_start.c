/* server/attempt_start.c -- see attempt_start.h. */
#include "server/attempt_start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "server/job_sink.h"
#include "server/store/checkpoints.h"
#include "server/store/events.h"

/* The job's checkpoints, newest first. */
struct listing {
    struct arena arena;
    struct checkpoint_row *rows;
    size_t count;
};

static void add_row(void *context, const struct checkpoint_row *row)
{
    struct listing *listing = context;
    struct checkpoint_row *copy;

    listing->rows = memory_grow(listing->rows, listing->count + 1, sizeof(*listing->rows));
    copy = &listing->rows[listing->count++];
    *copy = *row;
    copy->path = arena_text(&listing->arena, row->path);
    copy->file = arena_text(&listing->arena, row->file);
    copy->metadata = arena_text(&listing->arena, row->metadata);
}

static bool list_all(struct attempt *attempt, struct listing *out, struct error *err)
{
    const struct checkpoint_filter filter = { .project = attempt->job->project,
                                              .job = attempt->job->id,
                                              .before_created_us = TIME_ABSENT,
                                              .limit = INT32_MAX };

    return store_checkpoint_list(attempt->db, &filter, add_row, out, err) == STORE_OK;
}

static bool has_row(void *context, const char *file)
{
    const struct listing *listing = context;

    for (size_t i = 0; i < listing->count; i++)
        if (strcmp(listing->rows[i].file, file) == 0)
            return true;
    return false;
}

/* What is left is only space: the attempt does not fail for it. */
static void remove_leftovers(struct attempt *attempt, struct listing *listing)
{
    size_t removed = 0;
    struct error err = { 0 };

    if (!checkpoint_files_collect(attempt->options->checkpoint_files, attempt->job->id, has_row, listing,
                                  &removed, &err))
        journal_failure(attempt->options->journal, "could not clean up behind an attempt", attempt->job->id,
                        &err);
    if (removed)
        journal_warning(attempt->options->journal, "unfinished checkpoints removed",
                        FIELDS(FIELD_TEXT("job", attempt->job->id), FIELD_INTEGER("files", removed)));
}

static void note_damage(struct attempt *attempt, const struct checkpoint_row *row, const struct error *damage)
{
    struct error ignored;
    char detail[IDENTIFIER_TEXT_BYTES + 32];

    journal_failure(attempt->options->journal, "a checkpoint is passed over", attempt->job->id, damage);
    snprintf(detail, sizeof(detail), "{\"checkpoint\": \"%s\"}", row->id);
    store_event_insert(attempt->db, attempt->job->id, attempt->job->epoch, "checkpoint_damaged",
                       error_code_name(damage->code), detail, &ignored);
}

static bool find_whole(struct attempt *attempt, const struct listing *listing, struct attempt_start *out,
                       struct error *err)
{
    const struct checkpoint_files *files = attempt->options->checkpoint_files;
    bool reached = false;

    for (size_t i = 0; i < listing->count; i++) {
        const struct checkpoint_row *row = &listing->rows[i];
        bool last = strcmp(row->id, attempt->job->last_checkpoint) == 0;

        reached = reached || last;
        if (!reached || !(last || row->automatic))
            continue;
        if (checkpoint_files_check(files, row->file, row->bytes, row->sha256, err)) {
            out->output_bytes = job_sink_output_bytes(row->metadata);
            return checkpoint_files_path(files, row->file, out->path, err);
        }
        if (err->code != ERROR_CORRUPT && err->code != ERROR_NOT_FOUND)
            return false;
        note_damage(attempt, row, err);
    }
    return true;
}

bool attempt_start_find(struct attempt *attempt, struct attempt_start *out, struct error *err)
{
    struct listing listing = { 0 };
    bool found;

    *out = (struct attempt_start){ 0 };
    found = list_all(attempt, &listing, err);
    if (found) {
        remove_leftovers(attempt, &listing);
        found = !*attempt->job->last_checkpoint || find_whole(attempt, &listing, out, err);
    }
    free(listing.rows);
    arena_fini(&listing.arena);
    return found;
}
