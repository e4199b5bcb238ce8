/* tests/data/test_examples.c -- Unpack, Filter and Batch: examples out of batches, and back. */
#include <stdio.h>
#include <string.h>

#include "tests/data/bench.h"
#include "tests/data/suites.h"

#define SCHEME(type, size) "'iteration_scheme': {'type': '" type "', 'batch_size': " size "}"
#define BATCH(size, more) "{'type': 'Batch', " SCHEME("ConstantScheme", size) more "}"
#define FILTER(predicate) "{'type': 'Filter', 'predicate': '" predicate "'}"
#define UNPACK "{'type': 'Unpack'}"
#define SEQUENTIAL(size) SCHEME("SequentialScheme", size)
#define EXAMPLES "'iteration_scheme': {'type': 'SequentialExampleScheme'}"

static const struct {
    bool ragged;
    const char *scheme, *transformers, *source, *epoch;
} cases[] = {
    { false, SEQUENTIAL("4"), UNPACK, "targets",
      "(1,) 0; (1,) 1; (1,) 2; (1,) 3; (1,) 4; (1,) 0; (1,) 1; (1,) 2; (1,) 3; (1,) 4" },
    { false, SEQUENTIAL("6"), UNPACK ", " BATCH("4", ""), "targets",
      "(4, 1) 0 1 2 3; (4, 1) 4 0 1 2; (2, 1) 3 4" },
    { false, EXAMPLES, BATCH("4", ", 'strictness': 1"), "targets", "(4, 1) 0 1 2 3; (4, 1) 4 0 1 2" },
    { false, EXAMPLES, BATCH("3", "") ", {'type': 'Flatten'}", "features",
      "(3, 6) 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; (3, 6) 18 19 20 21 22 23 24 25 26 27 28 29 30 31 "
      "32"
      " 33 34 35; (3, 6) 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53; (1, 6) 54 55 56 57 58 59" },
    { false, EXAMPLES, FILTER("targets<2"), "targets", "(1,) 0; (1,) 1; (1,) 0; (1,) 1" },
    { false, EXAMPLES, FILTER("targets<2") ", " BATCH("3", ""), "wide",
      "(3,) 0 0.100000001 0.5; (1,) 0.600000024" },
    { false, SEQUENTIAL("3"), FILTER("targets<2"), "targets",
      "(3, 1) 0 1 2; (3, 1) 1 2 3" }, /* whole batches */
    { false, SEQUENTIAL("5"), FILTER("targets<0"), "targets", "" },
    { false, EXAMPLES,
      "{'type': 'Batch', 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 3, 'times': 2}}",
      "targets", "(3, 1) 0 1 2; (3, 1) 3 4 0" },
    { true, SEQUENTIAL("4"),
      "{'type': 'SortMapping', 'key': 'words'}, " UNPACK ", " FILTER("labels<3") ", " BATCH(
          "2", "") ", {'type': 'Padding', 'mask_sources': ['words'], 'mask_dtype': 'uint8'}",
      "words", "(2, 1) 0 4; (1, 3) 1 2 3" },
    { true, SEQUENTIAL("3"), "{'type': 'Padding', 'mask_dtype': 'bool', 'mask_sources': ['words']}",
      "words_mask", "(3, 3) 1 1 1 1 0 0 0 0 0; (1, 2) 1 1" },
};

static struct data_stream *open_case(int index)
{
    const char *sources = cases[index].ragged ? ", 'sources': ['words', 'labels']" : "";
    struct data_stream *stream;
    char json[600];

    snprintf(json, sizeof(json), "{'dataset': 'x'%s, %s, 'transformers': [%s]}", sources, cases[index].scheme,
             cases[index].transformers);
    ck_assert_str_eq(bench_stream_over(cases[index].ragged ? bench_ragged_dataset() : bench_dataset(), json,
                                       DTYPE_FLOAT32, &stream),
                     "");
    return stream;
}

START_TEST(examples_come_as_fuel_gives_them)
{
    struct data_stream *stream = open_case(_i);

    for (int epoch = 0; epoch < 2; epoch++) {
        ck_assert_str_eq(bench_stream_epoch(stream, cases[_i].source), cases[_i].epoch);
        ck_assert_str_eq(bench_next_batch(stream, cases[_i].source), "end"); /* it stays the end */
    }
    data_stream_free(stream);
}
END_TEST

START_TEST(a_restored_stream_goes_on)
{
    const char *source = cases[_i].source;

    for (int place = 0; place < 4; place++) {
        struct data_stream *first = open_case(_i), *second = open_case(_i);
        struct error err;

        bench_restore(second, bench_saved(first)); /* before the first epoch */
        ck_assert_int_eq(first->type->next_epoch(first, &err), STREAM_OK);
        for (int i = 0; i < place; i++)
            bench_next_batch(first, source);
        bench_restore(second, bench_saved(first));
        for (const char *batch = ""; strcmp(batch, "end") != 0;) {
            batch = bench_next_batch(first, source);
            ck_assert_str_eq(batch, bench_next_batch(second, source));
        }
        data_stream_free(first);
        data_stream_free(second);
    }
}
END_TEST

static const struct {
    const char *scheme, *transformers, *errors;
} refused[] = {
    { SEQUENTIAL("2"), BATCH("2", ""), "invalid_value /here/transformers/0" },
    { EXAMPLES, UNPACK ", " BATCH("2", ""), "invalid_value /here/transformers/0" },
    { EXAMPLES, "{'type': 'Batch', " SEQUENTIAL("2") "}",
      "invalid_value /here/transformers/0/iteration_scheme" },
    { EXAMPLES, FILTER("targets<2") ", " BATCH("999999999", ""),
      "limit_exceeded /here/transformers/1/iteration_scheme" },
    { EXAMPLES, FILTER("nonsense"), "syntax /here/transformers/0/predicate" },
    { EXAMPLES, "{'type': 'Filter', 'predicate': 'a<1', 'which_sources': ['a']}",
      "unknown_name /here/transformers/0/which_sources/0" },
};

START_TEST(what_cannot_work_is_refused)
{
    struct data_stream *stream;
    char json[600];

    snprintf(json, sizeof(json), "{'dataset': 'x', %s, 'transformers': [%s]}", refused[_i].scheme,
             refused[_i].transformers);
    ck_assert_str_eq(bench_stream(json, DTYPE_FLOAT32, &stream), refused[_i].errors);
}
END_TEST

static const struct {
    const char *scheme, *transformers, *message;
} failing[] = {
    { EXAMPLES, BATCH("4", ", 'strictness': 2"), "the last batch has 2 examples instead of 4" },
    { EXAMPLES, FILTER("nobody<2"), "there is no number in nobody" },
    { EXAMPLES, "{'type': 'Filter', 'predicate': 'targets<2', 'which_sources': ['wide']}",
      "there is no number in targets" },
};

START_TEST(what_fails_ends_the_epoch)
{
    struct data_stream *stream;
    enum stream_result result;
    struct batch batch;
    struct error err = { 0 };
    char json[600];

    snprintf(json, sizeof(json), "{'dataset': 'x', %s, 'transformers': [%s]}", failing[_i].scheme,
             failing[_i].transformers);
    stream = bench_good_stream(json, DTYPE_FLOAT32);
    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    do
        result = stream->type->next_batch(stream, &batch, &err);
    while (result == STREAM_OK);
    ck_assert_int_eq(result, STREAM_FAILED);
    ck_assert_str_eq(err.message, failing[_i].message);
    data_stream_free(stream);
}
END_TEST

Suite *examples_suite(void)
{
    Suite *suite = suite_create("examples");
    TCase *tcase = tcase_create("examples");

    tcase_add_loop_test(tcase, examples_come_as_fuel_gives_them, 0, COUNT(cases));
    tcase_add_loop_test(tcase, a_restored_stream_goes_on, 0, COUNT(cases));
    tcase_add_loop_test(tcase, what_cannot_work_is_refused, 0, COUNT(refused));
    tcase_add_loop_test(tcase, what_fails_ends_the_epoch, 0, COUNT(failing));
    suite_add_tcase(suite, tcase);
    return suite;
}
