/* tests/data/test_idx.c -- files in the format of MNIST, plain and gzipped. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/dataset_file.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static const struct {
    const char *file;
    enum dtype dtype;
    double scale, first;
} files[] = {
    { "u1.idx", DTYPE_UINT8, 1, 0 },       { "i1.idx", DTYPE_INT8, 1, -3 },
    { "i2.idx", DTYPE_INT16, 1, -3 },      { "i4.idx", DTYPE_INT32, 1, -3 },
    { "f4.idx", DTYPE_FLOAT32, 0.25, -1 }, { "f8.idx", DTYPE_FLOAT64, 0.25, -1 },
    { "u1.idx.gz", DTYPE_UINT8, 1, 0 },
};

START_TEST(every_type_is_read)
{
    const struct shape shape = shape_of(3, (int64_t)2, (int64_t)3, (int64_t)4);
    const struct bench_file file = bench_file(files[_i].file);
    struct array array;
    struct error err;

    CK_GOOD(source_read(file.bytes, file.length, &array, &err), err);
    ck_assert_int_eq(array.tensor.dtype, files[_i].dtype);
    ck_assert(shape_equal(&array.tensor.shape, &shape));
    for (int64_t i = 0; i < 24; i++)
        ck_assert_double_eq(tensor_read(&array.tensor, i), files[_i].first + (double)i * files[_i].scale);
    array_fini(&array);
}
END_TEST

START_TEST(every_other_length_is_an_error)
{
    const struct bench_file file = bench_file(files[_i].file);

    for (size_t length = 0; length <= file.length + 1; length++) {
        unsigned char *copy = memory_new(length + 1, 1);
        struct array array;
        struct error err = { 0 };

        memcpy(copy, file.bytes, length < file.length ? length : file.length);
        if (length != file.length)
            ck_assert_msg(!source_read(copy, length, &array, &err), "%zu bytes", length);
        free(copy);
    }
}
END_TEST

static const struct {
    unsigned char bytes[12];
    size_t length;
    enum error_code code;
} headers[] = {
    { { 0, 0, 8, 0 }, 4, ERROR_LIMIT },                         /* no dimensions */
    { { 0, 0, 8, 9 }, 4, ERROR_LIMIT },                         /* too many */
    { { 0, 0, 7, 1, 0, 0, 0, 1, 5 }, 9, ERROR_INVALID_VALUE },  /* unknown type */
    { { 0, 1, 8, 1, 0, 0, 0, 1, 5 }, 9, ERROR_INVALID_VALUE },  /* wrong magic bytes */
    { { 0, 0, 8, 1, 255, 255, 255, 255, 5 }, 9, ERROR_SYNTAX }, /* more than the file can hold */
    { { 0, 0, 14, 2, 255, 255, 255, 255, 255, 255, 255, 255 }, 12, ERROR_LIMIT },
};

START_TEST(hostile_headers_are_refused)
{
    struct array array;
    struct error err;

    CK_REFUSED(source_read(headers[_i].bytes, headers[_i].length, &array, &err), err, headers[_i].code);
}
END_TEST

Suite *idx_suite(void)
{
    Suite *suite = suite_create("idx");
    TCase *tcase = tcase_create("idx");

    tcase_add_loop_test(tcase, every_type_is_read, 0, COUNT(files));
    tcase_add_loop_test(tcase, every_other_length_is_an_error, 0, COUNT(files));
    tcase_add_loop_test(tcase, hostile_headers_are_refused, 0, COUNT(headers));
    suite_add_tcase(suite, tcase);
    return suite;
}
