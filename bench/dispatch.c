/* bench/dispatch.c -- what the main loop and its extensions cost per batch when nothing is to be done.
 *
 * usage: dispatch [BATCHES]
 *
 * An algorithm and a stream that do nothing; first without extensions, then with ten that have conditions on
 * every batch of which none ever holds.  Prints nanoseconds per batch for both, and the difference. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/text.h"
#include "engine/extensions/extensions.h"

enum { EXTENSIONS = 10 };

struct idle_stream {
    struct data_stream stream;
    int64_t left; /* batches */
};

static enum stream_result next_epoch(struct data_stream *stream, struct error *err)
{
    (void)err;
    return ((struct idle_stream *)stream)->left > 0 ? STREAM_OK : STREAM_END;
}

static enum stream_result next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct idle_stream *idle = (struct idle_stream *)stream;

    (void)err;
    *out = (struct batch){ .examples = 1 };
    return idle->left-- > 0 ? STREAM_OK : STREAM_END;
}

static int64_t batches_per_epoch(const struct data_stream *stream)
{
    (void)stream;
    return BATCHES_UNKNOWN;
}

static const struct data_stream_type stream_type = {
    .name = "idle",
    .next_epoch = next_epoch,
    .next_batch = next_batch,
    .batches_per_epoch = batches_per_epoch,
};

static bool initialize(struct algorithm *algorithm, struct error *err)
{
    (void)algorithm, (void)err;
    return true;
}

static bool process_batch(struct algorithm *algorithm, const struct batch *batch, struct error *err)
{
    (void)algorithm, (void)batch, (void)err;
    return true;
}

static const struct algorithm_type algorithm_type = {
    .name = "idle",
    .initialize = initialize,
    .process_batch = process_batch,
};

/* Nanoseconds per batch with the first `count` of `extensions`. */
static double measure(struct training_extension **extensions, size_t count, int64_t batches)
{
    struct idle_stream stream = { { .type = &stream_type }, batches };
    struct algorithm algorithm = { &algorithm_type };
    struct control control = { 0 };
    struct log *log = log_new();
    struct main_loop loop;
    struct error err;
    double started_s;

    main_loop_init(&loop, &(struct main_loop_parts){ .algorithm = &algorithm,
                                                     .stream = &stream.stream,
                                                     .log = log,
                                                     .extensions = extensions,
                                                     .extension_count = count,
                                                     .control = &control });
    started_s = clock_monotonic_s(&clock_system);
    if (main_loop_run(&loop, &err) == TRAINING_FAILED) {
        fprintf(stderr, "dispatch: %s\n", err.message);
        exit(1);
    }
    started_s = clock_monotonic_s(&clock_system) - started_s;
    log_free(log);
    return started_s / (double)batches * 1e9;
}

int main(int count, char **arguments)
{
    cJSON *json = cJSON_Parse("{\"every_n_batches\": 1000000007, \"after_n_batches\": 1000000007,"
                              " \"conditions\": [{\"callbacks\": [\"before_batch\", \"after_batch\"],"
                              " \"predicate\": {\"record\": \"valid_cost_best_so_far\"}}]}");
    const struct component component = { .type = &finish_after_type.component, .json = json };
    const struct extension_context context = { 0 };
    struct training_extension *listed[EXTENSIONS];
    struct extension *extensions[EXTENSIONS];
    struct error_list errors = { 0 };
    int64_t batches = 2000000;
    double alone, together;

    if (count > 1 && (!text_to_int64(arguments[1], &batches) || batches < 1)) {
        fprintf(stderr, "usage: dispatch [BATCHES]\n");
        return 2;
    }
    for (int i = 0; i < EXTENSIONS; i++) {
        extensions[i] = extension_new(&component, &context, &errors);
        listed[i] = extension_base(extensions[i]);
    }
    alone = measure(NULL, 0, batches);
    together = measure(listed, EXTENSIONS, batches);
    printf("main loop alone %.1f ns per batch, with %d idle extensions %.1f ns, dispatch %.1f ns\n", alone,
           EXTENSIONS, together, together - alone);
    for (int i = 0; i < EXTENSIONS; i++)
        extension_free(extensions[i]);
    cJSON_Delete(json);
    return 0;
}
