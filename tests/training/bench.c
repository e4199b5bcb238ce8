/* tests/training/bench.c -- see bench.h. */
#include "tests/training/bench.h"

#include <string.h>

enum { BATCHES = 3 };

static struct bench *bench_of_stream(struct data_stream *stream)
{
    return (struct bench *)(void *)((char *)stream - offsetof(struct bench, stream));
}

static struct bench *bench_of_algorithm(struct algorithm *algorithm)
{
    return (struct bench *)(void *)((char *)algorithm - offsetof(struct bench, algorithm));
}

static struct bench *bench_of_extension(struct training_extension *extension)
{
    return (struct bench *)(void *)((char *)extension - offsetof(struct bench, extension));
}

static bool note(struct bench *bench, char what, struct error *err)
{
    text_add_char(&bench->notes, what);
    if (++bench->taken == bench->stop_at)
        control_stop(&bench->control, bench->stop);
    if (what == bench->fail_at)
        return RAISE(err, ERROR_TRAINING, NULL, "scripted");
    return true;
}

static enum stream_result next_epoch(struct data_stream *stream, struct error *err)
{
    struct bench *bench = bench_of_stream(stream);

    (void)err;
    if (bench->epochs == bench->epochs_max)
        return STREAM_END;
    bench->epochs++;
    bench->position = 0;
    return STREAM_OK;
}

static enum stream_result next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct bench *bench = bench_of_stream(stream);

    if (bench->position == BATCHES)
        return STREAM_END;
    bench->position++;
    *out = (struct batch){ .examples = 10 };
    return note(bench, 'R', err) ? STREAM_OK : STREAM_FAILED;
}

static int64_t batches_per_epoch(const struct data_stream *stream)
{
    (void)stream;
    return BATCHES;
}

static const struct data_stream_type stream_type = { .name = "scripted",
                                                     .next_epoch = next_epoch,
                                                     .next_batch = next_batch,
                                                     .batches_per_epoch = batches_per_epoch };

static bool initialize(struct algorithm *algorithm, struct error *err)
{
    (void)algorithm, (void)err;
    return true;
}

static bool process_batch(struct algorithm *algorithm, const struct batch *batch, struct error *err)
{
    (void)batch;
    return note(bench_of_algorithm(algorithm), 'T', err);
}

static const struct algorithm_type algorithm_type = { .name = "scripted",
                                                      .initialize = initialize,
                                                      .process_batch = process_batch };

static bool dispatch(struct training_extension *extension, const struct event *event, struct error *err)
{
    static const char marks[] = {
        [BEFORE_TRAINING] = 'b', [ON_RESUMPTION] = 'r', [BEFORE_EPOCH] = 'E',
        [BEFORE_BATCH] = '(',    [AFTER_BATCH] = ')',   [AFTER_EPOCH] = 'e',
        [AFTER_TRAINING] = 'f',  [ON_ERROR] = 'x',      [ON_INTERRUPT] = 'i',
    };
    struct bench *bench = bench_of_extension(extension);

    if (event->callback == AFTER_BATCH && log_counters(bench->log)->iterations_done == bench->finish_after)
        log_set_current(bench->log, "training_finish_requested", value_boolean(true));
    if (event->callback == AFTER_EPOCH)
        log_set_current(bench->log, "epoch", value_integer(log_counters(bench->log)->epochs_done));
    return note(bench, marks[event->callback], err);
}

static bool attach(struct training_extension *extension, struct main_loop *main_loop, struct error *err)
{
    (void)err;
    extension->main_loop = main_loop;
    return true;
}

static const struct training_extension_type dispatcher = { .dispatch = dispatch, .attach = attach };

static double monotonic_s(void *context)
{
    return (double)++((struct bench *)context)->clock_reads;
}

static int64_t wall_us(void *context)
{
    ((struct bench *)context)->clock_reads++;
    return 0;
}

static bool hear(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    struct bench *bench = context;

    (void)records;
    bench->flushed_records += count;
    return !bench->sink_fails || RAISE(err, ERROR_UNAVAILABLE, NULL, "the sink is closed");
}

static bool autosave(void *context, struct error *err)
{
    (void)err;
    ((struct bench *)context)->autosaves++;
    return true;
}

void bench_restart(struct bench *bench)
{
    bench->listed[0] = &bench->extension;
    atomic_store(&bench->control.stop, STOP_NONE);
    main_loop_init(&bench->loop, &(struct main_loop_parts){ .algorithm = &bench->algorithm,
                                                            .stream = &bench->stream,
                                                            .log = bench->log,
                                                            .extensions = bench->listed,
                                                            .extension_count = 1,
                                                            .sink = &bench->sink,
                                                            .control = &bench->control,
                                                            .clock = &bench->clock,
                                                            .autosave = autosave,
                                                            .autosave_context = bench });
}

void bench_open(struct bench *bench)
{
    *bench = (struct bench){ .stream = { .type = &stream_type },
                             .algorithm = { .type = &algorithm_type },
                             .extension = { .dispatcher = &dispatcher,
                                            .name = "notes",
                                            .type_name = "Notes",
                                            .pointer = "",
                                            .callbacks = CALLBACKS_ALL },
                             .epochs_max = 2,
                             .log = log_new() };
    bench->clock = (struct clock){ .context = bench, .monotonic_s = monotonic_s, .wall_us = wall_us };
    bench->sink = (struct sink){ .context = bench, .records = hear };
    bench_restart(bench);
}

void bench_close(struct bench *bench)
{
    log_free(bench->log);
    text_fini(&bench->notes);
}

const char *bench_notes(struct bench *bench)
{
    static char copy[4096];

    ck_assert_uint_lt(bench->notes.length, sizeof copy);
    memcpy(copy, text_bytes(&bench->notes), bench->notes.length + 1);
    text_clear(&bench->notes);
    return copy;
}
