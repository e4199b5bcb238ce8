/* tests/data/test_dataset_stream.c -- batches of datasets: which rows, in which dtype, from where. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/text.h"
#include "engine/data/synthetic_rows.h"
#include "engine/tensor/team.h"
#include "tests/data/allocations.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

#define SEQUENTIAL "'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 4}"
#define SHUFFLED "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 4}"

/* One epoch of one source. */
static const struct {
    const char *json, *source, *wanted;
} epochs[] = {
    { "{'dataset': 'x', " SEQUENTIAL "}", "targets", "(4, 1) 0 1 2 3; (4, 1) 4 0 1 2; (2, 1) 3 4" },
    { "{'dataset': 'x', " SHUFFLED "}", "targets", "(4, 1) 2 4 1 4; (4, 1) 0 3 1 2; (2, 1) 3 0" },
    { "{'dataset': 'x', 'examples': [3, 8], " SEQUENTIAL "}", "wide", "(4,) 0.3 0.4 0.5 0.6; (1,) 0.7" },
    { "{'dataset': 'x', 'examples': [9, 0, 4], " SEQUENTIAL "}", "wide", "(3,) 0.9 0 0.4" },
    { "{'dataset': 'x', 'examples': [8, 10], " SEQUENTIAL "}", "pixels", "(2, 4) 32 33 34 35 36 37 38 39" },
    { "{'dataset': 'x', 'examples': [9], " SEQUENTIAL "}", "features", "(1, 2, 3) 54 55 56 57 58 59" },
    { "{'dataset': 'x', 'examples': [5, 8], 'iteration_scheme': {'type': 'SequentialExampleScheme'}}",
      "pixels", "(4,) 20 21 22 23; (4,) 24 25 26 27; (4,) 28 29 30 31" },
    { "{'dataset': 'x', 'examples': [5, 7], 'iteration_scheme': {'type': 'SequentialExampleScheme'}}", "wide",
      "() 0.5; () 0.6" },
    { "{'dataset': 'x', 'examples': [4, 9], 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2,"
      " 'examples': [4, 0, 1]}}",
      "wide", "(2,) 0.8 0.4; (1,) 0.5" }, /* a scheme numbers the examples of its stream */
    { "{'dataset': 'x', 'examples': [2, 7], 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 2}}",
      "wide", "(2,) 0.2 0.3; (2,) 0.4 0.5; (1,) 0.6" },
    { "{'dataset': 'x', 'examples': [2, 7], 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 2, "
      "'times': 2}}",
      "wide", "(2,) 0.2 0.3; (2,) 0.4 0.5" },
    { "{'dataset': 'x', 'examples': [9, 0, 4], 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': "
      "2,"
      " 'num_examples': 3}}",
      "wide", "(2,) 0.9 0; (1,) 0.4" },
    { "{'dataset': 'x', 'iteration_scheme': {'type': 'ConcatenatedScheme', 'schemes': ["
      "{'type': 'ConstantScheme', 'batch_size': 2, 'times': 1}, {'type': 'SequentialScheme', 'batch_size': 1,"
      " 'examples': [7]}, {'type': 'ConstantScheme', 'batch_size': 2, 'times': 1}]}}",
      "wide", "(2,) 0 0.1; (1,) 0.7; (2,) 0.2 0.3" },
};

START_TEST(epochs_hold_the_rows_asked_for)
{
    struct data_stream *stream = bench_good_stream(epochs[_i].json, DTYPE_FLOAT64);

    ck_assert_str_eq(bench_next_batch(stream, epochs[_i].source), "end"); /* before the first epoch */
    ck_assert_str_eq(bench_stream_epoch(stream, epochs[_i].source), epochs[_i].wanted);
    if (!strstr(epochs[_i].json, "Shuffled"))
        ck_assert_str_eq(bench_stream_epoch(stream, epochs[_i].source), epochs[_i].wanted);
    data_stream_free(stream);
}
END_TEST

/* What is known beforehand of the smallest batch is what comes. */
#define SIZES(members) "'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 4" members "}"
#define EXAMPLES(transformers)                                                                               \
    "'iteration_scheme': {'type': 'SequentialExampleScheme'}, 'transformers': [" transformers "]"
#define SCALED(sources)                                                                                      \
    ", 'transformers': [{'type': 'ScaleAndShift', 'scale': 2, 'shift': 0, 'which_sources': [" sources "]}]"
static const struct {
    const char *json;
    int64_t smallest; /* 0: nothing is known */
} smallest[] = {
    { SEQUENTIAL, 2 },
    { SHUFFLED, 2 },
    { SHUFFLED SCALED("'wide'"), 2 },
    { "'examples': [0, 8], " SEQUENTIAL, 4 },
    { "'examples': [0, 3], " SEQUENTIAL, 3 },
    { SIZES(""), 2 },
    { SIZES(", 'times': 2"), 4 },
    { SIZES(", 'times': 9"), 2 },
    { SIZES(", 'num_examples': 5"), 1 },
    { SIZES(", 'num_examples': 50"), 2 },
    { "'iteration_scheme': {'type': 'ConcatenatedScheme', 'schemes': [{'type': 'SequentialScheme', "
      "'batch_size': 4, 'examples': 8}, {'type': 'SequentialScheme', 'batch_size': 3}]}",
      1 },
    { SEQUENTIAL ", 'transformers': [{'type': 'SortMapping', 'key': 'wide'}]", 2 },
    { EXAMPLES("{'type': 'Batch', " SIZES("") "}"), 2 },
    { EXAMPLES("{'type': 'Batch', 'strictness': 1, " SIZES("") "}"), 0 },
    { SEQUENTIAL ", 'transformers': [{'type': 'Cache', " SIZES("") "}]", 0 },
};

START_TEST(the_smallest_batch_is_known_beforehand)
{
    struct text json = { 0 };
    struct data_stream *stream;
    struct batch batch;
    struct error err;
    int64_t least = INT64_MAX;

    text_format(&json, "{'dataset': 'x', %s}", smallest[_i].json);
    stream = bench_good_stream(text_bytes(&json), DTYPE_FLOAT64);
    ck_assert_int_eq(stream->examples_min, smallest[_i].smallest);
    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    while (stream->type->next_batch(stream, &batch, &err) == STREAM_OK)
        least = batch.examples < least ? batch.examples : least;
    if (stream->examples_min > 0)
        ck_assert_int_eq(least, stream->examples_min);
    data_stream_free(stream);
    text_fini(&json);
}
END_TEST

START_TEST(sources_come_as_planned)
{
    struct data_stream *stream =
        bench_good_stream("{'dataset': 'x', 'sources': ['wide', 'features', 'targets'], " SHUFFLED "}",
                          _i == 0 ? DTYPE_FLOAT32 : DTYPE_FLOAT64);
    const enum dtype real = _i == 0 ? DTYPE_FLOAT32 : DTYPE_FLOAT64;
    const struct shape features = shape_of(3, (int64_t)4, (int64_t)2, (int64_t)3);
    struct batch batch;
    struct error err;

    ck_assert_uint_eq(stream->source_count, 3);
    ck_assert_str_eq(stream->sources[0].name, "wide");
    ck_assert_int_eq(stream->sources[0].dtype, real);
    ck_assert_int_eq(stream->sources[1].dtype, real);
    ck_assert(shape_equal(&stream->sources[1].shape, &features));
    ck_assert_int_eq(stream->sources[2].dtype, DTYPE_INT64); /* labels stay integers */
    ck_assert_int_eq(stream->type->batches_per_epoch(stream), 3);
    ck_assert(!stream->produces_examples);

    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_OK);
    ck_assert_uint_eq(batch.source_count, 3);
    ck_assert_int_eq(batch.examples, 4);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(batch.sources[i].name, stream->sources[i].name);
        ck_assert_int_eq(batch.sources[i].tensor.dtype, stream->sources[i].dtype);
        ck_assert(shape_equal(&batch.sources[i].tensor.shape, &stream->sources[i].shape));
        ck_assert_uint_eq((uintptr_t)batch.sources[i].tensor.data % 64, 0);
    }
    data_stream_free(stream);
}
END_TEST

/* Consecutive rows that need no conversion follow each other in the dataset itself. */
START_TEST(consecutive_rows_are_views)
{
    struct data_stream *stream =
        bench_good_stream("{'dataset': 'x', 'examples': [1, 9], " SEQUENTIAL "}", DTYPE_FLOAT32);
    const char *first[4];
    struct batch batch;
    struct error err;

    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_OK);
    for (size_t i = 0; i < 4; i++)
        first[i] = batch.sources[i].tensor.data;
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_OK);
    ck_assert_ptr_eq(batch.sources[0].tensor.data, first[0] + 4 * 6 * sizeof(float));
    ck_assert_ptr_eq(batch.sources[1].tensor.data, first[1] + 4 * 4);
    ck_assert_ptr_eq(batch.sources[2].tensor.data, first[2] + 4 * sizeof(int64_t));
    ck_assert_ptr_eq(batch.sources[3].tensor.data, first[3] + 4 * sizeof(float)); /* converted once */
    data_stream_free(stream);
}
END_TEST

#define CHANGES                                                                                              \
    "{'type': 'ScaleAndShift', 'scale': 0.1, 'shift': 0.3, 'which_sources': ['pixels', 'features']},"        \
    "{'type': 'OneHot', 'num_classes': 5, 'which_sources': ['targets']}"

static const char *const small[] = {
    "'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 4}",
    "'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 3}",
    "'examples': [7, 2, 2, 9, 0], 'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 2}",
    "'examples': [2, 9], 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 3, 'examples': 5}",
    "'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 4}",
};

/* Padding of what is no sequence adds a mask, and so keeps the other stream from transforming all at once. */
START_TEST(transforming_once_gives_the_bits_of_transforming_every_batch)
{
    const enum dtype real = _i % 2 ? DTYPE_FLOAT64 : DTYPE_FLOAT32;
    struct data_stream *once, *every;
    struct batch one, other;
    struct error err = { 0 };
    char json[600];

    snprintf(json, sizeof(json), "{'dataset': 'x', %s, 'transformers': [" CHANGES "]}", small[_i / 2]);
    once = bench_good_stream(json, real);
    snprintf(json, sizeof(json),
             "{'dataset': 'x', %s, 'transformers': [" CHANGES
             ", {'type': 'Padding', 'mask_sources': ['pixels']}]}",
             small[_i / 2]);
    every = bench_good_stream(json, real);
    ck_assert(once->rowwise && !every->rowwise);
    for (int epoch = 0; epoch < 3; epoch++) {
        ck_assert_int_eq(once->type->next_epoch(once, &err), STREAM_OK);
        ck_assert_int_eq(every->type->next_epoch(every, &err), STREAM_OK);
        for (int i = 0; i < 6; i++) {
            const enum stream_result result = once->type->next_batch(once, &one, &err);

            ck_assert_int_eq(every->type->next_batch(every, &other, &err), result);
            ck_assert_str_eq(bench_saved(once), bench_saved(every));
            for (size_t s = 0; result == STREAM_OK && s < one.source_count; s++)
                bench_same_tensor(one.sources[s].tensor, batch_find(&other, one.sources[s].name)->tensor);
        }
    }
    data_stream_free(once);
    data_stream_free(every);
}
END_TEST

START_TEST(nothing_is_allocated_after_the_first_epoch_started)
{
    static const char *const streams[] = {
        "{'dataset': 'x', " SEQUENTIAL "}",
        "{'dataset': 'x', 'examples': [1, 2, 3, 5, 7], " SHUFFLED "}",
        "{'dataset': 'x', 'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 3, 'sorted_indices': "
        "true}}",
        "{'dataset': 'x', 'iteration_scheme': {'type': 'ShuffledExampleScheme'}}",
        "{'dataset': 'x', " SHUFFLED ", 'transformers': [{'type': 'Flatten'},"
        " {'type': 'ScaleAndShift', 'scale': 2, 'shift': 1, 'which_sources': ['pixels']},"
        " {'type': 'OneHot', 'num_classes': 5, 'which_sources': ['targets']},"
        " {'type': 'Cast', 'dtype': 'floatX', 'which_sources': ['features']}]}",
    };
    struct data_stream *stream = bench_good_stream(streams[_i], DTYPE_FLOAT32);
    struct batch batch;
    struct error err;
    size_t before, after;

    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    before = allocations();
    for (int epoch = 0; epoch < 3; epoch++) {
        while (stream->type->next_batch(stream, &batch, &err) == STREAM_OK)
            ;
        stream->type->next_epoch(stream, &err);
    }
    after = allocations();
    ck_assert_uint_eq(after, before);
    before = allocations();
    dataset_unref(bench_dataset());
    ck_assert_uint_gt(allocations(), before); /* the counter counts */
    data_stream_free(stream);
}
END_TEST

static bool restore(struct data_stream *stream, const char *text, struct error *err)
{
    cJSON *state = cJSON_Parse(text);
    const bool good = stream->type->load(stream, state, err);

    cJSON_Delete(state);
    return good;
}

static const char *const resumed[] = {
    "{'dataset': 'x', 'examples': [1, 10], " SEQUENTIAL "}",
    "{'dataset': 'x', " SHUFFLED "}",
    "{'dataset': 'x', 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 3}}",
    "{'dataset': 'x', 'iteration_scheme': {'type': 'ShuffledExampleScheme', 'rng': 9}}",
    "{'dataset': 'x', " SHUFFLED ", 'transformers': [{'type': 'Cast', 'dtype': 'float32'}]}",
};

START_TEST(restoring_in_mid_epoch_continues_exactly)
{
    bench_check_resumption(resumed[_i]);
}
END_TEST

enum { MANY_EXAMPLES = 500, MANY_COLUMNS = 300 };

/* In memory, or made when they are read. */
static struct dataset *many_rows(bool made)
{
    const struct shape shape = shape_of(2, (int64_t)MANY_EXAMPLES, (int64_t)MANY_COLUMNS);
    const struct synthetic_source source = { 1, 0, 1, MANY_COLUMNS, DTYPE_FLOAT32 };
    struct dataset *dataset = dataset_new();
    struct row_reader *reader;
    struct array array;
    struct error err;

    if (made) {
        CK_GOOD(array_plan(DTYPE_FLOAT32, &shape, DATASET_BYTES_MAX, &array, &err), err);
        CK_GOOD(reader = synthetic_rows_new(&source, kernel_level_best(), &err), err);
        CK_GOOD(dataset_add_reader(dataset, "features", &array, reader, &err), err);
        return dataset;
    }
    CK_GOOD(array_new(DTYPE_FLOAT32, &shape, DATASET_BYTES_MAX, &array, &err), err);
    for (int64_t i = 0; i < MANY_EXAMPLES * MANY_COLUMNS; i++)
        ((float *)array.tensor.data)[i] = (float)i;
    CK_GOOD(dataset_add(dataset, "features", &array, &err), err);
    return dataset;
}

/* Batches of more bytes than one thread reads alone, the last one of fewer. */
START_TEST(a_team_reads_the_rows_of_one_thread)
{
    static const char json[] =
        "{'dataset': 'x', 'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 123}}";
    struct data_stream *streams[2];
    struct batch batches[2];
    struct error err;
    struct team *team = team_start(2 + (size_t)_i / 2, &err);

    for (int k = 0; k < 2; k++)
        ck_assert_str_eq(bench_stream_over(many_rows(_i % 2), json, DTYPE_FLOAT32, &streams[k]), "");
    data_stream_use_team(streams[1], team);
    for (int k = 0; k < 2; k++)
        ck_assert(streams[k]->type->next_epoch(streams[k], &err) == STREAM_OK);
    while (streams[0]->type->next_batch(streams[0], &batches[0], &err) == STREAM_OK) {
        ck_assert(streams[1]->type->next_batch(streams[1], &batches[1], &err) == STREAM_OK);
        ck_assert_int_eq(batches[0].examples, batches[1].examples);
        ck_assert_mem_eq(batches[0].sources[0].tensor.data, batches[1].sources[0].tensor.data,
                         tensor_bytes(&batches[0].sources[0].tensor));
    }
    for (int k = 0; k < 2; k++)
        data_stream_free(streams[k]);
    team_stop(team);
}
END_TEST

START_TEST(foreign_and_damaged_states_are_refused)
{
    static const struct {
        const char *state;
        enum error_code code;
    } cases[] = {
        { "{}", ERROR_CORRUPT },
        { "{\"examples\": 10}", ERROR_CORRUPT },
        { "{\"examples\": 9, \"follows\": 0, \"iteration_scheme\": {}}", ERROR_STATE },
        { "{\"examples\": 10, \"follows\": 11, \"iteration_scheme\": {}}", ERROR_CORRUPT },
        { "{\"examples\": 10, \"follows\": 0, \"iteration_scheme\": {}}", ERROR_CORRUPT },
        { "{\"examples\": 10, \"follows\": 0, \"iteration_scheme\": []}", ERROR_CORRUPT },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct data_stream *stream = bench_good_stream("{'dataset': 'x', " SEQUENTIAL "}", DTYPE_FLOAT64);
        struct error err;

        CK_REFUSED(restore(stream, cases[i].state, &err), err, cases[i].code);
        data_stream_free(stream);
    }
}
END_TEST

Suite *dataset_stream_suite(void)
{
    Suite *suite = suite_create("dataset_stream");
    TCase *tcase = tcase_create("dataset_stream");

    tcase_add_loop_test(tcase, epochs_hold_the_rows_asked_for, 0, COUNT(epochs));
    tcase_add_loop_test(tcase, the_smallest_batch_is_known_beforehand, 0, COUNT(smallest));
    tcase_add_loop_test(tcase, sources_come_as_planned, 0, 2);
    tcase_add_test(tcase, consecutive_rows_are_views);
    tcase_add_loop_test(tcase, transforming_once_gives_the_bits_of_transforming_every_batch, 0,
                        2 * COUNT(small));
    tcase_add_loop_test(tcase, nothing_is_allocated_after_the_first_epoch_started, 0, 5);
    tcase_add_loop_test(tcase, restoring_in_mid_epoch_continues_exactly, 0, COUNT(resumed));
    tcase_add_loop_test(tcase, a_team_reads_the_rows_of_one_thread, 0, 4);
    tcase_add_test(tcase, foreign_and_damaged_states_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
