/* tests/data/test_dataset.c -- sources in memory, in folders, and those that ship. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/data/dataset_folder.h"
#include "engine/data/shipped_dataset.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static struct array numbers(enum dtype dtype, int rank, int64_t a, int64_t b)
{
    const struct shape shape = { .rank = rank, .dims = { a, b } };
    struct array array;
    struct error err;

    CK_GOOD(array_new(dtype, &shape, DATASET_BYTES_MAX, &array, &err), err);
    for (int64_t i = 0; i < tensor_elements(&array.tensor); i++)
        tensor_write(&array.tensor, i, (double)i);
    return array;
}

static void add(struct dataset *dataset, const char *name, struct array array)
{
    struct error err;

    CK_GOOD(dataset_add(dataset, name, &array, &err), err);
    ck_assert_ptr_null(array.memory); /* taken over */
}

static void add_refused(struct dataset *dataset, const char *name, struct array array, enum error_code code)
{
    struct error err;

    CK_REFUSED(dataset_add(dataset, name, &array, &err), err, code);
    ck_assert_ptr_nonnull(array.memory); /* still the caller's */
    array_fini(&array);
}

START_TEST(sources_have_one_row_per_example)
{
    struct dataset *dataset = dataset_new();

    add(dataset, "features", numbers(DTYPE_FLOAT32, 2, 5, 3));
    add_refused(dataset, "targets", numbers(DTYPE_UINT8, 1, 4, 0), ERROR_SHAPE);
    add_refused(dataset, "features", numbers(DTYPE_UINT8, 1, 5, 0), ERROR_DUPLICATE);
    add_refused(dataset, "scalar", numbers(DTYPE_UINT8, 0, 0, 0), ERROR_SHAPE);
    add_refused(dataset, "nothing", numbers(DTYPE_UINT8, 1, 0, 0), ERROR_SHAPE);
    add(dataset, "targets", numbers(DTYPE_UINT8, 1, 5, 0));
    ck_assert_int_eq(dataset->examples, 5);
    ck_assert_uint_eq(dataset->bytes, 5 * 3 * 4 + 5);
    ck_assert_ptr_null(dataset_source(dataset, "nothing"));
    ck_assert_ptr_eq(dataset_source(dataset, "targets"), &dataset->sources[1]);
    dataset_unref(dataset);
}
END_TEST

START_TEST(names_are_those_of_variables)
{
    static const char *const good[] = { "features", "x", "_x1", "FeatureMap_2" };
    static const char *const bad[] = { "", "1x", "two words", "a-b", "a.b", "../a", "\xc3\xa9", "a\n" };
    char longest[SOURCE_NAME_MAX + 2];
    struct error err;

    for (size_t i = 0; i < COUNT(good); i++)
        CK_GOOD(source_name_check(good[i], &err), err);
    for (size_t i = 0; i < COUNT(bad); i++)
        CK_REFUSED(source_name_check(bad[i], &err), err, ERROR_INVALID_VALUE);
    memset(longest, 'a', sizeof(longest));
    longest[SOURCE_NAME_MAX] = '\0';
    CK_GOOD(source_name_check(longest, &err), err);
    longest[SOURCE_NAME_MAX] = 'a';
    longest[SOURCE_NAME_MAX + 1] = '\0';
    CK_REFUSED(source_name_check(longest, &err), err, ERROR_INVALID_VALUE);
}
END_TEST

START_TEST(totals_are_bounded)
{
    struct dataset *dataset = dataset_new();
    const struct shape half = shape_of(2, (int64_t)16, (int64_t)1 << 26), one = shape_of(1, (int64_t)16);
    struct array array;
    struct error err;

    for (int i = 0; i < 2; i++) { /* planned only: no memory is taken */
        CK_GOOD(array_plan(DTYPE_UINT8, &half, DATASET_BYTES_MAX, &array, &err), err);
        CK_GOOD(dataset_add(dataset, i == 0 ? "a" : "b", &array, &err), err);
    }
    CK_GOOD(array_plan(DTYPE_UINT8, &one, DATASET_BYTES_MAX, &array, &err), err);
    CK_REFUSED(dataset_add(dataset, "c", &array, &err), err, ERROR_LIMIT);
    CK_REFUSED(array_plan(DTYPE_UINT16, &half, DATASET_BYTES_MAX - 1, &array, &err), err, ERROR_LIMIT);
    dataset_unref(dataset);
}
END_TEST

START_TEST(too_many_sources_are_refused)
{
    struct dataset *dataset = dataset_new();
    char name[20];

    for (int i = 0; i < DATASET_SOURCES_MAX; i++) {
        snprintf(name, sizeof(name), "s%d", i);
        add(dataset, name, numbers(DTYPE_UINT8, 1, 2, 0));
    }
    add_refused(dataset, "more", numbers(DTYPE_UINT8, 1, 2, 0), ERROR_LIMIT);
    dataset_unref(dataset);
}
END_TEST

static char folder[64], path[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/kiln-dataset-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void remove_folder(void)
{
    unlink(in_folder("features.npy"));
    unlink(in_folder("targets.npy"));
    unlink(in_folder("dataset.json"));
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else was left there */
}

static struct dataset *small(void)
{
    struct dataset *dataset = dataset_new();

    add(dataset, "targets", numbers(DTYPE_INT64, 2, 5, 1));
    add(dataset, "features", numbers(DTYPE_FLOAT32, 2, 5, 3));
    return dataset;
}

START_TEST(a_stored_dataset_is_opened_as_it_was)
{
    struct dataset *written = small(), *read;
    struct error err;

    CK_GOOD(dataset_save_folder(written, folder, &err), err);
    CK_GOOD(dataset_open_folder(folder, &read, &err), err);
    ck_assert_uint_eq(read->source_count, 2);
    ck_assert_int_eq(read->examples, 5);
    for (size_t i = 0; i < 2; i++) {
        const struct tensor *a = &written->sources[i].array.tensor, *b = &read->sources[i].array.tensor;

        ck_assert_str_eq(read->sources[i].name, written->sources[i].name);
        ck_assert_int_eq(a->dtype, b->dtype);
        ck_assert(shape_equal(&a->shape, &b->shape));
        ck_assert_mem_eq(a->data, b->data, tensor_bytes(a));
        ck_assert_uint_gt(read->sources[i].array.mapped_bytes, 0);
    }
    dataset_unref(read);
    dataset_unref(written);
}
END_TEST

static void overwrite(const char *name, const char *text)
{
    FILE *stream = fopen(in_folder(name), "wb");

    ck_assert_ptr_nonnull(stream);
    fputs(text, stream);
    fclose(stream);
}

/* What dataset.json may have become. */
static const char *const descriptions[] = {
    "",
    "{",
    "[]",
    "{}",
    "{\"format\": 2, \"examples\": 5, \"sources\": []}",
    "{\"format\": 1, \"examples\": 5, \"sources\": []}",
    "{\"format\": 1, \"examples\": 5, \"sources\": [{\"name\": \"../x\", \"dtype\": \"int64\", \"shape\": "
    "[5, 1]}]}",
    "{\"format\": 1, \"examples\": 5, \"sources\": [{\"name\": \"targets\", \"dtype\": \"int32\", \"shape\": "
    "[5, 1]}]}",
    "{\"format\": 1, \"examples\": 5, \"sources\": [{\"name\": \"targets\", \"dtype\": \"int64\", \"shape\": "
    "[5]}]}",
    "{\"format\": 1, \"examples\": 6, \"sources\": [{\"name\": \"targets\", \"dtype\": \"int64\", \"shape\": "
    "[5, 1]}]}",
    "{\"format\": 1, \"examples\": 5, \"sources\": [{\"name\": \"targets\", \"dtype\": \"int64\", \"shape\": "
    "[5, 1]},"
    "{\"name\": \"targets\", \"dtype\": \"int64\", \"shape\": [5, 1]}]}",
};

START_TEST(a_damaged_description_is_refused)
{
    struct dataset *written = small(), *read;
    struct error err;

    CK_GOOD(dataset_save_folder(written, folder, &err), err);
    dataset_unref(written);
    overwrite("dataset.json", descriptions[_i]);
    CK_REFUSED(dataset_open_folder(folder, &read, &err), err, ERROR_CORRUPT);
}
END_TEST

START_TEST(missing_and_damaged_files_are_refused)
{
    struct dataset *written = small(), *read;
    struct error err;

    CK_REFUSED(dataset_open_folder(folder, &read, &err), err, ERROR_NOT_FOUND);
    CK_GOOD(dataset_save_folder(written, folder, &err), err);
    dataset_unref(written);
    ck_assert_int_eq(truncate(in_folder("targets.npy"), 160), 0);
    CK_REFUSED(dataset_open_folder(folder, &read, &err), err, ERROR_CORRUPT);
    ck_assert_int_eq(unlink(in_folder("targets.npy")), 0);
    CK_REFUSED(dataset_open_folder(folder, &read, &err), err, ERROR_NOT_FOUND);
}
END_TEST

START_TEST(a_folder_that_is_not_there_cannot_be_written)
{
    struct dataset *written = small();
    struct error err;

    CK_REFUSED(dataset_save_folder(written, "/tmp/kiln-no-such-folder", &err), err, ERROR_IO);
    dataset_unref(written);
}
END_TEST

/* The sum over all pixels is that of scikit-learn's load_digits; the first rows are those of make-digits.py.
 */
START_TEST(the_digits_ship)
{
    static const double first_labels[] = { 2, 8, 2, 6, 6, 7, 1, 9 };
    const struct shape shape = shape_of(2, (int64_t)1797, (int64_t)64);
    const struct tensor *features, *targets;
    struct dataset *digits;
    struct error err;
    double sum = 0;
    int64_t counts[10] = { 0 };

    CK_GOOD(dataset_open_shipped("digits", &digits, &err), err);
    features = &dataset_source(digits, "features")->array.tensor;
    targets = &dataset_source(digits, "targets")->array.tensor;
    ck_assert(shape_equal(&features->shape, &shape));
    ck_assert_int_eq(features->dtype, DTYPE_UINT8);
    ck_assert_int_eq(targets->dtype, DTYPE_UINT8);
    ck_assert_int_eq(targets->shape.rank, 2);
    for (int64_t i = 0; i < 1797 * 64; i++)
        sum += tensor_read(features, i);
    ck_assert_double_eq(sum, 561718);
    for (int64_t i = 0; i < 1797; i++)
        counts[(int)tensor_read(targets, i)]++;
    ck_assert_int_eq(counts[0], 178);
    ck_assert_int_eq(counts[3], 183);
    ck_assert_int_eq(counts[8], 174);
    for (size_t i = 0; i < COUNT(first_labels); i++)
        ck_assert_double_eq(tensor_read(targets, (int64_t)i), first_labels[i]);
    dataset_unref(digits);
    CK_REFUSED(dataset_open_shipped("mnist", &digits, &err), err, ERROR_NOT_FOUND);
}
END_TEST

Suite *dataset_suite(void)
{
    Suite *suite = suite_create("dataset");
    TCase *memory = tcase_create("memory"), *stored = tcase_create("stored"),
          *shipped = tcase_create("shipped");

    tcase_add_test(memory, sources_have_one_row_per_example);
    tcase_add_test(memory, names_are_those_of_variables);
    tcase_add_test(memory, totals_are_bounded);
    tcase_add_test(memory, too_many_sources_are_refused);
    suite_add_tcase(suite, memory);
    tcase_add_checked_fixture(stored, make_folder, remove_folder);
    tcase_add_test(stored, a_stored_dataset_is_opened_as_it_was);
    tcase_add_loop_test(stored, a_damaged_description_is_refused, 0, COUNT(descriptions));
    tcase_add_test(stored, missing_and_damaged_files_are_refused);
    tcase_add_test(stored, a_folder_that_is_not_there_cannot_be_written);
    suite_add_tcase(suite, stored);
    tcase_add_test(shipped, the_digits_ship);
    suite_add_tcase(suite, shipped);
    return suite;
}
