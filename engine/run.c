/* engine/run.c -- see run.h. */
#include "engine/run.h"

#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/checkpoint/load.h"
#include "engine/checkpoint/save.h"
#include "engine/definition/assembly.h"
#include "engine/tensor/numeric_profile.h"

/* What an automatic checkpoint is called; no path of a user begins with "_". */
static const char autosave_name[] = "_autosave.tar";

struct run {
    struct assembly *assembly;
    bool continues; /* restored as if it had never stopped */
};

bool engine_start(const char *blas_core, struct error *err)
{
    return numeric_start(blas_core, err);
}

const char *engine_numeric_profile(void)
{
    return numeric_profile();
}

static bool autosave(void *context, struct error *err)
{
    return run_save(context, err);
}

struct run *run_new(const struct definition *definition, const struct run_options *options, struct error *err)
{
    struct run *run = memory_new(1, sizeof(*run));
    struct error_list errors = { 0 };

    run->assembly = assembly_new(definition,
                                 &(struct assembly_ports){ .sink = options->sink,
                                                           .control = options->control,
                                                           .clock = options->clock,
                                                           .autosave = autosave,
                                                           .autosave_context = run },
                                 false, &errors);
    if (!run->assembly && errors.count)
        *err = errors.items[0];
    error_list_fini(&errors);
    if (!run->assembly || !assembly_initialize(run->assembly, err)) {
        run_free(run);
        return NULL;
    }
    return run;
}

void run_free(struct run *run)
{
    if (!run)
        return;
    assembly_free(run->assembly);
    free(run);
}

bool run_restore(struct run *run, const char *file, enum run_restore how, struct error *err)
{
    struct checkpoint *checkpoint = checkpoint_open(file, err);
    bool restored = checkpoint && checkpoint_load_main_loop(checkpoint, &run->assembly->loop, err);

    checkpoint_close(checkpoint);
    run->continues = how == RESTORE_CONTINUE;
    return restored;
}

enum run_outcome run_train(struct run *run, struct error *err)
{
    static const enum run_outcome outcomes[] = {
        [TRAINING_FINISHED] = RUN_FINISHED,       [TRAINING_NO_MORE_EPOCHS] = RUN_NO_MORE_EPOCHS,
        [TRAINING_INTERRUPTED] = RUN_INTERRUPTED, [TRAINING_SUSPENDED] = RUN_SUSPENDED,
        [TRAINING_CANCELLED] = RUN_CANCELLED,     [TRAINING_FAILED] = RUN_FAILED,
    };
    struct main_loop *loop = &run->assembly->loop;

    return outcomes[run->continues ? main_loop_continue(loop, err) : main_loop_run(loop, err)];
}

bool run_save(struct run *run, struct error *err)
{
    const struct checkpoint_request request = { .name = autosave_name,
                                                .automatic = true,
                                                .save_main_loop = true };

    return checkpoint_save(&run->assembly->loop, &request, err);
}
