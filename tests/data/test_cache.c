/* tests/data/test_cache.c -- batches cut anew, as Fuel's Cache cuts them. */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/data/bench.h"
#include "tests/data/suites.h"

#define STREAM(scheme, size, more)                                                                           \
    "{'dataset': 'x', 'iteration_scheme': " scheme ", 'transformers': [" more                                \
    "{'type': 'Cache', 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': " size "}}]}"
#define IN_ORDER(size) "{'type': 'SequentialScheme', 'batch_size': " size "}"
#define SHUFFLED "{'type': 'ShuffledScheme', 'batch_size': 4}"

/* Of 10 examples, the labels 0 to 4 twice. */
static const struct {
    const char *json, *epoch;
} cases[] = {
    { STREAM(IN_ORDER("4"), "2", ""), "(2, 1) 0 1; (2, 1) 2 3; (2, 1) 4 0; (2, 1) 1 2; (2, 1) 3 4" },
    { STREAM(IN_ORDER("4"), "3", ""),
      "(3, 1) 0 1 2; (3, 1) 3 4 0; (3, 1) 1 2 3" }, /* one is left, and dropped */
    { STREAM(IN_ORDER("5"), "4", ""), "(4, 1) 0 1 2 3; (4, 1) 4 0 1 2" },
    { STREAM(IN_ORDER("3"), "4", ""), "(3, 1) 0 1 2; (3, 1) 3 4 0; (3, 1) 1 2 3; (1, 1) 4" },
    { STREAM(IN_ORDER("4"), "7", ""), "(4, 1) 0 1 2 3; (4, 1) 4 0 1 2; (2, 1) 3 4" },
    { STREAM(IN_ORDER("10"), "5", "{'type': 'SortMapping', 'key': 'targets'}, "),
      "(5, 1) 0 0 1 1 2; (5, 1) 2 3 3 4 4" },
};

START_TEST(batches_are_cut_as_fuel_cuts_them)
{
    struct data_stream *stream = bench_good_stream(cases[_i].json, DTYPE_FLOAT64);

    ck_assert_str_eq(bench_stream_epoch(stream, "targets"), cases[_i].epoch);
    ck_assert_str_eq(bench_stream_epoch(stream, "targets"), cases[_i].epoch);
    data_stream_free(stream);
}
END_TEST

/* Large batches, sorted by length, cut, padded. */
START_TEST(sequences_of_similar_length_come_together)
{
    static const char json[] =
        "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 4}, 'sources': "
        "['words',"
        " 'labels'], 'transformers': [{'type': 'SortMapping', 'key': 'words'}, {'type': 'Cache', "
        "'iteration_scheme':"
        " {'type': 'ConstantScheme', 'batch_size': 2}}, {'type': 'Padding', 'mask_sources': ['words']}]}";
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream_over(bench_ragged_dataset(), json, DTYPE_FLOAT32, &stream), "");
    ck_assert_str_eq(bench_stream_epoch(stream, "words"), "(2, 1) 0 4; (2, 3) 5 6 0 1 2 3");
    ck_assert_str_eq(bench_stream_epoch(stream, "labels"), "(2,) 2 1; (2,) 3 0");
    data_stream_free(stream);
}
END_TEST

START_TEST(a_restored_cache_goes_on_exactly)
{
    static const char *const streams[] = { STREAM(SHUFFLED, "3", ""), STREAM(SHUFFLED, "1", ""),
                                           STREAM(SHUFFLED, "6", "{'type': 'Cast', 'dtype': 'float32'}, ") };

    bench_check_resumption(streams[_i]);
}
END_TEST

START_TEST(damaged_states_are_refused)
{
    static const char *const changes[][2] = { { "\"left\":1", "\"left\":5" },
                                              { "\"fetched\":1", "\"fetched\":9" },
                                              { "\"started\":true", "\"started\":1" } };
    struct data_stream *stream = bench_good_stream(STREAM(IN_ORDER("4"), "3", ""), DTYPE_FLOAT64);
    struct error err;
    const char *state;

    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    bench_next_batch(stream, "wide");
    state = bench_saved(stream);
    for (size_t i = 0; i < COUNT(changes); i++) {
        const char *at = strstr(state, changes[i][0]);
        char damaged[2000];
        cJSON *json;

        ck_assert_ptr_nonnull(at);
        snprintf(damaged, sizeof(damaged), "%.*s%s%s", (int)(at - state), state, changes[i][1],
                 at + strlen(changes[i][0]));
        json = cJSON_Parse(damaged);
        CK_REFUSED(stream->type->load(stream, json, &err), err, ERROR_CORRUPT);
        cJSON_Delete(json);
    }
    data_stream_free(stream);
}
END_TEST

static const struct {
    const char *json, *errors;
} refused[] = {
    { "{'dataset': 'x', 'iteration_scheme': " SHUFFLED
      ", 'transformers': [{'type': 'Cache', 'iteration_scheme': " SHUFFLED "}]}",
      "invalid_value /here/transformers/0/iteration_scheme" },
    { "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialExampleScheme'}, 'transformers': [{'type': "
      "'Cache',"
      " 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 2}}]}",
      "invalid_value /here/transformers/0" },
};

START_TEST(what_gives_no_sizes_is_refused)
{
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream(refused[_i].json, DTYPE_FLOAT32, &stream), refused[_i].errors);
}
END_TEST

Suite *cache_suite(void)
{
    Suite *suite = suite_create("cache");
    TCase *tcase = tcase_create("cache");

    tcase_add_loop_test(tcase, batches_are_cut_as_fuel_cuts_them, 0, COUNT(cases));
    tcase_add_test(tcase, sequences_of_similar_length_come_together);
    tcase_add_loop_test(tcase, a_restored_cache_goes_on_exactly, 0, 3);
    tcase_add_test(tcase, damaged_states_are_refused);
    tcase_add_loop_test(tcase, what_gives_no_sizes_is_refused, 0, COUNT(refused));
    suite_add_tcase(suite, tcase);
    return suite;
}
