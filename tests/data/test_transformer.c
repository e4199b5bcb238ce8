/* tests/data/test_transformer.c -- what transformers make of sources, and what they refuse. */
#include <stdio.h>
#include <string.h>

#include "tests/data/bench.h"
#include "tests/data/suites.h"

#define BATCHES "'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2}"
#define EXAMPLES "'iteration_scheme': {'type': 'SequentialExampleScheme'}"
#define AFFINE(scale, shift, source)                                                                         \
    "{'type': 'ScaleAndShift', 'scale': " scale ", 'shift': " shift ", 'which_sources': ['" source "']}"
#define CAST(dtype, source) "{'type': 'Cast', 'dtype': '" dtype "', 'which_sources': ['" source "']}"

/* The third and fourth example (or the third alone) of a source after transformers, and its dtype. */
static const struct {
    const char *scheme, *transformers, *source, *wanted;
    enum dtype dtype;
} cases[] = {
    { BATCHES, AFFINE("0.0625", "0", "pixels"), "pixels",
      "(2, 4) 0.5 0.5625 0.625 0.6875 0.75 0.8125 0.875 0.9375", DTYPE_FLOAT32 },
    { BATCHES, AFFINE("-2", "0.5", "wide"), "wide", "(2,) 0.100000001 -0.100000001", DTYPE_FLOAT32 },
    { BATCHES, AFFINE("3", "1", "targets"), "targets", "(2, 1) 7 10", DTYPE_FLOAT32 },
    { EXAMPLES, AFFINE("0.5", "1", "pixels"), "pixels", "(4,) 5 5.5 6 6.5", DTYPE_FLOAT32 },
    { BATCHES, "{'type': 'Flatten', 'which_sources': ['features']}", "features",
      "(2, 6) 12 13 14 15 16 17 18 19 20 21 22 23", DTYPE_FLOAT32 },
    { BATCHES, "{'type': 'Flatten'}", "targets", "(2, 1) 2 3", DTYPE_INT64 },
    { BATCHES, "{'type': 'Flatten'}", "wide", "(2, 1) 0.200000003 0.300000012", DTYPE_FLOAT32 },
    { EXAMPLES, "{'type': 'Flatten'}", "features", "(6,) 12 13 14 15 16 17", DTYPE_FLOAT32 },
    { EXAMPLES, "{'type': 'Flatten'}", "wide", "(1,) 0.200000003", DTYPE_FLOAT32 },
    { BATCHES, "{'type': 'OneHot', 'num_classes': 5, 'which_sources': ['targets']}", "targets",
      "(2, 5) 0 0 1 0 0 0 0 0 1 0", DTYPE_FLOAT32 },
    { EXAMPLES, "{'type': 'OneHot', 'num_classes': 5, 'which_sources': ['targets']}", "targets",
      "(5,) 0 0 1 0 0", DTYPE_FLOAT32 },
    { BATCHES, CAST("floatX", "pixels"), "pixels", "(2, 4) 8 9 10 11 12 13 14 15", DTYPE_FLOAT32 },
    { BATCHES, CAST("int32", "wide"), "wide", "(2,) 0 0", DTYPE_INT32 },
    { BATCHES, CAST("uint8", "targets"), "targets", "(2, 1) 2 3", DTYPE_UINT8 },
    { BATCHES, CAST("bool", "pixels"), "pixels", "(2, 4) 1 1 1 1 1 1 1 1", DTYPE_BOOL },
    { BATCHES, AFFINE("10", "-24.5", "wide") ", " CAST("int8", "wide"), "wide", "(2,) -22 -21", DTYPE_INT8 },
    { BATCHES,
      AFFINE("0.5", "0",
             "pixels") ", " AFFINE("1", "1", "pixels") ", {'type': 'Flatten', 'which_sources': ['features']}",
      "pixels", "(2, 4) 5 5.5 6 6.5 7 7.5 8 8.5", DTYPE_FLOAT32 },
};

static struct data_stream *open_case(const char *scheme, const char *transformers, enum dtype real)
{
    char json[600];

    snprintf(json, sizeof(json), "{'dataset': 'x', %s, 'transformers': [%s]}", scheme, transformers);
    return bench_good_stream(json, real);
}

START_TEST(sources_are_transformed)
{
    struct data_stream *stream = open_case(cases[_i].scheme, cases[_i].transformers, DTYPE_FLOAT32);
    struct error err;

    ck_assert_int_eq(data_stream_source(stream, cases[_i].source)->dtype, cases[_i].dtype);
    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    bench_next_batch(stream, cases[_i].source);
    if (stream->produces_examples)
        bench_next_batch(stream, cases[_i].source);
    ck_assert_str_eq(bench_next_batch(stream, cases[_i].source), cases[_i].wanted);
    data_stream_free(stream);
}
END_TEST

START_TEST(real_numbers_stay_in_the_dtype_of_the_job)
{
    static const struct {
        const char *transformers, *wanted;
    } doubles[] = {
        { "", "(2,) 0 0.1" },
        { CAST("float32", "wide"), "(2,) 0 0.100000001" }, /* rounded, but still float64 */
        { CAST("float64", "wide"), "(2,) 0 0.1" },
        { AFFINE("2", "0.1", "wide"), "(2,) 0.1 0.3" },
        { CAST("int8", "wide") ", " CAST("floatX", "wide"), "(2,) 0 0" },
    };

    for (size_t i = 0; i < COUNT(doubles); i++) {
        struct data_stream *stream = open_case(BATCHES, doubles[i].transformers, DTYPE_FLOAT64);
        struct error err;

        ck_assert_int_eq(data_stream_source(stream, "wide")->dtype, DTYPE_FLOAT64);
        ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
        ck_assert_str_eq(bench_next_batch(stream, "wide"), doubles[i].wanted);
        data_stream_free(stream);
    }
}
END_TEST

START_TEST(a_smaller_last_batch_keeps_its_size)
{
    struct data_stream *stream =
        open_case("'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 8}",
                  "{'type': 'Flatten'}, " AFFINE("1", "0", "targets"), DTYPE_FLOAT64);

    ck_assert_str_eq(bench_stream_epoch(stream, "targets"), "(8, 1) 0 1 2 3 4 0 1 2; (2, 1) 3 4");
    data_stream_free(stream);
}
END_TEST

/* Numbers that only the batch shows to be wrong: the message names number and source. */
START_TEST(wrong_numbers_end_the_batch)
{
    static const struct {
        const char *transformers, *message;
    } wrong[] = {
        { "{'type': 'OneHot', 'num_classes': 4, 'which_sources': ['targets']}",
          "source \"targets\": the label 4 is not between 0 and 3" },
        { AFFINE("1", "-3", "targets") ", " CAST("int8", "targets") ", {'type': 'OneHot', 'num_classes': 9,"
                                                                    " 'which_sources': ['targets']}",
          "source \"targets\": the label -3 is not between 0 and 8" },
        { AFFINE("7", "0", "pixels") ", " CAST("uint8", "pixels"),
          "source \"pixels\": 259 does not fit into uint8" },
        { AFFINE("1e30", "0", "pixels") ", " CAST("int64", "pixels"),
          "source \"pixels\": 1.0000000150474662e+30 does not fit into int64" },
    };

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct data_stream *stream =
            open_case("'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 10}",
                      wrong[i].transformers, DTYPE_FLOAT32);
        struct batch batch;
        struct error err = { 0 };

        ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
        ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_FAILED);
        ck_assert_str_eq(err.message, wrong[i].message);
        data_stream_free(stream);
    }
}
END_TEST

/* Wrong settings of streams: every error with its place. */
static const struct {
    const char *json, *errors;
} refused[] = {
    { "{'dataset': 'x', " BATCHES ", 'sources': ['features', 'nothing', 'features']}",
      "unknown_name /here/sources/1\nduplicate /here/sources/2" },
    { "{'dataset': 'x', 'examples': [0, 11], " BATCHES "}", "out_of_range /here/examples/1" },
    { "{'dataset': 'x', 'examples': [3, 3], 'sources': ['y'], " BATCHES "}",
      "unknown_name /here/sources/0\ninvalid_value /here/examples" },
    { "{'dataset': 'x', 'examples': [0, 5], 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2,"
      " 'examples': 6}}",
      "out_of_range /here/iteration_scheme/examples" },
    { "{'dataset': 'x', " BATCHES
      ", 'transformers': [{'type': 'Flatten', 'which_sources': ['pixels', 'y', 'z']},"
      " {'type': 'OneHot', 'num_classes': 5, 'which_sources': ['features']},"
      " {'type': 'OneHot', 'num_classes': 5, 'which_sources': ['pixels']}]}",
      "unknown_name /here/transformers/0/which_sources/1\nunknown_name /here/transformers/0/which_sources/2\n"
      "wrong_type /here/transformers/1\nshape_mismatch /here/transformers/2" },
    { "{'dataset': 'x', " BATCHES ", 'transformers': [{'type': 'OneHot', 'num_classes': 5}]}",
      "wrong_type /here/transformers/0\nshape_mismatch /here/transformers/0\nwrong_type "
      "/here/transformers/0" },
};

START_TEST(all_errors_of_a_stream_are_reported)
{
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream(refused[_i].json, DTYPE_FLOAT32, &stream), refused[_i].errors);
}
END_TEST

/* Settings that the binder refused: checks go on, so that they find more errors, and must not be led astray.
 */
static const char *const half_bound[] = {
    "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialScheme'}}",
    "{'dataset': 'x', 'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 0, 'rng': -1}}",
    "{'dataset': 'x', 'iteration_scheme': {'type': 'ConstantScheme', 'batch_size': 'many'}}",
    "{'dataset': 'x', 'iteration_scheme': {'type': 'ConcatenatedScheme', 'schemes': [{'type': 'Nonsense'}]}}",
    "{'dataset': 'x', 'sources': [1], " BATCHES "}",
    "{'dataset': 'x', " BATCHES
    ", 'transformers': [{'type': 'Cast', 'dtype': 'float1'}, {'type': 'ScaleAndShift'},"
    " {'type': 'OneHot', 'num_classes': -4, 'which_sources': ['targets']}, {'type': 'Nonsense'}]}",
};

START_TEST(half_bound_settings_do_no_harm)
{
    const struct stream_settings *settings =
        bench_wrong_settings(stream_params, sizeof(*settings), half_bound[_i]);
    struct dataset *dataset = bench_dataset();
    struct error_list errors = { 0 };
    struct data_stream *stream = stream_settings_open(
        settings, NULL, dataset, &(struct transforming){ .real = DTYPE_FLOAT32 }, &errors);

    for (size_t i = 0; stream && i < stream->source_count; i++)
        for (int axis = 0; axis < stream->sources[i].shape.rank; axis++)
            ck_assert_int_gt(stream->sources[i].shape.dims[axis], 0);
    data_stream_free(stream);
    dataset_unref(dataset);
    error_list_fini(&errors);
}
END_TEST

Suite *transformer_suite(void)
{
    Suite *suite = suite_create("transformer");
    TCase *tcase = tcase_create("transformer");

    tcase_add_loop_test(tcase, sources_are_transformed, 0, COUNT(cases));
    tcase_add_test(tcase, real_numbers_stay_in_the_dtype_of_the_job);
    tcase_add_test(tcase, a_smaller_last_batch_keeps_its_size);
    tcase_add_test(tcase, wrong_numbers_end_the_batch);
    tcase_add_loop_test(tcase, all_errors_of_a_stream_are_reported, 0, COUNT(refused));
    tcase_add_loop_test(tcase, half_bound_settings_do_no_harm, 0, COUNT(half_bound));
    suite_add_tcase(suite, tcase);
    return suite;
}
