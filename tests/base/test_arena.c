/* tests/base/test_arena.c -- arenas and small memory. */
#include "engine/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "tests/base/suites.h"

START_TEST(memory_is_zeroed_aligned_and_apart)
{
    static const size_t sizes[] = { 1, 63, 64, 65, 1000, 16 * 1024, 100000, 3, 0, 7 };
    unsigned char *pieces[10];
    struct arena arena = { 0 };

    for (size_t i = 0; i < 10; i++) {
        pieces[i] = arena_alloc(&arena, sizes[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % 64, 0);
        for (size_t k = 0; k < sizes[i]; k++)
            ck_assert_uint_eq(pieces[i][k], 0);
        memset(pieces[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < 10; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            ck_assert_uint_eq(pieces[i][k], i + 1);
    arena_fini(&arena);
    ck_assert_ptr_null(arena.newest);
}
END_TEST

START_TEST(texts_are_copied)
{
    struct arena arena = { 0 };
    char source[] = "abcdef";
    char *copy = arena_text(&arena, source), *part = arena_text_n(&arena, source, 3);

    source[0] = 'x';
    ck_assert_str_eq(copy, "abcdef");
    ck_assert_str_eq(part, "abc");
    ck_assert_ptr_null(arena_text(&arena, NULL));
    ck_assert_str_eq(arena_text_n(&arena, NULL, 0), "");
    ck_assert_str_eq(arena_format(&arena, "%s-%d", "a", 7), "a-7");
    ck_assert_uint_eq(strlen(arena_format(&arena, "%*d", 50000, 1)), 50000);
    arena_fini(&arena);
}
END_TEST

START_TEST(arrays_that_overflow_end_the_process)
{
    struct arena arena = { 0 };

    arena_array(&arena, SIZE_MAX / 2, 4);
}
END_TEST

START_TEST(aligned_memory_says_when_it_is_out)
{
    double *memory = memory_try_aligned(100 * sizeof *memory);

    ck_assert_uint_eq((uintptr_t)memory % 64, 0);
    for (size_t i = 0; i < 100; i++)
        ck_assert_double_eq(memory[i], 0.0);
    free(memory);
    memory = memory_try_aligned(((size_t)10 << 20) + 8); /* large: on huge pages */
    ck_assert_uint_eq((uintptr_t)memory % 64, 0);
    ck_assert_double_eq(memory[0], 0.0);
    ck_assert_double_eq(memory[10 << 17], 0.0);
    free(memory);
    ck_assert_ptr_null(memory_try_aligned(SIZE_MAX - 3));
}
END_TEST

Suite *arena_suite(void)
{
    Suite *suite = suite_create("arena");
    TCase *tcase = tcase_create("arena");

    tcase_add_test(tcase, memory_is_zeroed_aligned_and_apart);
    tcase_add_test(tcase, texts_are_copied);
    tcase_add_test_raise_signal(tcase, arrays_that_overflow_end_the_process, 6 /* SIGABRT */);
    tcase_add_test(tcase, aligned_memory_says_when_it_is_out);
    suite_add_tcase(suite, tcase);
    return suite;
}
