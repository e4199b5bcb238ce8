/* tests/data/test_npz.c -- archives written by NumPy, whole and damaged. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/dataset_file.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static void check_content(const struct dataset *dataset)
{
    const struct source *features = dataset_source(dataset, "features");
    const struct source *targets = dataset_source(dataset, "targets");

    ck_assert_uint_eq(dataset->source_count, 2);
    ck_assert_int_eq(dataset->examples, 6);
    ck_assert_str_eq(dataset->sources[0].name, "features");
    for (int64_t i = 0; i < 24; i++)
        ck_assert_double_eq(tensor_read(&features->array.tensor, i), (double)i * 0.25 - 1);
    for (int64_t i = 0; i < 6; i++)
        ck_assert_double_eq(tensor_read(&targets->array.tensor, i), (double)i);
}

START_TEST(archives_of_numpy_are_read)
{
    static const char *const names[] = { "stored.npz", "deflated.npz", "zip64.npz" };
    const struct bench_file file = bench_file(names[_i]);
    struct dataset *dataset;
    struct error err;

    CK_GOOD(dataset_read(file.bytes, file.length, NULL, &dataset, &err), err);
    check_content(dataset);
    dataset_unref(dataset);
}
END_TEST

START_TEST(what_is_no_dataset_is_refused)
{
    static const struct {
        const char *file;
        enum error_code code;
        const char *part;
    } cases[] = {
        { "uneven.npz", ERROR_SHAPE, "\"targets\" has 5 examples, \"features\" has 6" },
        { "nameless.npz", ERROR_INVALID_VALUE, "two words" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct bench_file file = bench_file(cases[i].file);
        struct dataset *dataset;
        struct error err;

        CK_REFUSED(dataset_read(file.bytes, file.length, NULL, &dataset, &err), err, cases[i].code);
        ck_assert_msg(strstr(err.message, cases[i].part) != NULL, "%s", err.message);
    }
}
END_TEST

START_TEST(an_archive_that_is_cut_is_refused)
{
    static const char *const names[] = { "stored.npz", "deflated.npz", "zip64.npz" };
    const struct bench_file file = bench_file(names[_i]);

    for (size_t length = 0; length < file.length; length++) {
        unsigned char *copy = memory_new(length + 1, 1);
        struct dataset *dataset;
        struct error err = { 0 };

        memcpy(copy, file.bytes, length);
        ck_assert_msg(!dataset_read(copy, length, NULL, &dataset, &err), "%zu bytes", length);
        free(copy);
    }
}
END_TEST

/* Any flipped bit is noticed, unless it is in a field that does not matter (times, versions, attributes). */
START_TEST(a_changed_byte_does_not_change_numbers)
{
    static const char *const names[] = { "stored.npz", "deflated.npz", "zip64.npz" };
    const struct bench_file file = bench_file(names[_i]);

    for (size_t at = 0; at < file.length; at++) {
        for (int bit = 0; bit < 8; bit++) {
            unsigned char *copy = memory_new(file.length, 1);
            struct dataset *dataset;
            struct error err = { 0 };

            memcpy(copy, file.bytes, file.length);
            copy[at] ^= (unsigned char)(1 << bit);
            if (dataset_read(copy, file.length, NULL, &dataset, &err)) {
                if (dataset_source(dataset, "features") && dataset_source(dataset, "targets"))
                    check_content(dataset); /* a changed name is another, valid dataset */
                dataset_unref(dataset);
            }
            free(copy);
        }
    }
}
END_TEST

/* Bytes of the directory of stored.npz, replaced: offset from the signature of an entry. */
static const struct {
    const char *signature;
    size_t offset;
    unsigned char byte;
    enum error_code code;
    const char *part;
} changes[] = {
    { "PK\1\2", 8, 1, ERROR_INVALID_VALUE, "encrypted" },
    { "PK\1\2", 10, 12, ERROR_INVALID_VALUE, "method 12" },
    { "PK\1\2", 46, '\n', ERROR_INVALID_VALUE, "name" },
    { "PK\1\2", 46 + 9, 'x', ERROR_INVALID_VALUE, "not an .npy file" },
    { "PK\1\2", 16, 0xff, ERROR_SYNTAX, "damaged" },
    { "PK\5\6", 10, 200, ERROR_LIMIT, "200 members" },
    { "PK\5\6", 10, 0, ERROR_INVALID_VALUE, "no arrays" },
    { "PK\5\6", 18, 0xff, ERROR_SYNTAX, "cut off" },
};

START_TEST(strange_archives_are_refused)
{
    const struct bench_file file = bench_file("stored.npz");
    unsigned char *entry = memmem(file.bytes, file.length, changes[_i].signature, 4);
    struct dataset *dataset;
    struct error err;

    entry[changes[_i].offset] = changes[_i].byte;
    CK_REFUSED(dataset_read(file.bytes, file.length, NULL, &dataset, &err), err, changes[_i].code);
    ck_assert_msg(strstr(err.message, changes[_i].part) != NULL, "%s", err.message);
}
END_TEST

START_TEST(an_npz_has_no_target_column)
{
    const struct bench_file file = bench_file("stored.npz");
    struct dataset *dataset;
    struct error err;

    CK_REFUSED(dataset_read(file.bytes, file.length, "targets", &dataset, &err), err, ERROR_CONFLICT);
}
END_TEST

Suite *npz_suite(void)
{
    Suite *suite = suite_create("npz");
    TCase *tcase = tcase_create("npz");

    tcase_add_loop_test(tcase, archives_of_numpy_are_read, 0, 3);
    tcase_add_test(tcase, what_is_no_dataset_is_refused);
    tcase_add_loop_test(tcase, an_archive_that_is_cut_is_refused, 0, 3);
    tcase_add_loop_test(tcase, a_changed_byte_does_not_change_numbers, 0, 3);
    tcase_add_loop_test(tcase, strange_archives_are_refused, 0, COUNT(changes));
    tcase_add_test(tcase, an_npz_has_no_target_column);
    suite_add_tcase(suite, tcase);
    return suite;
}
