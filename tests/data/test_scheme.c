/* tests/data/test_scheme.c -- what each scheme asks for, epoch by epoch.
 *
 * The orders of shuffled schemes were drawn with NumPy by make_schemes.py. */
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static const struct {
    const char *json;
    int64_t examples;
    const char *epochs[3];
} cases[] = {
    { "{'type': 'SequentialScheme', 'batch_size': 4}", 10, { "[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]" } },
    { "{'type': 'SequentialScheme', 'batch_size': 5}", 10, { "[[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]" } },
    { "{'type': 'SequentialScheme', 'batch_size': 50}", 3, { "[[0, 1, 2]]" } },
    { "{'type': 'SequentialScheme', 'batch_size': 2, 'examples': 3}",
      10,
      { "[[0, 1], [2]]", "[[0, 1], [2]]" } },
    { "{'type': 'SequentialScheme', 'batch_size': 2, 'examples': [7, 0, 7]}", 10, { "[[7, 0], [7]]" } },
    { "{'type': 'ShuffledScheme', 'batch_size': 4}",
      10,
      { "[[2, 9, 6, 4], [0, 3, 1, 7], [8, 5]]", "[[9, 5, 3, 0], [8, 4, 2, 1], [6, 7]]",
        "[[8, 3, 5, 9], [0, 6, 1, 7], [4, 2]]" } },
    { "{'type': 'ShuffledScheme', 'batch_size': 4, 'rng': 42}",
      10,
      { "[[8, 1, 5, 0], [7, 2, 9, 4], [3, 6]]", "[[0, 1, 8, 5], [3, 4, 7, 9], [6, 2]]" } },
    { "{'type': 'ShuffledScheme', 'batch_size': 4, 'sorted_indices': true}",
      10,
      { "[[2, 4, 6, 9], [0, 1, 3, 7], [5, 8]]", "[[0, 3, 5, 9], [1, 2, 4, 8], [6, 7]]" } },
    { "{'type': 'ShuffledScheme', 'batch_size': 4, 'rng': 7, 'examples': [3, 1, 4, 1, 5, 9]}",
      10,
      { "[[1, 9, 3, 4], [1, 5]]", "[[5, 9, 1, 4], [1, 3]]" } },
    { "{'type': 'ShuffledScheme', 'batch_size': 5, 'rng': 4294967295}",
      11,
      { "[[10, 8, 5, 6, 1], [9, 0, 4, 7, 2], [3]]" } },
    { "{'type': 'ConstantScheme', 'batch_size': 4, 'num_examples': 10}",
      10,
      { "[#4, #4, #2]", "[#4, #4, #2]" } },
    { "{'type': 'ConstantScheme', 'batch_size': 5, 'num_examples': 10}", 10, { "[#5, #5]" } },
    { "{'type': 'ConstantScheme', 'batch_size': 4, 'times': 3}", 10, { "[#4, #4, #4]", "[#4, #4, #4]" } },
    { "{'type': 'SequentialExampleScheme'}", 4, { "[0, 1, 2, 3]", "[0, 1, 2, 3]" } },
    { "{'type': 'SequentialExampleScheme', 'examples': [2, 0]}", 4, { "[2, 0]" } },
    { "{'type': 'ShuffledExampleScheme', 'rng': 3}", 6, { "[3, 5, 4, 1, 0, 2]", "[5, 4, 1, 2, 3, 0]" } },
    { "{'type': 'ConcatenatedScheme', 'schemes': ["
      "{'type': 'SequentialScheme', 'batch_size': 2, 'examples': 3},"
      "{'type': 'ShuffledScheme', 'batch_size': 4}]}",
      10,
      { "[[0, 1], [2], [2, 9, 6, 4], [0, 3, 1, 7], [8, 5]]",
        "[[0, 1], [2], [9, 5, 3, 0], [8, 4, 2, 1], [6, 7]]" } },
    { "{'type': 'ConcatenatedScheme', 'schemes': ["
      "{'type': 'SequentialExampleScheme', 'examples': 2}, {'type': 'SequentialExampleScheme', 'examples': "
      "[7]}]}",
      10,
      { "[0, 1, 7]" } },
};

START_TEST(epochs_are_those_of_fuel)
{
    struct scheme *scheme = bench_scheme(cases[_i].json, cases[_i].examples);

    ck_assert_str_eq(bench_rest_of_epoch(scheme), "[]"); /* nothing before the first epoch */
    for (int epoch = 0; epoch < 3 && cases[_i].epochs[epoch]; epoch++) {
        ck_assert_str_eq(bench_epoch(scheme), cases[_i].epochs[epoch]);
        ck_assert_str_eq(bench_rest_of_epoch(scheme), "[]"); /* and nothing behind the end */
    }
    scheme_free(scheme);
}
END_TEST

START_TEST(a_constant_scheme_without_an_end_goes_on)
{
    struct scheme *scheme = bench_scheme("{'type': 'ConstantScheme', 'batch_size': 2}", 10);
    struct error err = { 0 };
    struct request request;

    ck_assert(scheme->type->next_epoch(scheme, &err));
    for (int i = 0; i < 1000; i++) {
        ck_assert(scheme->type->next(scheme, &request));
        ck_assert_int_eq(request.count, 2);
    }
    scheme_free(scheme);
}
END_TEST

START_TEST(an_epoch_can_be_left_early)
{
    struct scheme *scheme = bench_scheme("{'type': 'ShuffledScheme', 'batch_size': 4}", 10);
    struct error err = { 0 };
    struct request request;

    ck_assert(scheme->type->next_epoch(scheme, &err));
    ck_assert(scheme->type->next(scheme, &request));
    ck_assert_str_eq(bench_epoch(scheme), "[[9, 5, 3, 0], [8, 4, 2, 1], [6, 7]]");
    scheme_free(scheme);
}
END_TEST

static const struct {
    const char *json;
    enum error_code code;
    const char *pointer;
} refused[] = {
    { "{'type': 'ConstantScheme', 'batch_size': 4, 'num_examples': 10, 'times': 2}", ERROR_CONFLICT,
      "/here/times" },
    { "{'type': 'SequentialScheme', 'batch_size': 4, 'examples': 11}", ERROR_OUT_OF_RANGE, "/here/examples" },
    { "{'type': 'SequentialScheme', 'batch_size': 4, 'examples': [1, 10]}", ERROR_OUT_OF_RANGE,
      "/here/examples/1" },
    { "{'type': 'ShuffledExampleScheme', 'examples': 'all'}", ERROR_WRONG_TYPE, "/here/examples" },
    { "{'type': 'ConcatenatedScheme', 'schemes': [{'type': 'SequentialScheme', 'batch_size': 4},"
      "{'type': 'SequentialExampleScheme'}]}",
      ERROR_CONFLICT, "/here/schemes" },
    { "{'type': 'ConcatenatedScheme', 'schemes': [{'type': 'SequentialScheme', 'batch_size': 4},"
      "{'type': 'SequentialScheme', 'batch_size': 4, 'examples': 0}]}",
      ERROR_INVALID_VALUE, "/here/schemes/1/examples" },
};

START_TEST(wrong_settings_are_refused_at_their_place)
{
    bench_scheme_refused(refused[_i].json, 10, refused[_i].code, refused[_i].pointer);
}
END_TEST

/* What ProgressBar and the plan are told, and the largest batch. */
static const struct {
    const char *json;
    int64_t requests, request_max;
} lengths[] = {
    { "{'type': 'SequentialScheme', 'batch_size': 5}", 2, 5 },
    { "{'type': 'SequentialScheme', 'batch_size': 4}", 3, 4 }, /* a smaller last batch counts */
    { "{'type': 'ShuffledScheme', 'batch_size': 50}", 1, 10 },
    { "{'type': 'ShuffledScheme', 'batch_size': 3, 'examples': [1, 2, 3, 4]}", 2, 3 },
    { "{'type': 'SequentialExampleScheme'}", 10, 1 },
    { "{'type': 'ShuffledExampleScheme', 'examples': 7}", 7, 1 },
    { "{'type': 'ConstantScheme', 'batch_size': 4, 'num_examples': 9}", 3, 4 },
    { "{'type': 'ConstantScheme', 'batch_size': 4, 'times': 9}", BATCHES_UNCOUNTED, 4 },
    { "{'type': 'ConstantScheme', 'batch_size': 400}", BATCHES_UNCOUNTED, 10 },
    { "{'type': 'ConcatenatedScheme', 'schemes': [{'type': 'SequentialScheme', 'batch_size': 2},"
      "{'type': 'SequentialScheme', 'batch_size': 5}]}",
      BATCHES_UNKNOWN, 5 },
};

START_TEST(lengths_are_those_that_progress_bar_finds)
{
    struct scheme *scheme = bench_scheme(lengths[_i].json, 10);

    ck_assert_int_eq(scheme_requests_per_epoch(scheme), lengths[_i].requests);
    ck_assert_int_eq(scheme->request_max, lengths[_i].request_max);
    scheme_free(scheme);
}
END_TEST

Suite *scheme_suite(void)
{
    Suite *suite = suite_create("scheme");
    TCase *tcase = tcase_create("scheme");

    tcase_add_loop_test(tcase, epochs_are_those_of_fuel, 0, COUNT(cases));
    tcase_add_test(tcase, a_constant_scheme_without_an_end_goes_on);
    tcase_add_test(tcase, an_epoch_can_be_left_early);
    tcase_add_loop_test(tcase, wrong_settings_are_refused_at_their_place, 0, COUNT(refused));
    tcase_add_loop_test(tcase, lengths_are_those_that_progress_bar_finds, 0, COUNT(lengths));
    suite_add_tcase(suite, tcase);
    return suite;
}
