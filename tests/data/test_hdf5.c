/* tests/data/test_hdf5.c -- HDF5 files written by h5py, in Fuel's layout, whole and damaged. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/dataset_file.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static void check_fuel(const struct dataset *dataset)
{
    const struct tensor *features = &dataset->sources[0].array.tensor;
    const struct tensor *targets = &dataset->sources[1].array.tensor;
    char text[SHAPE_TEXT_BYTES];

    ck_assert_uint_eq(dataset->source_count, 2);
    ck_assert_str_eq(dataset->sources[0].name, "image_features");
    ck_assert_str_eq(dataset->sources[1].name, "targets");
    ck_assert_str_eq(shape_text(&features->shape, text), "(6, 1, 2, 3)");
    ck_assert_str_eq(shape_text(&targets->shape, text), "(6, 1)");
    ck_assert_int_eq(features->dtype, DTYPE_UINT8);
    for (int64_t i = 0; i < 36; i++)
        ck_assert_double_eq(tensor_read(features, i), (double)i);
    for (int64_t i = 0; i < 6; i++)
        ck_assert_double_eq(tensor_read(targets, i), (double)i);
}

/* Compressed chunks, a dimension scale, a group, links and the attribute `split`. */
START_TEST(files_in_the_layout_of_fuel_are_read)
{
    const struct bench_file file = bench_file("fuel.hdf5");
    struct dataset *dataset;
    struct error err;

    CK_GOOD(dataset_read(file.bytes, file.length, NULL, &dataset, &err), err);
    check_fuel(dataset);
    dataset_unref(dataset);
}
END_TEST

/* Lists of variable length, with a table of shapes and without. */
START_TEST(sources_of_variable_length_are_read)
{
    const struct bench_file file = bench_file("ragged.hdf5");
    struct dataset *dataset, *wanted = bench_ragged_dataset();
    struct error err;

    CK_GOOD(dataset_read(file.bytes, file.length, NULL, &dataset, &err), err);
    ck_assert_uint_eq(dataset->source_count, 3);
    for (int64_t i = 0; i < 4; i++) {
        bench_same_tensor(source_example(dataset_source(dataset, "image_features"), i),
                          source_example(dataset_source(wanted, "images"), i));
        bench_same_tensor(source_example(dataset_source(dataset, "words"), i),
                          source_example(dataset_source(wanted, "words"), i));
    }
    dataset_unref(dataset);
    dataset_unref(wanted);
}
END_TEST

static double value(char kind, int64_t i)
{
    return kind == 'f'   ? (double)i * 0.25 - 1
           : kind == 'i' ? (double)i - 3
           : kind == 'b' ? i % 3 == 0
                         : (double)i;
}

START_TEST(all_kinds_of_numbers_are_read)
{
    static const struct {
        const char *name;
        enum dtype dtype;
    } kinds[] = {
        { "f2", DTYPE_FLOAT32 }, { "f4", DTYPE_FLOAT32 }, { "f8", DTYPE_FLOAT64 }, { "i1", DTYPE_INT8 },
        { "i2", DTYPE_INT16 },   { "i4", DTYPE_INT32 },   { "i8", DTYPE_INT64 },   { "u1", DTYPE_UINT8 },
        { "u2", DTYPE_UINT16 },  { "u4", DTYPE_UINT32 },  { "u8", DTYPE_INT64 },   { "b1", DTYPE_BOOL },
    };
    const struct bench_file file = bench_file("types.hdf5");
    struct dataset *dataset;
    struct error err;
    size_t seen = 0;

    CK_GOOD(dataset_read(file.bytes, file.length, NULL, &dataset, &err), err);
    ck_assert_uint_eq(dataset->source_count, 2 * COUNT(kinds)); /* compact_f4 stands for big_b1 */
    for (size_t i = 0; i < dataset->source_count; i++) {
        const struct source *source = &dataset->sources[i];
        const char *kind = strchr(source->name, '_') + 1;

        for (size_t k = 0; k < COUNT(kinds); k++) {
            if (strcmp(kinds[k].name, kind) != 0)
                continue;
            seen++;
            ck_assert_int_eq(source->array.tensor.dtype, kinds[k].dtype);
            ck_assert_int_eq(tensor_elements(&source->array.tensor), 24);
            for (int64_t at = 0; at < 24; at++)
                ck_assert_double_eq(tensor_read(&source->array.tensor, at), value(kind[0], at));
        }
    }
    ck_assert_uint_eq(seen, dataset->source_count);
    dataset_unref(dataset);
}
END_TEST

static const struct {
    const char *name;
    enum error_code code;
    const char *part;
} refused[] = {
    { "text", ERROR_INVALID_VALUE, "source \"x\": it holds texts" },
    { "record", ERROR_INVALID_VALUE, "source \"x\": it holds records" },
    { "lzf", ERROR_INVALID_VALUE, "the filter 32000" },
    { "external", ERROR_INVALID_VALUE, "another file" },
    { "virtual", ERROR_INVALID_VALUE, "other files" },
    { "chunk", ERROR_LIMIT, "chunks" },
    { "unwritten", ERROR_SYNTAX, "too short for elements of shape (1000000, 100)" },
    { "sparse", ERROR_SYNTAX, "too short" },
    { "huge", ERROR_LIMIT, "takes more than" },
    { "null", ERROR_INVALID_VALUE, "no elements" },
    { "scalar", ERROR_SHAPE, "no examples" },
    { "axes", ERROR_LIMIT, "9 axes" },
    { "large", ERROR_OUT_OF_RANGE, "9223372036854775808" },
    { "uneven", ERROR_SHAPE, "\"y\" has 4 examples" },
    { "nameless", ERROR_INVALID_VALUE, "two words" },
    { "nothing", ERROR_INVALID_VALUE, "no datasets" },
    { "shapes", ERROR_SHAPE, "the shapes of source \"x\" do not fit" },
    { "lists", ERROR_SHAPE, "one axis" },
};

START_TEST(what_cannot_be_a_source_is_refused)
{
    struct bench_file file;
    struct dataset *dataset;
    struct error err;
    char name[64];

    snprintf(name, sizeof(name), "refused_%s.hdf5", refused[_i].name);
    file = bench_file(name);
    CK_REFUSED(dataset_read(file.bytes, file.length, NULL, &dataset, &err), err, refused[_i].code);
    ck_assert_msg(strstr(err.message, refused[_i].part) != NULL, "%s", err.message);
}
END_TEST

START_TEST(an_hdf5_file_has_no_target_column)
{
    const struct bench_file file = bench_file("fuel.hdf5");
    struct dataset *dataset;
    struct error err;

    CK_REFUSED(dataset_read(file.bytes, file.length, "targets", &dataset, &err), err, ERROR_CONFLICT);
}
END_TEST

START_TEST(a_file_that_is_cut_is_refused)
{
    const struct bench_file file = bench_file("fuel.hdf5");

    for (size_t length = 0; length < file.length; length += length < 64 ? 1 : 61) {
        unsigned char *copy = memory_new(length + 1, 1);
        struct dataset *dataset;
        struct error err = { 0 };

        memcpy(copy, file.bytes, length);
        ck_assert_msg(!dataset_read(copy, length, NULL, &dataset, &err), "%zu bytes", length);
        ck_assert(err.code != ERROR_NONE && err.message[0]);
        free(copy);
    }
}
END_TEST

/* libhdf5 has one state for all threads. */
static void *read_often(void *context)
{
    const struct bench_file *file = context;

    for (int i = 0; i < 20; i++) {
        struct dataset *dataset = NULL;
        struct error err = { 0 };

        if (!dataset_read(file->bytes, file->length, NULL, &dataset, &err) || dataset->source_count != 2 ||
            tensor_read(&dataset->sources[0].array.tensor, 35) != 35)
            return context;
        dataset_unref(dataset);
    }
    return NULL;
}

START_TEST(several_threads_read_at_once)
{
    struct bench_file file = bench_file("fuel.hdf5");
    pthread_t threads[3];
    void *failed;

    for (size_t i = 0; i < COUNT(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_often, &file), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        pthread_join(threads[i], &failed);
        ck_assert_ptr_null(failed);
    }
}
END_TEST

Suite *hdf5_suite(void)
{
    Suite *suite = suite_create("hdf5");
    TCase *tcase = tcase_create("hdf5");

    tcase_add_test(tcase, files_in_the_layout_of_fuel_are_read);
    tcase_add_test(tcase, sources_of_variable_length_are_read);
    tcase_add_test(tcase, all_kinds_of_numbers_are_read);
    tcase_add_loop_test(tcase, what_cannot_be_a_source_is_refused, 0, COUNT(refused));
    tcase_add_test(tcase, an_hdf5_file_has_no_target_column);
    tcase_add_test(tcase, a_file_that_is_cut_is_refused);
    tcase_add_test(tcase, several_threads_read_at_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
