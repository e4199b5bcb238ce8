/* tests/data/test_npy.c -- arrays written by NumPy (make_files.py), and by us. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/data/npy.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

/* What make_files.py puts into element i of an array of that kind. */
static double value(char kind, int64_t i)
{
    switch (kind) {
    case 'f':
        return (double)i * 0.25 - 1;
    case 'i':
        return (double)i - 3;
    case 'b':
        return i % 3 == 0;
    default:
        return (double)i;
    }
}

static bool read_bytes(const void *bytes, size_t length, struct array *out, struct error *err)
{
    struct byte_reader *reader = byte_reader_new(bytes, length, byte_encoding_guess(bytes, length));
    const bool good = npy_read(reader, DATASET_BYTES_MAX, out, err);

    byte_reader_free(reader);
    return good;
}

static const struct {
    const char *file;
    enum dtype dtype;
    char kind;
} files[] = {
    { "little_f2.npy", DTYPE_FLOAT32, 'f' }, { "big_f2.npy", DTYPE_FLOAT32, 'f' },
    { "little_f4.npy", DTYPE_FLOAT32, 'f' }, { "big_f4.npy", DTYPE_FLOAT32, 'f' },
    { "little_f8.npy", DTYPE_FLOAT64, 'f' }, { "big_f8.npy", DTYPE_FLOAT64, 'f' },
    { "little_i1.npy", DTYPE_INT8, 'i' },    { "little_u1.npy", DTYPE_UINT8, 'u' },
    { "little_i2.npy", DTYPE_INT16, 'i' },   { "big_i2.npy", DTYPE_INT16, 'i' },
    { "little_i4.npy", DTYPE_INT32, 'i' },   { "big_i4.npy", DTYPE_INT32, 'i' },
    { "little_i8.npy", DTYPE_INT64, 'i' },   { "big_i8.npy", DTYPE_INT64, 'i' },
    { "little_u2.npy", DTYPE_UINT16, 'u' },  { "big_u2.npy", DTYPE_UINT16, 'u' },
    { "little_u4.npy", DTYPE_UINT32, 'u' },  { "big_u4.npy", DTYPE_UINT32, 'u' },
    { "little_u8.npy", DTYPE_INT64, 'u' },   { "big_u8.npy", DTYPE_INT64, 'u' },
    { "little_b1.npy", DTYPE_BOOL, 'b' },    { "fortran_f8.npy", DTYPE_FLOAT64, 'f' },
    { "fortran_u1.npy", DTYPE_UINT8, 'u' },  { "version_2.npy", DTYPE_FLOAT32, 'f' },
    { "version_3.npy", DTYPE_FLOAT32, 'f' }, { "little_f4.npy.gz", DTYPE_FLOAT32, 'f' },
};

START_TEST(files_of_numpy_are_read)
{
    const struct shape shape = shape_of(3, (int64_t)2, (int64_t)3, (int64_t)4);
    const struct bench_file file = bench_file(files[_i].file);
    struct array array;
    struct error err;

    CK_GOOD(read_bytes(file.bytes, file.length, &array, &err), err);
    ck_assert_str_eq(dtype_name(array.tensor.dtype), dtype_name(files[_i].dtype));
    ck_assert(shape_equal(&array.tensor.shape, &shape));
    for (int64_t i = 0; i < 24; i++)
        ck_assert_double_eq(tensor_read(&array.tensor, i), value(files[_i].kind, i));
    array_fini(&array);
}
END_TEST

START_TEST(other_ranks_are_read)
{
    static const struct {
        const char *file;
        int rank;
        int64_t dims[2];
    } shapes[] = { { "scalar.npy", 0, { 0 } }, { "vector.npy", 1, { 5 } }, { "empty.npy", 2, { 3, 0 } } };

    for (size_t i = 0; i < COUNT(shapes); i++) {
        const struct bench_file file = bench_file(shapes[i].file);
        struct array array;
        struct error err;

        CK_GOOD(read_bytes(file.bytes, file.length, &array, &err), err);
        ck_assert_int_eq(array.tensor.shape.rank, shapes[i].rank);
        ck_assert_mem_eq(array.tensor.shape.dims, shapes[i].dims, (size_t)shapes[i].rank * sizeof(int64_t));
        array_fini(&array);
    }
}
END_TEST

START_TEST(half_floats_are_widened_exactly)
{
    static const double wanted[] = { 0, -0.0,       0x1p-24, -0x3ffp-24, 0x1p-14,
                                     1, -0x401p-10, 65504,   INFINITY,   -INFINITY };
    const struct bench_file file = bench_file("halves.npy");
    struct array array;
    struct error err;

    CK_GOOD(read_bytes(file.bytes, file.length, &array, &err), err);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        ck_assert_double_eq(tensor_read(&array.tensor, (int64_t)i), wanted[i]);
        ck_assert_int_eq(signbit(tensor_read(&array.tensor, (int64_t)i)) != 0, signbit(wanted[i]) != 0);
    }
    array_fini(&array);
}
END_TEST

START_TEST(what_cannot_be_held_is_refused_by_name)
{
    static const struct {
        const char *file;
        enum error_code code;
        const char *part;
    } cases[] = {
        { "large_u8.npy", ERROR_OUT_OF_RANGE, "9223372036854775808" },
        { "complex.npy", ERROR_INVALID_VALUE, "<c16" },
        { "record.npy", ERROR_INVALID_VALUE, "records" },
        { "text.npy", ERROR_INVALID_VALUE, "<U2" },
        { "u1.idx", ERROR_SYNTAX, "not an npy file" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct bench_file file = bench_file(cases[i].file);
        struct array array;
        struct error err;

        CK_REFUSED(read_bytes(file.bytes, file.length, &array, &err), err, cases[i].code);
        ck_assert_msg(strstr(err.message, cases[i].part) != NULL, "%s", err.message);
    }
}
END_TEST

/* Dictionaries of headers: NULL is good. */
static const struct {
    const char *text;
    const char *code;
} headers[] = {
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", NULL },
    { "{'shape':(3,4),'fortran_order':True,\"descr\":\"<f4\"}\n", NULL },
    { " { 'descr' : '=i8' , 'fortran_order' : False , 'shape' : ( 3L , ) } ", NULL },
    { "{'descr': '|b1', 'fortran_order': False, 'shape': ()}", NULL },
    { "", "syntax" },
    { "{}", "syntax" },
    { "[]", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } x", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), 'more': 1}", "syntax" },
    { "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': 0, 'shape': (3, 4)}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': [3, 4]}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (-3, 4)}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (3 4)}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (3.0, 4)}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "syntax" },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", "limit_exceeded" },
    { "{'descr': '<f4, 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
    { "{'descr': 'f4', 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
    { "{'descr': '|f4', 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
    { "{'descr': '', 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
    { "{'descr': '<f16', 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
    { "{'descr': '|O', 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
    { "{'descr': '<M8[s]', 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
    { "{'descr': '\\x00\\x01', 'fortran_order': False, 'shape': (3, 4)}", "invalid_value" },
};

START_TEST(headers_are_parsed_strictly)
{
    struct npy_header header;
    struct error err;
    const bool good = npy_header_parse(headers[_i].text, strlen(headers[_i].text), &header, &err);

    ck_assert_msg(good == !headers[_i].code, "%s", headers[_i].text);
    if (!good)
        ck_assert_str_eq(error_code_name(err.code), headers[_i].code);
}
END_TEST

/* A file with this dictionary and no data. */
static struct bench_file with_header(const char *dictionary)
{
    const size_t length = strlen(dictionary);
    struct bench_file file = { bench_keep(memory_new(10 + length, 1)), 10 + length };

    memcpy(file.bytes, "\x93NUMPY\x01\x00", 8);
    file.bytes[8] = (unsigned char)length;
    file.bytes[9] = (unsigned char)(length >> 8);
    memcpy(file.bytes + 10, dictionary, length);
    return file;
}

START_TEST(sizes_are_checked_before_memory_is_taken)
{
    static const struct {
        const char *shape;
        enum error_code code;
    } cases[] = {
        { "(1000000000,)", ERROR_SYNTAX }, /* more than the file can hold */
        { "(4294967296, 4294967296)", ERROR_LIMIT },
        { "(9223372036854775807, 9223372036854775807, 0)", ERROR_LIMIT },
        { "(2305843009213693952, 8)", ERROR_LIMIT },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench_file file;
        struct array array;
        struct error err;
        char text[200];

        snprintf(text, sizeof(text), "{'descr': '<f8', 'fortran_order': False, 'shape': %s}", cases[i].shape);
        file = with_header(text);
        CK_REFUSED(read_bytes(file.bytes, file.length, &array, &err), err, cases[i].code);
    }
}
END_TEST

START_TEST(a_limit_is_kept)
{
    const struct bench_file file = bench_file("little_f8.npy"); /* 192 bytes of data */
    struct array array;
    struct error err;

    for (size_t limit = 190; limit < 194; limit++) {
        struct byte_reader *reader = byte_reader_new(file.bytes, file.length, BYTES_PLAIN);
        const bool good = npy_read(reader, limit, &array, &err);

        ck_assert_int_eq(good, limit >= 192);
        if (good)
            array_fini(&array);
        else
            ck_assert_int_eq(err.code, ERROR_LIMIT);
        byte_reader_free(reader);
    }
}
END_TEST

/* Cut anywhere, or with one byte more: an error, whatever the encoding. */
START_TEST(every_other_length_is_an_error)
{
    static const char *const names[] = { "little_f4.npy", "big_f2.npy", "fortran_u1.npy", "version_2.npy",
                                         "little_f4.npy.gz" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct bench_file file = bench_file(names[i]);

        for (size_t length = 0; length <= file.length + 1; length++) {
            unsigned char *copy = memory_new(length + 1, 1);
            struct array array;
            struct error err = { 0 };

            memcpy(copy, file.bytes, length < file.length ? length : file.length);
            if (length == file.length)
                CK_GOOD(read_bytes(copy, length, &array, &err), err);
            else
                ck_assert_msg(!read_bytes(copy, length, &array, &err), "%s: %zu bytes", names[i], length);
            if (length == file.length)
                array_fini(&array);
            free(copy);
        }
    }
}
END_TEST

START_TEST(what_we_write_is_read_and_mapped)
{
    char path[] = "/tmp/kiln-npy-XXXXXX";
    float numbers[2][3] = { { 1, 2, 3 }, { -4, 5.5F, INFINITY } };
    const struct tensor tensor = { DTYPE_FLOAT32, shape_of(2, (int64_t)2, (int64_t)3), numbers };
    struct array array;
    struct error err;

    close(mkstemp(path));
    CK_GOOD(npy_write_file(path, &tensor, &err), err);
    CK_GOOD(npy_map_file(path, &array, &err), err);
    ck_assert(shape_equal(&array.tensor.shape, &tensor.shape));
    ck_assert_int_eq(array.tensor.dtype, DTYPE_FLOAT32);
    ck_assert_uint_eq((uintptr_t)array.tensor.data % 64, 0);
    ck_assert_mem_eq(array.tensor.data, numbers, sizeof(numbers));
    array_fini(&array);

    ck_assert_int_eq(truncate(path, 130), 0);
    CK_REFUSED(npy_map_file(path, &array, &err), err, ERROR_CORRUPT);
    ck_assert_int_eq(truncate(path, 30), 0);
    ck_assert(!npy_map_file(path, &array, &err));
    ck_assert_int_eq(unlink(path), 0);
    CK_REFUSED(npy_map_file(path, &array, &err), err, ERROR_NOT_FOUND);
}
END_TEST

START_TEST(headers_are_those_of_numpy)
{
    static const char *const names[] = { "little_f4.npy", "little_u1.npy", "little_b1.npy", "vector.npy",
                                         "scalar.npy" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct bench_file file = bench_file(names[i]);
        struct array array;
        struct text header = { 0 };
        struct error err;

        CK_GOOD(read_bytes(file.bytes, file.length, &array, &err), err);
        npy_header_write(array.tensor.dtype, &array.tensor.shape, &header);
        ck_assert_uint_eq(header.length, 128);
        ck_assert_mem_eq(header.bytes, file.bytes, header.length);
        text_fini(&header);
        array_fini(&array);
    }
}
END_TEST

Suite *npy_suite(void)
{
    Suite *suite = suite_create("npy");
    TCase *tcase = tcase_create("npy");

    tcase_add_loop_test(tcase, files_of_numpy_are_read, 0, COUNT(files));
    tcase_add_test(tcase, other_ranks_are_read);
    tcase_add_test(tcase, half_floats_are_widened_exactly);
    tcase_add_test(tcase, what_cannot_be_held_is_refused_by_name);
    tcase_add_loop_test(tcase, headers_are_parsed_strictly, 0, COUNT(headers));
    tcase_add_test(tcase, sizes_are_checked_before_memory_is_taken);
    tcase_add_test(tcase, a_limit_is_kept);
    tcase_add_test(tcase, every_other_length_is_an_error);
    tcase_add_test(tcase, what_we_write_is_read_and_mapped);
    tcase_add_test(tcase, headers_are_those_of_numpy);
    suite_add_tcase(suite, tcase);
    return suite;
}
