/* tests/conformance/job.c -- the runs of a case; see job.h. */
#include "tests/conformance/job.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/checkpoint/load.h"
#include "engine/checkpoint/save.h"

static const char folder_mark[] = "<dir>/";

const char *job_at(const cJSON *object, const char *key, const char *absent)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsString(member) ? member->valuestring : absent;
}

double job_number(const cJSON *object, const char *key, double absent)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(member) ? member->valuedouble : absent;
}

/* ---- What the engine sees of the world ---- */

static double monotonic_s(void *context)
{
    return ((struct job *)context)->now_s;
}

static int64_t wall_us(void *context)
{
    (void)context;
    return clock_system.wall_us(clock_system.context);
}

static bool take_output(void *context, const char *bytes, size_t length, struct error *err)
{
    (void)err;
    text_add_n(&((struct job *)context)->printed, bytes, length);
    return true;
}

static bool place(void *context, const char *name, bool automatic, char out_file[PATH_MAX], struct error *err)
{
    const struct job *job = context;

    (void)automatic, (void)err;
    if (strncmp(name, folder_mark, strlen(folder_mark)) == 0)
        name += strlen(folder_mark);
    snprintf(out_file, PATH_MAX, "%.2000s/%.1000s", job->folder, name);
    return true;
}

static bool find(void *context, const char *name, char out_file[PATH_MAX], struct error *err)
{
    place(context, name, false, out_file, err);
    return access(out_file, R_OK) == 0 || RAISE(err, ERROR_NOT_FOUND, NULL, "there is no \"%s\"", name);
}

static void ignore_bar(void *context, const char *line)
{
    (void)context, (void)line;
}

/* ---- Life ---- */

static cJSON *histories_of(const cJSON *trace)
{
    cJSON *histories = cJSON_CreateObject();
    const cJSON *number;

    cJSON_ArrayForEach(number, cJSON_GetObjectItemCaseSensitive(trace, "variables"))
    {
        cJSON_AddItemToArray(cJSON_AddArrayToObject(histories, number->string),
                             cJSON_CreateNumber(number->valuedouble));
    }
    return histories;
}

static struct scripted_model *add_model(struct job *job, const cJSON *net)
{
    return job->models[job->model_count++] = scripted_model_new(job->trace, net);
}

struct job *job_new(const cJSON *trace, bool as_in_blocks)
{
    struct job *job = memory_new(1, sizeof *job);

    job->trace = trace;
    job->as_in_blocks = as_in_blocks;
    job->clock = (struct clock){ .context = job, .monotonic_s = monotonic_s, .wall_us = wall_us };
    job->sink = (struct sink){ .context = job,
                               .output = take_output,
                               .progress_bar = ignore_bar,
                               .checkpoint_place = place,
                               .checkpoint_find = find };
    snprintf(job->folder, sizeof job->folder, "/tmp/conformance.XXXXXX");
    if (!mkdtemp(job->folder))
        abort();
    job->outcome = cJSON_CreateArray();
    job->calls = cJSON_CreateArray();
    job->output = cJSON_CreateArray();
    job->progress = cJSON_CreateArray();
    job->statuses = cJSON_CreateArray();
    job->histories = histories_of(trace);
    return job;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

void job_free(struct job *job)
{
    for (size_t i = 0; i < job->stage_count; i++)
        stage_free(job->stages[i]);
    for (size_t i = 0; i < job->model_count; i++)
        scripted_model_free(job->models[i]);
    for (size_t i = 0; i < job->document_count; i++) {
        json_document_fini(&job->documents[i]);
        free(job->texts[i]);
    }
    nftw(job->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    cJSON_Delete(job->outcome);
    cJSON_Delete(job->calls);
    cJSON_Delete(job->output);
    cJSON_Delete(job->progress);
    cJSON_Delete(job->statuses);
    cJSON_Delete(job->histories);
    text_fini(&job->printed);
    free(job);
}

/* ---- Runs ---- */

static void start(struct job *job, const cJSON *run)
{
    (void)run;
    stage_new(job, cJSON_GetObjectItemCaseSensitive(job->trace, "extensions"),
              add_model(job, cJSON_GetObjectItemCaseSensitive(job->trace, "model")));
}

static void rerun(struct job *job, const cJSON *run)
{
    (void)job, (void)run;
}

/* Children that an extension got while it ran are serialised with it. */
static void adopt_again(struct stage *stage, const struct stage *old)
{
    for (size_t i = 0; i < stage->extension_count && i < old->extension_count; i++)
        while (stage->extensions[i]->adoptions < old->extensions[i]->adoptions)
            watched_adopt(stage->extensions[i]);
}

/* Everything is written to a file; what is read back lives on objects that are all new. */
static void pickle_resume(struct job *job, const cJSON *run)
{
    const struct checkpoint_request request = { .name = "resumed",
                                                .automatic = true,
                                                .save_main_loop = true };
    struct stage *old = job->stage, *stage;
    struct checkpoint *checkpoint = NULL;
    char file[PATH_MAX];
    struct error err;
    bool restored;

    (void)run;
    place(job, request.name, true, file, &err);
    restored = checkpoint_save(&old->loop, &request, &err);
    sqlite_resume(job);
    stage = stage_new(job, old->entries, add_model(job, old->model->net));
    checkpoint = restored ? checkpoint_open(file, &err) : NULL;
    if (!checkpoint || !checkpoint_load_main_loop(checkpoint, &stage->loop, &err)) {
        job->refused = true;
        snprintf(job->why, sizeof job->why, "could not be resumed: %.400s", err.message);
    }
    checkpoint_close(checkpoint);
    adopt_again(stage, old);
    unlink(file);
}

static void fresh_loop_old_log(struct job *job, const cJSON *run)
{
    struct stage *stage = job->stage;

    (void)run;
    stage->retired[stage->retired_count].stream = stage->stream;
    stage->retired[stage->retired_count++].algorithm = stage->algorithm;
    stage->stream = scripted_stream_new(job, job->trace);
    stage->algorithm = scripted_algorithm_new(job);
    stage_start_loop(stage);
}

static void fresh_job(struct job *job, const cJSON *run)
{
    const cJSON *entries = cJSON_GetObjectItemCaseSensitive(run, "extensions");
    const cJSON *net = cJSON_GetObjectItemCaseSensitive(run, "model");
    const cJSON *reset = cJSON_GetObjectItemCaseSensitive(run, "reset_parameters");
    struct scripted_model *model = net ? add_model(job, net) : job->stage->model;

    scripted_model_take_numbers(model, job->stage->model);
    if (cJSON_IsNumber(reset))
        scripted_model_reset(model, reset->valuedouble);
    stage_new(job, entries ? entries : job->stage->entries, model);
}

static const struct {
    const char *mode;
    void (*prepare)(struct job *job, const cJSON *run);
} modes[] = { { "start", start },
              { "rerun", rerun },
              { "pickle_resume", pickle_resume },
              { "fresh_loop_old_log", fresh_loop_old_log },
              { "fresh_job", fresh_job } };

static bool prepare(struct job *job, const cJSON *run)
{
    const char *mode = job_at(run, "mode", "start");

    for (size_t i = 0; i < COUNT(modes); i++) {
        if (strcmp(modes[i].mode, mode) == 0) {
            modes[i].prepare(job, run);
            return !job->refused;
        }
    }
    job->refused = true;
    snprintf(job->why, sizeof job->why, "unknown mode %.60s", mode);
    return false;
}

/* Printed identities become "<log-uuid k>"; a request that was taken back is not there. */
static cJSON *output_of(const struct job *job)
{
    static const char taken_back[] = "\t training_finish_requested: " REQUEST_TAKEN_BACK "\n";
    struct text text = { 0 };
    cJSON *output;

    for (const char *at = text_bytes(&job->printed); *at; at++) {
        size_t i = 0;

        if (strncmp(at, taken_back, strlen(taken_back)) == 0) {
            at += strlen(taken_back) - 1;
            continue;
        }
        while (i < job->uuid_count && strncmp(at, job->uuids[i], LOG_UUID_BYTES - 1) != 0)
            i++;
        if (i == job->uuid_count) {
            text_add_char(&text, *at);
            continue;
        }
        text_format(&text, "<log-uuid %zu>", i);
        at += LOG_UUID_BYTES - 2;
    }
    output = cJSON_CreateString(text_bytes(&text));
    text_fini(&text);
    return output;
}

static void note_outcome(struct job *job, enum training_outcome outcome)
{
    cJSON *result = cJSON_CreateObject();
    bool returned = outcome != TRAINING_FAILED && outcome != TRAINING_CANCELLED;

    cJSON_AddStringToObject(result, "result", returned ? "returned" : "raised");
    if (returned)
        cJSON_AddBoolToObject(result, "training_finished",
                              log_current_truthy(job->stage->log, "training_finished"));
    cJSON_AddItemToArray(job->outcome, result);
    cJSON_AddItemToArray(job->statuses, observe_status(job));
    cJSON_AddItemToArray(job->output, output_of(job));
    text_clear(&job->printed);
}

bool job_run_all(struct job *job)
{
    const cJSON *runs = cJSON_GetObjectItemCaseSensitive(job->trace, "runs");
    int count = runs ? cJSON_GetArraySize(runs) : 1;

    for (job->run = 0; job->run < count && job->run < RUNS_MAX; job->run++) {
        enum training_outcome outcome;
        struct error err;

        if (!prepare(job, cJSON_GetArrayItem(runs, job->run)))
            return false;
        job->started_before = log_counters(job->stage->log)->training_started;
        fault_handlers_set(job);
        outcome = main_loop_run(&job->stage->loop, &err);
        fault_handlers_reset();
        snprintf(job->why, sizeof job->why, "%.500s",
                 outcome == TRAINING_FAILED || outcome == TRAINING_CANCELLED ? err.message : "");
        note_outcome(job, outcome);
    }
    return true;
}
