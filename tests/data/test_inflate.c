/* tests/data/test_inflate.c -- what is inflated at once is what zlib makes of it, or nothing. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "engine/base/memory.h"
#include "engine/data/dataset_file.h"
#include "engine/data/gzip.h"
#include "engine/data/inflate.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

enum { HEADER_BYTES = 10, TRAILER_BYTES = 8 }; /* of gzip_pack */

static struct text packed(const struct bench_file *file)
{
    struct text gzip = { 0 };

    ck_assert(gzip_pack(file->bytes, file->length, &gzip));
    return gzip;
}

static bool inflates(const void *bytes, size_t length, enum byte_encoding encoding, size_t wanted)
{
    struct array array;
    const bool good = inflate_at_once(bytes, length, encoding, wanted, &array);

    if (good)
        array_fini(&array);
    return good;
}

static void check_inflated(const struct bench_file *file, const char *bytes, size_t length,
                           enum byte_encoding encoding)
{
    struct array array;

    ck_assert(inflate_at_once(bytes, length, encoding, file->length, &array));
    ck_assert_uint_eq(tensor_bytes(&array.tensor), file->length);
    ck_assert_mem_eq(array.tensor.data, file->bytes, file->length);
    array_fini(&array);
    ck_assert(!inflates(bytes, length, encoding, file->length - 1));
    ck_assert(!inflates(bytes, length, encoding, file->length + 1));
    ck_assert(!inflates(bytes, length, encoding, 0));
    for (size_t cut = 0; cut < length; cut++)
        ck_assert(!inflates(bytes, cut, encoding, file->length));
}

START_TEST(all_or_nothing_is_inflated)
{
    const struct bench_file file = bench_file("big_f4.npy");
    struct text gzip = packed(&file);

    ck_assert_uint_eq(inflated_bytes_of_gzip(gzip.bytes, gzip.length), file.length);
    check_inflated(&file, gzip.bytes, gzip.length, BYTES_GZIP);
    check_inflated(&file, gzip.bytes + HEADER_BYTES, gzip.length - HEADER_BYTES - TRAILER_BYTES,
                   BYTES_DEFLATE);
    text_fini(&gzip);
}
END_TEST

/* Another bit may mean the same, one match instead of another; in the check sum and the size it cannot. */
START_TEST(a_changed_bit_does_not_change_numbers)
{
    const struct bench_file file = bench_file("big_f4.npy");
    struct text gzip = packed(&file);
    struct array array;

    for (size_t bit = HEADER_BYTES * 8; bit < gzip.length * 8; bit++) {
        gzip.bytes[bit / 8] ^= (char)(1 << bit % 8);
        if (inflate_at_once(gzip.bytes, gzip.length, BYTES_GZIP, file.length, &array)) {
            ck_assert_uint_lt(bit / 8, gzip.length - TRAILER_BYTES);
            ck_assert_mem_eq(array.tensor.data, file.bytes, file.length);
            array_fini(&array);
        }
        gzip.bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    text_add_char(&gzip, 0);
    ck_assert(!inflates(gzip.bytes, gzip.length, BYTES_GZIP, file.length));
    text_fini(&gzip);
}
END_TEST

/* Before memory is taken. */
START_TEST(no_more_is_inflated_than_the_bytes_can_hold)
{
    char bytes[64] = { 0x1f, (char)0x8b, 8 };

    ck_assert_uint_eq(inflated_bytes_most(SIZE_MAX), SIZE_MAX);
    ck_assert_uint_eq(inflated_bytes_most(SIZE_MAX / 1032), SIZE_MAX);
    ck_assert(!inflates(bytes, sizeof(bytes), BYTES_GZIP, inflated_bytes_most(sizeof(bytes)) + 1));
    ck_assert(!inflates(bytes, sizeof(bytes), BYTES_GZIP, INFLATED_BYTES_MAX + 1));
    ck_assert(!inflates(bytes, sizeof(bytes), BYTES_DEFLATE, SIZE_MAX));
    ck_assert_uint_eq(inflated_bytes_of_gzip(bytes, 17), 0);
    ck_assert_uint_eq(inflated_bytes_of_gzip(NULL, 0), 0);
}
END_TEST

static const char *const files[] = {
    "little_f4.npy", "little_u1.npy",  "little_f2.npy", "little_b1.npy",
    "big_f4.npy",    "fortran_f8.npy", "u1.idx",        "f8.idx",
};

/* Converted or not, in one member or, what only zlib reads, in two. */
START_TEST(packed_sources_are_the_plain_ones)
{
    const struct bench_file file = bench_file(files[_i]);
    const size_t half = file.length / 2;
    struct text gzip[2] = { packed(&file), { 0 } };
    struct array plain, array;
    struct error err;

    ck_assert(gzip_pack(file.bytes, half, &gzip[1]));
    ck_assert(gzip_pack(file.bytes + half, file.length - half, &gzip[1]));
    CK_GOOD(source_read(file.bytes, file.length, &plain, &err), err);
    for (size_t i = 0; i < COUNT(gzip); i++) {
        CK_GOOD(source_read(gzip[i].bytes, gzip[i].length, &array, &err), err);
        ck_assert(!array.in_file);
        bench_same_tensor(array.tensor, plain.tensor);
        array_fini(&array);
        text_fini(&gzip[i]);
    }
    array_fini(&plain);
}
END_TEST

START_TEST(check_sums_are_those_of_zlib)
{
    const struct bench_file file = bench_file("deflated.npz");
    const uint32_t whole = (uint32_t)crc32_z(0, file.bytes, file.length);

    ck_assert_uint_eq(crc32_of(0, "123456789", 9), 0xcbf43926);
    ck_assert_uint_eq(crc32_of(7, NULL, 0), 7);
    for (size_t cut = 0; cut <= file.length; cut++)
        ck_assert_uint_eq(crc32_of(crc32_of(0, file.bytes, cut), file.bytes + cut, file.length - cut), whole);
}
END_TEST

Suite *inflate_suite(void)
{
    Suite *suite = suite_create("inflate");
    TCase *tcase = tcase_create("inflate");

    tcase_add_test(tcase, all_or_nothing_is_inflated);
    tcase_add_test(tcase, a_changed_bit_does_not_change_numbers);
    tcase_add_test(tcase, no_more_is_inflated_than_the_bytes_can_hold);
    tcase_add_loop_test(tcase, packed_sources_are_the_plain_ones, 0, COUNT(files));
    tcase_add_test(tcase, check_sums_are_those_of_zlib);
    suite_add_tcase(suite, tcase);
    return suite;
}
