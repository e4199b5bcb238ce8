/* engine/run.h -- the face of the engine: check a definition, plan it, run it, continue it.
 *
 * Definitions are read by engine/definition/read.h.  A struct run belongs to the one thread that trains it
 * (its control may be raised from anywhere). */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/definition/read.h"
#include "engine/training/control.h"
#include "engine/training/sink.h"

/* Before a thread uses the engine: chooses the BLAS kernels and proves that they are thread-safe.  The first
 * call that succeeds decides, also among several threads; later ones change nothing.  `blas_core` NULL lets
 * the engine choose.  False: this machine's BLAS cannot be used, or ERROR_STATE: another core is in use. */
bool engine_start(const char *blas_core, struct error *err);
/* "OpenBLAS 0.3.21 SkylakeX, kernels x86-64-v4": what results depend on besides the definition. */
const char *engine_numeric_profile(void);

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

/* Writes an automatic checkpoint of the present state; between trainings only (after RUN_SUSPENDED). */
bool run_save(struct run *run, struct error *err);

#endif
