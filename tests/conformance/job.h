/* tests/conformance/job.h -- a scripted job of a trace: everything that the engine is given, and what it was
 * seen to do.
 *
 * One job lives through all runs of its case.  Objects that a run replaces are kept to the end. */
#ifndef TESTS_CONFORMANCE_JOB_H
#define TESTS_CONFORMANCE_JOB_H

#include <limits.h>

#include <cjson/cJSON.h>

#include "engine/definition/bind.h"
#include "engine/extensions/extension.h"
#include "engine/script/expression.h"
#include "engine/script/log_view.h"
#include "engine/script/sandbox.h"
#include "engine/training/main_loop.h"

struct job;

/* The data stream: epochs of given lengths, batches numbered over all epochs. */
struct scripted_stream {
    struct data_stream stream;
    struct job *job;
    const cJSON *lengths, *data;
    int64_t max_epochs;       /* -1: no bound */
    int64_t length_to_report; /* for the progress bar */
    bool main_stream;         /* faults and durations concern this one */
    int64_t epoch;            /* epochs handed out */
    int64_t position;         /* in the present one */
    int64_t first;            /* number of its first batch */
    int64_t number;           /* of the batch handed out last */
    struct source_spec spec;
    struct batch_source source;
    double *values;
};

/* The algorithm: adds to parameters, fails on demand, computes what is observed. */
struct scripted_algorithm {
    struct algorithm algorithm;
    struct algorithm_type type;
    struct job *job;
    int64_t calls;
    const struct batch_observer *observers[16];
    struct function *functions[16];
    size_t observer_count;
};

/* An extension of the case, with an eye on it. */
struct watched {
    struct extension_type
        type; /* what the extension believes to be: its own type, with our functions in front */
    const struct extension_type *original;
    struct job *job;
    const cJSON *entry; /* of the case */
    struct extension *extension;
    struct watched *checkpoint; /* of early stopping as in Blocks: not listed, and not a child yet */
    int adoptions;
    bool bar_shown; /* of a progress bar */
    int64_t bar_step;
};

/* Where Kiln goes on and Blocks failed, a job may have no end. */
enum { FETCHES_MAX = 20000 };

/* A finish request that Blocks does not make: false, and nothing that a case would write. */
#define REQUEST_TAKEN_BACK ""

enum { WATCHED_MAX = 64, RUNS_MAX = 16, STREAMS_MAX = 32, UUIDS_MAX = 1024 };

/* The model, the named numbers, and the graphs over both. */
struct scripted_model {
    const cJSON *net; /* of the case */
    struct variables *variables;
    struct graph *training, *evaluation;
    struct expression_scope *training_scope, *evaluation_scope;
    struct expression_names names;
    struct expression_source source;
    struct expression_shared shared[32];
    struct expression_variable named[32];
    size_t count;
};

/* A main loop and what belongs to it. */
struct stage {
    struct job *job;
    const cJSON *entries; /* the extensions of the case that it is made of */
    struct scripted_model *model;
    struct log *log;
    struct scripted_stream *stream;
    struct scripted_algorithm *algorithm;
    struct {
        const char *name;
        struct scripted_stream *stream;
    } streams[STREAMS_MAX]; /* of DataStreamMonitoring, by the id of the extension */
    size_t stream_count;
    struct watched *extensions[WATCHED_MAX]; /* those inside others as well */
    size_t extension_count;
    struct extension *top[WATCHED_MAX], *unlisted[WATCHED_MAX];
    size_t unlisted_count;
    struct training_extension *listed[WATCHED_MAX]; /* the same, for the main loop */
    size_t listed_count;
    struct script *script;
    struct script_log_port log_port;
    struct extension_context context;
    struct main_loop loop;
    struct {
        struct scripted_stream *stream;
        struct scripted_algorithm *algorithm;
    } retired[RUNS_MAX]; /* replaced by a fresh loop */
    size_t retired_count;
};

struct job {
    const cJSON *trace;
    struct clock clock;
    double now_s;
    struct control control;
    struct sink sink;
    char folder[PATH_MAX];
    struct json_document documents[256];
    char *texts[256];
    size_t document_count;
    struct stage *stages[RUNS_MAX];
    size_t stage_count;
    struct scripted_model *models[RUNS_MAX];
    size_t model_count;
    struct stage *stage; /* the present one */
    int run;
    bool as_in_blocks;          /* deliberate differences are undone */
    bool keeps_failed_batch;    /* a batch whose fetching failed comes again */
    bool last_batch_is_smaller; /* of the scheme that the progress bar looks at */
    char uuids[UUIDS_MAX][LOG_UUID_BYTES];
    size_t uuid_count;
    /* Observed, in the shape of expectations. */
    cJSON *outcome, *calls, *output, *progress, *histories, *statuses;
    struct text printed; /* of this run */
    bool refused;        /* an extension could not be built */
    int64_t fetches;     /* of batches, by all runs */
    bool started_before; /* this run: without initialization */
    bool patience_was_overdrawn;
    bool load_failed; /* Load found that something does not fit */
    char why[512];
    bool handlers_restored; /* signals would end the process now */
};

/* ---- job.c ---- */
struct job *job_new(const cJSON *trace, bool as_in_blocks);
void job_free(struct job *job);
/* False when something could not be built; then job->why. */
bool job_run_all(struct job *job);
const char *job_at(const cJSON *object, const char *key, const char *absent); /* a text member */
double job_number(const cJSON *object, const char *key, double absent);

/* ---- stage.c ---- */
/* Becomes the present stage.  On failure job->refused is set. */
struct stage *stage_new(struct job *job, const cJSON *entries, struct scripted_model *model);
void stage_start_loop(struct stage *stage); /* a new main loop around what is there */
void stage_free(struct stage *stage);

/* ---- scripted_model.c ---- */
struct scripted_model *scripted_model_new(const cJSON *trace, const cJSON *net);
void scripted_model_free(struct scripted_model *model);
void scripted_model_add(struct scripted_model *model, double addend);
void scripted_model_take_numbers(struct scripted_model *model, const struct scripted_model *from);
void scripted_model_reset(struct scripted_model *model, double value);
cJSON *scripted_model_values(const struct scripted_model *model);

/* ---- scripted_stream.c, scripted_algorithm.c ---- */
struct scripted_stream *scripted_stream_new(struct job *job, const cJSON *trace);
struct scripted_stream *scripted_stream_of_data(struct job *job, const cJSON *data);
struct scripted_algorithm *scripted_algorithm_new(struct job *job);

/* ---- scripted_extensions.c ---- */
extern const struct family scripted_family; /* all stock extensions, and the scripted ones */
struct watched *watched_of(const struct extension *extension);
void watched_adopt(struct watched *watched);
/* Builds an entry of the case, with its sub-extensions.  NULL with errors. */
struct watched *watched_new(struct job *job, struct stage *stage, const cJSON *entry,
                            struct error_list *errors);

/* ---- translate.c ---- */
cJSON *translate_extension(struct job *job, const cJSON *entry);

/* ---- faults.c ---- */
/* What is scripted for `where` and this number (-1: any). */
bool fault_strike(struct job *job, const char *where, int64_t number, struct error *err);
bool fault_signal(struct job *job, const char *name, struct error *err);
void fault_handlers_set(struct job *job);
void fault_handlers_reset(void);
double fault_duration(const struct job *job, const char *name, int64_t number);

/* ---- sqlite.c; nothing happens with any other log ---- */
void sqlite_keep(struct job *job);   /* what was just written to the current row */
void sqlite_resume(struct job *job); /* the log was serialised */
void sqlite_note_save(const struct watched *watched, size_t argument_count); /* by a Checkpoint */

/* ---- observe.c ---- */
void observe_call(struct watched *watched, const struct event *event, const struct value *arguments,
                  size_t count);
void observe_bar(struct watched *watched);
void observe_number(struct watched *watched);
cJSON *observe_log(const struct log *log);
cJSON *observe_status(struct job *job);
/* Identities of logs are numbered in the order in which the logs are resumed: the one resumed last is known.
 */
void observe_resumption(struct job *job);
size_t job_uuid_number(struct job *job, const char *uuid);
cJSON *observe_files(const struct job *job, int *out_left);
cJSON *json_of_value(const struct value *value);
struct value value_of_json(const cJSON *json);

#endif
