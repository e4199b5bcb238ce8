/* tests/data/test_read_ahead.c -- batches that a thread prepares: the same ones, the same states, the same
 * errors.
 */
#include <stdio.h>
#include <string.h>

#include "engine/data/read_ahead.h"
#include "tests/data/allocations.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

#define PARTS                                                                                                \
    "'iteration_scheme': {'type': 'ConcatenatedScheme', 'schemes': ["                                        \
    "{'type': 'ShuffledScheme', 'batch_size': 2, 'examples': 5}, {'type': 'SequentialScheme', 'batch_size':" \
    " 4, 'examples': [7, 8, 9]}, {'type': 'ConcatenatedScheme', 'schemes': [{'type': 'SequentialScheme',"    \
    " 'batch_size': 1, 'examples': 2}, {'type': 'ShuffledScheme', 'batch_size': 3}]}]}"

static const struct {
    const char *json, *source;
    bool ragged;
} cases[] = {
    { "'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 3}", "features", false },
    { "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 1}", "targets", false },
    { "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 4, 'sorted_indices': true}", "wide",
      false },
    { "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 10}", "pixels", false },
    { "'iteration_scheme': {'type': 'ShuffledExampleScheme'}", "pixels", false },
    { "'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 3}", "targets", false },
    { "'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 2, 'num_examples': 7}", "wide", false },
    { "'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 2, 'times': 4}", "wide", false },
    { PARTS, "targets", false },
    { "'examples': [9, 1, 1, 3, 8], 'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 2},"
      " 'transformers': [{'type': 'ScaleAndShift', 'scale': 2, 'shift': 1, 'which_sources': ['pixels']},"
      " {'type': 'OneHot', 'num_classes': 5, 'which_sources': ['targets']}]",
      "pixels", false },
    { "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 4}, 'transformers': [{'type': 'Cache',"
      " 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 3}}, {'type': 'Flatten'}]",
      "features", false },
    { "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 2}, 'sources': ['pictures'], "
      "'transformers':"
      " [{'type': 'RandomHorizontalFlip', 'rng': 3}, {'type': 'RandomFixedSizeCrop', 'window_shape': [1, "
      "2]}]",
      "pictures", true },
    { "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 1}, 'sources': ['images'], "
      "'transformers':"
      " [{'type': 'RandomFixedSizeCrop', 'window_shape': [2, 2], 'rng': 9}]",
      "images", true },
    { "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 2}, 'sources': ['words', 'labels'],"
      " 'transformers': [{'type': 'SortMapping', 'key': 'words'}, {'type': 'Padding', 'mask_sources': "
      "['words']}]",
      "words", true },
};

/* The same stream with and without a thread: what differs is that the dataset says it is on a disk. */
static struct data_stream *open_case(int index, bool ahead)
{
    struct dataset *dataset = cases[index].ragged ? bench_ragged_dataset() : bench_dataset();
    struct data_stream *stream;
    char json[700];

    dataset->on_disk = ahead;
    snprintf(json, sizeof(json), "{'dataset': 'x', %s}", cases[index].json);
    ck_assert_str_eq(bench_stream_over(dataset, json, DTYPE_FLOAT32, &stream), "");
    return stream;
}

static void start_epoch(struct data_stream *stream)
{
    struct error err;

    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
}

START_TEST(batches_and_states_are_the_same)
{
    struct data_stream *plain = open_case(_i, false), *ahead = open_case(_i, true);
    const char *source = cases[_i].source;

    if (!strstr(cases[_i].json, "Cache"))
        ck_assert_str_eq(ahead->type->name, "ReadAhead");
    ck_assert_str_eq(bench_saved(plain), bench_saved(ahead));
    ck_assert_str_eq(bench_next_batch(ahead, source), "end"); /* no epoch was started */
    for (int epoch = 0; epoch < 3; epoch++) {
        start_epoch(plain);
        start_epoch(ahead);
        for (const char *batch = ""; strcmp(batch, "end") != 0;) {
            ck_assert_str_eq(bench_saved(plain), bench_saved(ahead));
            batch = bench_next_batch(plain, source);
            ck_assert_str_eq(batch, bench_next_batch(ahead, source));
        }
    }
    data_stream_free(plain);
    data_stream_free(ahead);
}
END_TEST

/* At every place of an epoch, also when the reader stands far ahead of it. */
START_TEST(a_restored_stream_goes_on_behind_the_batch_that_was_used)
{
    const char *source = cases[_i].source;

    for (int place = 0; place < 4; place++) {
        struct data_stream *plain = open_case(_i, false), *ahead = open_case(_i, true),
                           *restored = open_case(_i, true);

        bench_stream_epoch(plain, source);
        bench_stream_epoch(ahead, source);
        start_epoch(plain);
        start_epoch(ahead);
        for (int i = 0; i < place; i++) {
            bench_next_batch(plain, source);
            bench_next_batch(ahead, source);
        }
        start_epoch(restored); /* what it has read is not wanted */
        bench_restore(restored, bench_saved(ahead));
        for (const char *batch = ""; strcmp(batch, "end") != 0;) {
            batch = bench_next_batch(plain, source);
            ck_assert_str_eq(batch, bench_next_batch(restored, source));
            ck_assert_str_eq(batch, bench_next_batch(ahead, source));
        }
        ck_assert_str_eq(bench_stream_epoch(plain, source), bench_stream_epoch(restored, source));
        data_stream_free(plain);
        data_stream_free(ahead);
        data_stream_free(restored);
    }
}
END_TEST

START_TEST(an_epoch_may_be_left)
{
    struct data_stream *plain = open_case(_i, false), *ahead = open_case(_i, true);
    const char *source = cases[_i].source;

    for (int epoch = 0; epoch < 5; epoch++) {
        start_epoch(plain);
        start_epoch(ahead);
        for (int i = 0; i < epoch % 3; i++)
            ck_assert_str_eq(bench_next_batch(plain, source), bench_next_batch(ahead, source));
    }
    data_stream_free(plain);
    data_stream_free(ahead); /* while the reader has something in hand */
}
END_TEST

#define WRONG                                                                                                \
    "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2}, 'transformers':"    \
    " [{'type': 'OneHot', 'num_classes': 4, 'which_sources': ['targets']}]}"

/* The label 4 is in the third batch. */
START_TEST(an_error_comes_with_its_batch)
{
    struct dataset *dataset = bench_dataset();
    struct data_stream *plain = bench_good_stream(WRONG, DTYPE_FLOAT32), *ahead;
    struct error one = { 0 }, other = { 0 };
    struct batch batch;

    dataset->on_disk = true;
    ck_assert_str_eq(bench_stream_over(dataset, WRONG, DTYPE_FLOAT32, &ahead), "");
    start_epoch(plain);
    start_epoch(ahead);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(bench_next_batch(plain, "targets"), bench_next_batch(ahead, "targets"));
        ck_assert_str_eq(bench_saved(plain), bench_saved(ahead));
    }
    ck_assert_int_eq(plain->type->next_batch(plain, &batch, &one), STREAM_FAILED);
    ck_assert_int_eq(ahead->type->next_batch(ahead, &batch, &other), STREAM_FAILED);
    ck_assert_str_eq(one.message, other.message);
    ck_assert_str_eq(bench_saved(plain), bench_saved(ahead));
    start_epoch(ahead);
    bench_next_batch(ahead, "targets");
    data_stream_free(plain);
    data_stream_free(ahead);
}
END_TEST

START_TEST(nothing_is_allocated_per_batch)
{
    struct data_stream *stream = open_case(0, true);
    struct batch batch;
    struct error err;
    size_t before;

    start_epoch(stream);
    before = allocations();
    while (stream->type->next_batch(stream, &batch, &err) == STREAM_OK)
        ;
    ck_assert_uint_eq(allocations(), before);
    data_stream_free(stream);
}
END_TEST

/* Small data in memory are used where they are; costly transformers of large batches get a thread. */
START_TEST(only_what_pays_is_read_ahead)
{
    const struct source_spec small = { "x", DTYPE_FLOAT32, shape_of(2, (int64_t)10, (int64_t)10), false };
    const struct source_spec large = { "x", DTYPE_FLOAT32, shape_of(2, (int64_t)100, (int64_t)1000), false };
    const struct source_spec ragged = { "x", DTYPE_FLOAT32, shape_of(2, (int64_t)100, (int64_t)1000), true };
    struct data_stream stream = { .sources = &small, .source_count = 1, .remembers = true, .is_slow = true };

    ck_assert(!read_ahead_pays(&stream, false));
    ck_assert(read_ahead_pays(&stream, true));
    stream.sources = &large;
    ck_assert(read_ahead_pays(&stream, false));
    stream.is_slow = false;
    ck_assert(!read_ahead_pays(&stream, true));
    stream.is_slow = true;
    stream.remembers = false;
    ck_assert(!read_ahead_pays(&stream, true));
    stream.remembers = true;
    stream.sources = &ragged;
    ck_assert(!read_ahead_pays(&stream, true));
}
END_TEST

Suite *read_ahead_suite(void)
{
    Suite *suite = suite_create("read_ahead");
    TCase *tcase = tcase_create("read_ahead");

    tcase_add_loop_test(tcase, batches_and_states_are_the_same, 0, COUNT(cases));
    tcase_add_loop_test(tcase, a_restored_stream_goes_on_behind_the_batch_that_was_used, 0, COUNT(cases));
    tcase_add_loop_test(tcase, an_epoch_may_be_left, 0, COUNT(cases));
    tcase_add_test(tcase, an_error_comes_with_its_batch);
    tcase_add_test(tcase, nothing_is_allocated_per_batch);
    tcase_add_test(tcase, only_what_pays_is_read_ahead);
    suite_add_tcase(suite, tcase);
    return suite;
}
