/* engine/run.h -- the face of the engine: check a definition, plan it, run it, continue it.
 *
 * A struct definition is constant once read: any number of threads may use it.  A struct run belongs to
 * the one thread that trains it (its control may be raised from anywhere). */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/training/control.h"
#include "engine/training/sink.h"

struct dataset; /* engine/data/dataset.h */

/* Once per process, before any thread uses the engine: chooses the BLAS kernels and proves that they are
 * thread-safe.  `blas_core` NULL lets the engine choose.  False: this machine's BLAS cannot be used. */
bool engine_start(const char *blas_core, struct error *err);
/* "OpenBLAS 0.3.21 SkylakeX, kernels x86-64-v4": what results depend on besides the definition. */
const char *engine_numeric_profile(void);

/* Where named datasets come from. */
struct dataset_source {
    void *context;
    /* A new reference to the dataset `name`; false with ERROR_NOT_FOUND when there is none. */
    bool (*open)(void *context, const char *name, struct dataset **out, struct error *err);
    bool files_allowed; /* {"type": "file"}: kilnd run and check only */
};

struct definition;

/* Checks everything that can be known before running: syntax, tables, names, shapes, scripts.  NULL with all
 * errors, each with its place, when anything is wrong. */
struct definition *definition_read(const char *text, size_t length, const struct dataset_source *datasets,
                                   struct error_list *errors);
void definition_free(struct definition *definition); /* accepts NULL */
/* The settings of the job itself, for the server. */
const char *definition_name(const struct definition *definition);   /* "" when none is given */
const char *definition_labels(const struct definition *definition); /* JSON object of texts */
int64_t definition_priority(const struct definition *definition);
int64_t definition_threads(const struct definition *definition);
int64_t definition_max_attempts(const struct definition *definition);
double definition_autosave_s(const struct definition *definition); /* 0: no automatic checkpoints by time */
/* Names of the stored datasets it uses; ends in NULL. */
const char *const *definition_datasets(const struct definition *definition);
/* The plan as a JSON object: parameters with shapes, sources, batches per epoch, memory, warnings. */
void definition_plan(const struct definition *definition, struct text *out_json);

enum run_outcome {
    RUN_FINISHED, /* a finish was requested */
    RUN_NO_MORE_EPOCHS,
    RUN_INTERRUPTED, /* an interrupt ended it, after on_interrupt and after_training */
    RUN_SUSPENDED,   /* STOP_SUSPEND: continue it from its automatic checkpoint */
    RUN_CANCELLED,
    RUN_FAILED /* err is set */
};

struct run_options {
    const struct sink *sink;   /* borrowed */
    struct control *control;   /* borrowed */
    const struct clock *clock; /* NULL: clock_system */
};

struct run;

/* Plans memory and initialises parameters.  Keeps a borrowed pointer to `definition`. */
struct run *run_new(const struct definition *definition, const struct run_options *options,
                    struct error *err);
void run_free(struct run *run); /* accepts NULL */

enum run_restore {
    RESTORE_CONTINUE, /* as if never stopped: no callbacks, the same bits (pause, drain, crash) */
    RESTORE_RESUME    /* Blocks' resumption: on_resumption is dispatched, interrupt flags are cleared */
};
/* Before run_train: puts back the state saved in `file`. */
bool run_restore(struct run *run, const char *file, enum run_restore how, struct error *err);

/* Trains to the end or to a stop. */
enum run_outcome run_train(struct run *run, struct error *err);

/* Writes an automatic checkpoint `name` of the present state; between trainings only (after RUN_SUSPENDED).
 */
bool run_save(struct run *run, const char *name, struct error *err);

#endif
