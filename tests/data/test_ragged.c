/* tests/data/test_ragged.c -- sources whose examples differ in shape: stored, padded, refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/data/dataset_folder.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

#define BATCHES "'dataset': 'x', 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2}"
#define SHUFFLED "'dataset': 'x', 'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 3}"
#define ALL "'dataset': 'x', 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 4}"
#define SORT(key, reverse) "{'type': 'SortMapping', 'key': '" key "', 'reverse': " reverse "}"
#define PAD(source) "{'type': 'Padding', 'mask_sources': ['" source "']}"

static struct data_stream *open_ragged(const char *json, enum dtype real)
{
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream_over(bench_ragged_dataset(), json, real, &stream), "");
    return stream;
}

START_TEST(a_ragged_source_knows_its_largest_example)
{
    struct dataset *dataset = bench_ragged_dataset();
    const struct source *images = dataset_source(dataset, "images");
    char text[SHAPE_TEXT_BYTES];

    ck_assert_str_eq(shape_text(&images->shape, text), "(4, 1, 4, 4)");
    ck_assert_int_eq(dataset->examples, 4);
    ck_assert_double_eq(
        tensor_read(&(struct tensor){ DTYPE_UINT8, shape_of(1, (int64_t)1), source_example(images, 2).data },
                    0),
        12);
    dataset_unref(dataset);
}
END_TEST

START_TEST(a_folder_keeps_ragged_sources)
{
    char folder[] = "/tmp/kiln-ragged.XXXXXX", command[256];
    struct dataset *dataset = bench_ragged_dataset(), *again;
    struct error err;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    CK_GOOD(dataset_save_folder(dataset, folder, &err), err);
    CK_GOOD(dataset_open_folder(folder, &again, &err), err);
    ck_assert_uint_eq(again->source_count, 5);
    for (size_t s = 0; s < 3; s++)
        for (int64_t i = 0; i < 4; i++)
            bench_same_tensor(source_example(&again->sources[s], i), source_example(&dataset->sources[s], i));
    ck_assert_uint_eq(again->bytes, dataset->bytes);
    dataset_unref(again);

    /* Shapes of another source: 1 + 2 + 1 + 2 rows, but 6 numbers. */
    snprintf(command, sizeof(command), "cp %s/vectors.shapes.npy %s/words.shapes.npy", folder, folder);
    ck_assert_int_eq(system(command), 0);
    CK_REFUSED(dataset_open_folder(folder, &again, &err), err, ERROR_CORRUPT);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
    dataset_unref(dataset);
}
END_TEST

START_TEST(shapes_that_do_not_fit_are_refused)
{
    static const int64_t tables[][2] = { { 3, 4 }, { 3, 2 }, { -3, 9 }, { INT64_MAX, INT64_MAX } };
    const struct shape flat = shape_of(1, (int64_t)6), table = shape_of(2, (int64_t)2, (int64_t)1);
    struct dataset *dataset = dataset_new();
    struct array array, shapes;
    struct error err;

    CK_GOOD(array_new(DTYPE_UINT8, &flat, DATASET_BYTES_MAX, &array, &err), err);
    CK_GOOD(array_new(DTYPE_INT64, &table, DATASET_BYTES_MAX, &shapes, &err), err);
    for (size_t i = 0; i < COUNT(tables); i++) {
        memcpy(shapes.tensor.data, tables[i], sizeof(tables[i]));
        CK_REFUSED(dataset_add_ragged(dataset, "x", &array, &shapes, &err), err, ERROR_SHAPE);
    }
    CK_REFUSED(dataset_add_ragged(dataset, "x", &array, &array, &err), err, ERROR_SHAPE);
    memcpy(shapes.tensor.data, (const int64_t[]){ 2, 4 }, 16);
    CK_GOOD(dataset_add_ragged(dataset, "x", &array, &shapes, &err), err);
    dataset_unref(dataset);
}
END_TEST

/* One epoch of a padded source and of its mask. */
static const struct {
    const char *json, *source, *epoch;
} padded[] = {
    { "{" BATCHES ", 'sources': ['words', 'labels'], 'transformers': [" PAD("words") "]}", "words",
      "(2, 3) 1 2 3 4 0 0; (2, 2) 0 0 5 6" },
    { "{" BATCHES ", 'sources': ['words', 'labels'], 'transformers': [" PAD("words") "]}", "words_mask",
      "(2, 3) 1 1 1 1 0 0; (2, 2) 0 0 1 1" },
    { "{" BATCHES ", 'sources': ['words', 'labels'], 'transformers': [" PAD("words") "]}", "labels",
      "(2,) 0 1; (2,) 2 3" },
    { "{" BATCHES ", 'sources': ['vectors'], 'transformers': [{'type': 'Padding'}]}", "vectors",
      "(2, 2, 2) 0 1 0 0 2 3 4 5; (2, 2, 2) 6 7 0 0 8 9 10 11" },
    { "{" BATCHES ", 'sources': ['vectors'], 'transformers': [{'type': 'Padding'}]}", "vectors_mask",
      "(2, 2) 1 0 1 1; (2, 2) 1 0 1 1" },
    /* Sorted by length or number; equal ones stay in order, also in reverse. */
    { "{" ALL
      ", 'sources': ['words', 'labels'], 'transformers': [" SORT("words", "false") ", " PAD("words") "]}",
      "words", "(4, 3) 0 0 0 4 0 0 5 6 0 1 2 3" },
    { "{" ALL
      ", 'sources': ['words', 'labels'], 'transformers': [" SORT("words", "false") ", " PAD("words") "]}",
      "labels", "(4,) 2 1 3 0" },
    { "{" ALL ", 'sources': ['vectors', 'labels'], 'transformers': [" SORT("vectors",
                                                                           "true") ", " PAD("vectors") "]}",
      "labels", "(4,) 1 3 0 2" },
    { "{" ALL ", 'sources': ['pictures', 'labels'], 'transformers': [" SORT("labels", "true") "]}",
      "pictures", "(4, 1, 2, 3) 18 19 20 21 22 23 12 13 14 15 16 17 6 7 8 9 10 11 0 1 2 3 4 5" },
    /* Transformers behind it see what it delivers. */
    { "{" BATCHES ", 'sources': ['words'], 'transformers': [{'type': 'Padding'}, "
      "{'type': 'ScaleAndShift', 'scale': 2, 'shift': 1, 'which_sources': "
      "['words_mask']}]}",
      "words_mask", "(2, 3) 3 3 3 3 1 1; (2, 2) 1 1 3 3" },
    { "{" BATCHES ", 'sources': ['vectors'], 'transformers': [{'type': 'Padding'}, {'type': 'Flatten'}]}",
      "vectors", "(2, 4) 0 1 0 0 2 3 4 5; (2, 4) 6 7 0 0 8 9 10 11" },
    { "{" BATCHES
      ", 'examples': [1, 2, 0], 'sources': ['words'], 'transformers': [{'type': 'Padding'}, {'type': "
      "'Cast', 'dtype': 'int8'}]}",
      "words", "(2, 1) 4 0; (1, 3) 1 2 3" },
};

START_TEST(sequences_are_padded)
{
    struct data_stream *stream = open_ragged(padded[_i].json, DTYPE_FLOAT64);

    ck_assert_str_eq(bench_stream_epoch(stream, padded[_i].source), padded[_i].epoch);
    ck_assert_str_eq(bench_stream_epoch(stream, padded[_i].source), padded[_i].epoch);
    data_stream_free(stream);
}
END_TEST

START_TEST(the_plan_is_the_longest_sequence)
{
    struct data_stream *stream = open_ragged(
        "{" BATCHES ", 'sources': ['words', 'labels'], 'transformers': [" PAD("words") "]}", DTYPE_FLOAT32);
    char text[SHAPE_TEXT_BYTES];

    ck_assert_uint_eq(stream->source_count, 3);
    ck_assert_str_eq(stream->sources[1].name, "words_mask");
    ck_assert_int_eq(stream->sources[1].dtype, DTYPE_FLOAT32);
    ck_assert_str_eq(shape_text(&stream->sources[0].shape, text), "(2, 3)");
    ck_assert_str_eq(shape_text(&stream->sources[1].shape, text), "(2, 3)");
    data_stream_free(stream);
}
END_TEST

START_TEST(images_of_two_heights_are_no_sequences)
{
    struct data_stream *stream = open_ragged(
        "{" BATCHES ", 'sources': ['images'], 'transformers': [{'type': 'Padding'}]}", DTYPE_FLOAT32);
    struct batch batch;
    struct error err = { 0 };

    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_FAILED);
    ck_assert_str_eq(err.message,
                     "source \"images\": examples of shapes (1, 2, 3) and (1, 3, 2) differ in more than "
                     "their length");
    data_stream_free(stream);
}
END_TEST

START_TEST(a_restored_stream_goes_on_in_the_middle_of_an_epoch)
{
    static const char json[] = "{" SHUFFLED ", 'sources': ['words'], 'transformers': [{'type': 'Padding'}]}";
    struct data_stream *first = open_ragged(json, DTYPE_FLOAT64), *second = open_ragged(json, DTYPE_FLOAT64);
    struct error err;

    bench_stream_epoch(first, "words");
    ck_assert_int_eq(first->type->next_epoch(first, &err), STREAM_OK);
    bench_next_batch(first, "words");
    bench_restore(second, bench_saved(first));
    ck_assert_str_eq(bench_next_batch(first, "words"), bench_next_batch(second, "words"));
    ck_assert_str_eq(bench_stream_epoch(first, "words_mask"), bench_stream_epoch(second, "words_mask"));
    data_stream_free(first);
    data_stream_free(second);
}
END_TEST

static const struct {
    const char *json, *errors;
} refused[] = {
    { "{" BATCHES ", 'sources': ['words', 'images']}", "shape_mismatch /here\nshape_mismatch /here" },
    { "{" BATCHES ", 'sources': ['words'], 'transformers': [{'type': 'Flatten'}]}",
      "shape_mismatch /here/transformers/0" },
    { "{" BATCHES ", 'sources': ['words', 'labels'], 'transformers': [{'type': 'Padding'}]}",
      "shape_mismatch /here/transformers/0" },
    { "{" BATCHES ", 'sources': ['words'], 'transformers': [{'type': 'Padding', 'mask_sources': ['word']}]}",
      "unknown_name /here/transformers/0/mask_sources/0" },
    { "{" BATCHES ", 'sources': ['words'], 'transformers': [{'type': 'Padding'}, " PAD("words") "]}",
      "duplicate /here/transformers/1" },
    { "{" BATCHES ", 'sources': ['pictures'], 'transformers': [" SORT("pictures", "true") "]}",
      "shape_mismatch /here/transformers/0/key" },
    { "{" BATCHES ", 'sources': ['pictures'], 'transformers': [" SORT("words", "true") "]}",
      "unknown_name /here/transformers/0/key" },
    { "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialExampleScheme'}, 'sources': ['words'],"
      " 'transformers': [{'type': 'Padding'}]}",
      "invalid_value /here/transformers/0" },
};

START_TEST(what_cannot_be_padded_is_refused)
{
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream_over(bench_ragged_dataset(), refused[_i].json, DTYPE_FLOAT32, &stream),
                     refused[_i].errors);
}
END_TEST

Suite *ragged_suite(void)
{
    Suite *suite = suite_create("ragged");
    TCase *tcase = tcase_create("ragged");

    tcase_add_test(tcase, a_ragged_source_knows_its_largest_example);
    tcase_add_test(tcase, a_folder_keeps_ragged_sources);
    tcase_add_test(tcase, shapes_that_do_not_fit_are_refused);
    tcase_add_loop_test(tcase, sequences_are_padded, 0, COUNT(padded));
    tcase_add_test(tcase, the_plan_is_the_longest_sequence);
    tcase_add_test(tcase, images_of_two_heights_are_no_sequences);
    tcase_add_test(tcase, a_restored_stream_goes_on_in_the_middle_of_an_epoch);
    tcase_add_loop_test(tcase, what_cannot_be_padded_is_refused, 0, COUNT(refused));
    suite_add_tcase(suite, tcase);
    return suite;
}
