/* engine/extensions/load.c -- continues from a checkpoint of this or another job.
 *
 * Parameters always; with load_log the log takes the place of the main loop's, and with load_iteration_state
 * the position of the data stream.  The state of extensions and of the algorithm is not restored.  A log from
 * the middle of an epoch without its position starts a fresh epoch (Blocks fails). */
#include "engine/checkpoint/load.h"

#include <limits.h>

#include "engine/extensions/extensions.h"

struct load {
    const char *path;
    bool load_iteration_state, load_log, strict, missing_ok;
};

static const struct param params[] = {
    PARAM(load, path, TEXT, .required = true,
          .about = "\"best.tar\" of this job, or \"jobs/ID/checkpoints/best.tar\"."),
    PARAM(load, load_iteration_state, BOOLEAN, .preset = "false",
          .about = "Whether the data stream goes on where it was."),
    PARAM(load, load_log, BOOLEAN, .preset = "false", .about = "Whether the log goes on where it was."),
    PARAM(load, strict, BOOLEAN, .preset = "true",
          .about = "Whether parameters that only the model or only the checkpoint has are an error."),
    PARAM(load, missing_ok, BOOLEAN, .preset = "false",
          .about = "Whether training goes on without the checkpoint."),
    PARAM_END
};

static const struct trigger_setting triggers[] = { { TRIGGER_BEFORE_TRAINING, 1 }, TRIGGERS_END };

static bool load_main_loop(const struct load *settings, const struct checkpoint *checkpoint,
                           struct main_loop *loop, struct error *err)
{
    if (!settings->load_log && !settings->load_iteration_state)
        return true;
    if (!checkpoint_has_main_loop(checkpoint))
        return RAISE(err, ERROR_NOT_FOUND, NULL, "\"%s\" was saved without its main loop", settings->path);
    if (settings->load_log && !checkpoint_load_log(checkpoint, loop->parts.log, true, err))
        return false;
    if (settings->load_iteration_state)
        return checkpoint_load_stream(checkpoint, loop->parts.stream, err);
    log_counters_edit(loop->parts.log)->epoch_started = false;
    return true;
}

static bool load_from(const struct load *settings, const char *file, struct main_loop *loop,
                      struct error *err)
{
    struct checkpoint *checkpoint;
    bool loaded;

    if (!loop->parts.model)
        return RAISE(err, ERROR_TRAINING, NULL, "this training has no model");
    checkpoint = checkpoint_open(file, err);
    if (!checkpoint)
        return false;
    loaded = checkpoint_load_parameters(checkpoint, loop->parts.model, settings->strict, err) &&
             load_main_loop(settings, checkpoint, loop, err);
    checkpoint_close(checkpoint);
    return loaded;
}

static bool find(const struct sink *sink, const char *path, char out_file[PATH_MAX], struct error *err)
{
    if (!sink || !sink->checkpoint_find)
        return RAISE(err, ERROR_NOT_FOUND, NULL, "there are no checkpoints, and no \"%s\"", path);
    return sink->checkpoint_find(sink->context, path, out_file, err);
}

static bool load_act(struct extension *self, const struct call *call, struct error *err)
{
    const struct load *settings = self->settings;
    struct main_loop *loop = self->base.main_loop;
    char file[PATH_MAX];

    (void)call;
    if (!find(loop->parts.sink, settings->path, file, err)) {
        if (err->code != ERROR_NOT_FOUND || !settings->missing_ok)
            return error_prefix(err, "could not load the state");
        *err = (struct error){ 0 };
        return true;
    }
    if (!load_from(settings, file, loop, err))
        return error_prefix(err, "could not load the state");
    log_set_current(loop->parts.log, "loaded_from", value_text(settings->path));
    return true;
}

const struct extension_type load_type = {
    .component = { .name = "Load",
                   .about = "Loads parameters, and optionally log and data position, from a checkpoint.",
                   .params = params,
                   .settings_size = sizeof(struct load) },
    .triggers = triggers,
    .takes_triggers = true,
    .records_written = (const char *const[]){ "loaded_from", NULL },
    .act = load_act,
};
