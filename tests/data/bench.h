/* tests/data/bench.h -- what the tests of engine/data share. */
#ifndef TESTS_DATA_BENCH_H
#define TESTS_DATA_BENCH_H

#include <check.h>

#include "engine/base/param.h"
#include "engine/data/schemes.h"
#include "engine/data/stream_settings.h"

/* Keeps heap memory until the test program ends, so that tests need not free it; returns `memory`. */
void *bench_keep(void *memory);

/* A component, or settings, bound from JSON with single quotes: bench_component(&scheme_family, "{'type':
 * ...}"). Stands at /here and lives until the test ends. */
struct component *bench_component(const struct family *family, const char *json);
void *bench_settings(const struct param *params, size_t settings_size, const char *json);
/* What is left of settings that the binder refused. */
void *bench_wrong_settings(const struct param *params, size_t settings_size, const char *json);

/* A scheme that must be good, and one that must be refused with exactly one error of `code`. */
struct scheme *bench_scheme(const char *json, int64_t examples);
void bench_scheme_refused(const char *json, int64_t examples, enum error_code code, const char *pointer);

/* The requests of one epoch as text: "[[2, 9], [6]]"; single examples as "[2, 9, 6]"; sizes as "[#4, #2]". */
const char *bench_epoch(struct scheme *scheme);
const char *bench_rest_of_epoch(struct scheme *scheme);

/* A dataset of 10 examples: `features` float32 (10, 2, 3), element i is i; `pixels` uint8 (10, 4), element i
 * is i; `targets` int64 (10, 1), 0 to 4 twice; `wide` float64 (10), element i is i / 10. */
struct dataset *bench_dataset(void);

/* 4 ragged examples and dense labels: `words` int64 (length), lengths 3, 1, 0, 2, numbers 1, 2, ...; `images`
 * uint8 (1, height, width) of 2 x 3, 3 x 2, 4 x 4 and 2 x 2, numbers 0, 1, ...; `vectors` float64 (length,
 * 2), lengths 1, 2, 1, 2; `labels` int64 (4), 0 to 3; `pictures` uint8 (4, 1, 2, 3), numbers 0, 1, ... */
struct dataset *bench_ragged_dataset(void);

/* The stream that settings with single quotes describe, over `dataset`, which it takes, or bench_dataset, in
 * the job's dtype `real`; or its errors, one per line as "code pointer", when `out` stays NULL. */
const char *bench_stream_over(struct dataset *dataset, const char *json, enum dtype real,
                              struct data_stream **out);
const char *bench_stream(const char *json, enum dtype real, struct data_stream **out);
struct data_stream *bench_good_stream(const char *json, enum dtype real);

/* The next batch, or epoch, of one source: "(2, 3) 0 1 2 3 4 5"; "end" when there is none. */
const char *bench_next_batch(struct data_stream *stream, const char *source);
const char *bench_stream_epoch(struct data_stream *stream, const char *source);

void bench_same_tensor(struct tensor a, struct tensor b); /* dtype, shape and numbers */

/* The state of a stream as text, and a stream put into it. */
const char *bench_saved(const struct data_stream *stream);
void bench_restore(struct data_stream *stream, const char *text);
/* Wherever in an epoch its state is taken, a second stream that is put into it goes on with the same batches
 * of `wide`, to the end and in two more epochs.  Over bench_dataset, in float64. */
void bench_check_resumption(const char *json);

/* What a function that may fail has to be. */
#define CK_GOOD(call, err)                                                                                   \
    do {                                                                                                     \
        (err) = (struct error){ 0 };                                                                         \
        ck_assert_msg((call), "%s", (err).message);                                                          \
    } while (0)
#define CK_REFUSED(call, err, wanted)                                                                        \
    do {                                                                                                     \
        (err) = (struct error){ 0 };                                                                         \
        ck_assert_msg(!(call), "%s was accepted", #call);                                                    \
        ck_assert_msg((err).code == (wanted), "%s: %s", error_code_name((err).code), (err).message);         \
    } while (0)

/* A file of tests/data/files, whole.  Fails the test when it is not there. */
struct bench_file {
    unsigned char *bytes;
    size_t length;
};
struct bench_file bench_file(const char *name);

#endif
