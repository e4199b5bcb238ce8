/* engine/training/main_loop.h -- reads batches, trains, and calls the extensions at every step of it.
 *
 * The order of everything is that of Blocks' MainLoop, with one difference: when an interrupt ends the
 * training, on_interrupt is dispatched at the boundary where it takes effect, before after_training.
 *
 * Per batch nothing is allocated, no lock is taken and, unless an extension needs the timers, no clock is
 * read. One thread runs a main loop; its control may be raised from anywhere. */
#ifndef ENGINE_TRAINING_MAIN_LOOP_H
#define ENGINE_TRAINING_MAIN_LOOP_H

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/data/stream.h"
#include "engine/graph/variables.h"
#include "engine/training/algorithm.h"
#include "engine/training/control.h"
#include "engine/training/log.h"
#include "engine/training/profile.h"
#include "engine/training/sink.h"
#include "engine/training/training_extension.h"

/* What a checkpoint has to know of the job besides its state. */
struct main_loop_identity {
    const char *definition_sha256; /* hexadecimal */
    const char *numeric_profile;
    struct random_state *random; /* behind math.random of the user functions; NULL: there are none */
};

/* A stream that extensions evaluate on: its position is part of a checkpoint too. */
struct evaluated_stream {
    const char *name; /* in the definition */
    struct data_stream *stream;
};

/* What a main loop is made of.  Everything is borrowed. */
struct main_loop_parts {
    struct algorithm *algorithm;
    struct data_stream *stream;
    struct variables *model; /* NULL: no model */
    struct log *log;
    struct training_extension *const *extensions;
    size_t extension_count;
    const struct sink *sink;   /* NULL: nobody listens */
    struct control *control;   /* NULL: cannot be stopped */
    const struct clock *clock; /* NULL: clock_system */
    /* Called at a batch boundary when control->autosave was set; NULL: nothing is done. */
    bool (*autosave)(void *context, struct error *err);
    void *autosave_context;
    /* For checkpoints. */
    const struct main_loop_identity *identity; /* NULL: unknown */
    const struct evaluated_stream *evaluated;
    size_t evaluated_count;
    /* Where they stand in the definition, for errors that know no place of their own; NULL: unknown. */
    const char *algorithm_pointer, *stream_pointer;
};

struct main_loop {
    struct main_loop_parts parts;
    struct profile profile;
    enum stop_request stop_seen; /* requests up to this one are in the log already */
    int64_t examples_done;       /* by this process */
    int64_t batches_per_epoch;   /* or one of BATCHES_... */
    bool initialized;            /* the algorithm, in this process */
};

/* Building a main loop around an old log makes training_started, epoch_started and both interrupt flags
 * false. */
void main_loop_init(struct main_loop *loop, const struct main_loop_parts *parts);

enum training_outcome {
    TRAINING_FINISHED,       /* a finish was requested */
    TRAINING_NO_MORE_EPOCHS, /* no after_training */
    TRAINING_INTERRUPTED,    /* an interrupt ended it */
    TRAINING_SUSPENDED,      /* STOP_SUSPEND: main_loop_continue goes on as if nothing had happened */
    TRAINING_CANCELLED,      /* STOP_CANCEL: no more callbacks */
    TRAINING_FAILED          /* err is set */
};

/* Starts, or resumes when batches have been done. */
enum training_outcome main_loop_run(struct main_loop *loop, struct error *err);
/* Goes on behind a suspension, in this process or after the state was restored in another: no callbacks, the
 * same bits.  An algorithm that is not initialised yet in this process is. */
enum training_outcome main_loop_continue(struct main_loop *loop, struct error *err);

/* Looks at the control: a request that is new goes into the current row and the status.  The main loop does
 * so behind each of its steps.  False with ERROR_CANCELLED when training is to be left at once. */
bool main_loop_poll(struct main_loop *loop, struct error *err);

/* Timers, as JSON, for checkpoints. */
void main_loop_save_profile(const struct main_loop *loop, struct text *out_json);
bool main_loop_load_profile(struct main_loop *loop, const struct cJSON *saved, struct error *err);

#endif
