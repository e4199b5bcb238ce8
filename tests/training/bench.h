/* tests/training/bench.h -- a main loop with a scripted stream and algorithm, and an extension that notes
 * everything.
 *
 * Epochs of three batches; epochs_max epochs, then the stream is exhausted.  What happens is written into
 * `notes`: one character for each callback (b before_training, r on_resumption, E before_epoch, (
 * before_batch, ) after_batch, e after_epoch, f after_training, x on_error, i on_interrupt), T for a training
 * step and R for a read batch. */
#ifndef TESTS_TRAINING_BENCH_H
#define TESTS_TRAINING_BENCH_H

#include <check.h>

#include "engine/training/main_loop.h"

struct bench {
    struct data_stream stream;
    struct algorithm algorithm;
    struct training_extension extension;
    struct training_extension *listed[1];
    struct log *log;
    struct control control;
    struct clock clock;
    struct sink sink;
    struct main_loop loop;
    struct text notes;
    int64_t epochs, epochs_max, position;
    /* When note number `stop_at` (from 1) is taken, this is requested. */
    size_t stop_at, taken;
    enum stop_request stop;
    char fail_at;         /* the note at which an error is raised; 0: none */
    int64_t finish_after; /* iterations; 0: never */
    size_t clock_reads, autosaves, flushed_records;
    bool sink_fails;
    struct error err;
};

void bench_open(struct bench *bench);
void bench_close(struct bench *bench);
/* A new main loop around the same parts. */
void bench_restart(struct bench *bench);
const char *bench_notes(struct bench *bench); /* since the last call */

#endif
