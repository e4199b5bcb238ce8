/* tests/extensions/bench.h -- a small job around the extensions under test, and what came out of it.
 *
 * 20 examples of three features and two classes in batches of 5, a softmax in float64, Scale; `valid` holds
 * 12 examples in batches of 4.  The job has a shared variable `counter`, the variables `cost` and
 * `error_rate`, and ends after three epochs of 4 batches unless the extensions say otherwise. */
#ifndef TESTS_EXTENSIONS_BENCH_H
#define TESTS_EXTENSIONS_BENCH_H

#include <check.h>

#include "engine/run.h"

struct outcome {
    struct definition *definition;
    enum run_outcome outcome;
    struct error err;
    struct text rows; /* "4 valid_cost 0.25\n" for each record, in the order of writing */
    char bar[160];    /* the line that ProgressBar showed last */
    char folder[64];  /* of the checkpoints */
    struct control control;
    int64_t suspend_at; /* iterations_done; 0: never */
};

/* The document with this list of extensions; the caller frees it. */
char *bench_definition(const char *extensions);

/* Trains a whole document, in one piece or in two. */
void bench_train(struct outcome *outcome, const char *document);
void bench_train_in_two(struct outcome *outcome, const char *document, int64_t iterations);

/* Trains from the beginning to the end; the definition has to be right. */
void bench_run(struct outcome *outcome, const char *extensions);
/* The same, but suspended and saved after `iterations` batches, and continued by a new run from the file. */
void bench_run_in_two(struct outcome *outcome, const char *extensions, int64_t iterations);
/* Continues, in Blocks' way, from the checkpoint `name` that `first` has saved. */
void bench_resume(struct outcome *outcome, const struct outcome *first, const char *extensions,
                  const char *name);
void bench_fini(struct outcome *outcome);

/* The value of the record as JSON; NULL when the row has none.  Valid until the next call. */
const char *bench_record(const struct outcome *outcome, int64_t iteration, const char *name, char out[256]);
#define ck_record(outcome, iteration, name, expected)                                                        \
    do {                                                                                                     \
        char ck_record_text[256];                                                                            \
        const char *ck_record_value = bench_record(outcome, iteration, name, ck_record_text);                \
        ck_assert_msg(ck_record_value && !strcmp(ck_record_value, expected), "row %d: %s is %s, not %s",     \
                      (int)(iteration), name, ck_record_value ? ck_record_value : "missing", expected);      \
    } while (0)

struct expected_record {
    int64_t iteration;
    const char *name;  /* NULL ends a list */
    const char *value; /* NULL: the row has no such record */
};
void bench_expect(const struct outcome *outcome, const struct expected_record *records, size_t count_max);

#define ck_finished(it)                                                                                      \
    ck_assert_msg((it)->outcome == RUN_FINISHED, "%s: %s", (it)->err.pointer, (it)->err.message)
#define ck_same_rows(one, other) ck_assert_str_eq(text_bytes(&(one)->rows), text_bytes(&(other)->rows))

/* The definition is refused with an error at `pointer` whose message contains `fragment`; all errors have
 * hints. */
void bench_refused(const char *extensions, const char *pointer, const char *fragment);

struct cJSON;

/* The plan of a document, which is freed; the caller deletes it. */
struct cJSON *bench_plan(char *document);
void bench_check_number(const struct cJSON *object, const char *name, int expected);

/* An extension that evaluates the cost on `valid`. */
#define MONITORS_VALID                                                                                       \
    "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"variables\": [\"cost\"]}"

#endif
