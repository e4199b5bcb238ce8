/* tests/data/test_random_transformer.c -- crops and flips, with the numbers that NumPy's RandomState gives.
 */
#include <string.h>

#include "tests/data/bench.h"
#include "tests/data/suites.h"

#define STREAM(source, transformers)                                                                         \
    "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2}, 'sources': "        \
    "['" source "'], 'transformers': [" transformers "]}"
#define EXAMPLES(source, transformers)                                                                       \
    "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialExampleScheme'}, 'sources': ['" source "'], "  \
    "'transformers': [" transformers "]}"
#define CROP(window, rng) "{'type': 'RandomFixedSizeCrop', 'window_shape': " window ", 'rng': " rng "}"
#define FLIP(probability) "{'type': 'RandomHorizontalFlip', 'probability': " probability "}"

/* Two epochs: the generator goes on. */
static const struct {
    const char *json, *source, *first, *second;
} cases[] = {
    { STREAM("pictures", CROP("[1, 2]", "1")), "pictures", "(2, 1, 1, 2) 1 2 7 8; (2, 1, 1, 2) 16 17 22 23",
      "(2, 1, 1, 2) 1 2 9 10; (2, 1, 1, 2) 15 16 19 20" },
    { STREAM("images", CROP("[2, 2]", "7")), "images",
      "(2, 1, 2, 2) 1 2 4 5 6 7 8 9; (2, 1, 2, 2) 18 19 22 23 28 29 30 31",
      "(2, 1, 2, 2) 1 2 4 5 8 9 10 11; (2, 1, 2, 2) 13 14 17 18 28 29 30 31" },
    { EXAMPLES("images", CROP("[2, 2]", "7")), "images",
      "(1, 2, 2) 1 2 4 5; (1, 2, 2) 6 7 8 9; (1, 2, 2) 18 19 22 23; (1, 2, 2) 28 29 30 31",
      "(1, 2, 2) 1 2 4 5; (1, 2, 2) 8 9 10 11; (1, 2, 2) 13 14 17 18; (1, 2, 2) 28 29 30 31" },
    { STREAM("pictures", "{'type': 'RandomHorizontalFlip'}"), "pictures",
      "(2, 1, 2, 3) 2 1 0 5 4 3 6 7 8 9 10 11; (2, 1, 2, 3) 14 13 12 17 16 15 20 19 18 23 22 21", NULL },
    { STREAM("pictures", FLIP("1")), "pictures",
      "(2, 1, 2, 3) 2 1 0 5 4 3 8 7 6 11 10 9; (2, 1, 2, 3) 14 13 12 17 16 15 20 19 18 23 22 21", NULL },
    { STREAM("pictures", FLIP("0")), "pictures",
      "(2, 1, 2, 3) 0 1 2 3 4 5 6 7 8 9 10 11; (2, 1, 2, 3) 12 13 14 15 16 17 18 19 20 21 22 23", NULL },
    { STREAM("images", CROP("[2, 2]", "7") ", " FLIP("1") ", {'type': 'Flatten'}"), "images",
      "(2, 4) 2 1 5 4 7 6 9 8; (2, 4) 19 18 23 22 29 28 31 30", NULL },
};

static struct data_stream *open_case(const char *json)
{
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream_over(bench_ragged_dataset(), json, DTYPE_FLOAT32, &stream), "");
    return stream;
}

START_TEST(images_are_changed_as_numpy_draws)
{
    struct data_stream *stream = open_case(cases[_i].json);

    ck_assert_str_eq(bench_stream_epoch(stream, cases[_i].source), cases[_i].first);
    if (cases[_i].second)
        ck_assert_str_eq(bench_stream_epoch(stream, cases[_i].source), cases[_i].second);
    data_stream_free(stream);
}
END_TEST

START_TEST(a_restored_stream_draws_on)
{
    struct data_stream *first = open_case(cases[_i].json), *second = open_case(cases[_i].json);
    const char *source = cases[_i].source;
    struct error err;

    bench_stream_epoch(first, source);
    ck_assert_int_eq(first->type->next_epoch(first, &err), STREAM_OK);
    bench_next_batch(first, source);
    bench_restore(second, bench_saved(first));
    for (const char *batch = ""; strcmp(batch, "end") != 0;) {
        batch = bench_next_batch(first, source);
        ck_assert_str_eq(batch, bench_next_batch(second, source));
    }
    ck_assert_str_eq(bench_stream_epoch(first, source), bench_stream_epoch(second, source));
    data_stream_free(first);
    data_stream_free(second);
}
END_TEST

static const struct {
    const char *json, *errors;
} refused[] = {
    { STREAM("pictures", CROP("[3, 3]", "1")), "shape_mismatch /here/transformers/0" },
    { STREAM("labels", FLIP("1")), "shape_mismatch /here/transformers/0" },
    { STREAM("images", FLIP("1")), "shape_mismatch /here/transformers/0" },
    { STREAM("images", CROP("[2, 2]", "1") ", {'type': 'RandomHorizontalFlip', 'which_sources': ['x']}"),
      "unknown_name /here/transformers/1/which_sources/0" },
};

START_TEST(what_is_no_image_is_refused)
{
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream_over(bench_ragged_dataset(), refused[_i].json, DTYPE_FLOAT32, &stream),
                     refused[_i].errors);
}
END_TEST

/* Which of the images of a dataset are too small shows only when they come. */
START_TEST(an_image_smaller_than_the_window_ends_the_batch)
{
    struct data_stream *stream = open_case(STREAM("images", CROP("[3, 3]", "1")));
    struct batch batch;
    struct error err = { 0 };

    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_FAILED);
    ck_assert_str_eq(err.message,
                     "source \"images\": images of shape (1, 2, 3) are smaller than a window of 3 x 3");
    data_stream_free(stream);
}
END_TEST

Suite *random_transformer_suite(void)
{
    Suite *suite = suite_create("random_transformer");
    TCase *tcase = tcase_create("random_transformer");

    tcase_add_loop_test(tcase, images_are_changed_as_numpy_draws, 0, COUNT(cases));
    tcase_add_loop_test(tcase, a_restored_stream_draws_on, 0, COUNT(cases));
    tcase_add_loop_test(tcase, what_is_no_image_is_refused, 0, COUNT(refused));
    tcase_add_test(tcase, an_image_smaller_than_the_window_ends_the_batch);
    suite_add_tcase(suite, tcase);
    return suite;
}
