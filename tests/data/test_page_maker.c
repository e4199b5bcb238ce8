/* tests/data/test_page_maker.c -- pages come ahead of who writes them, and with them nothing else. */
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/data/page_maker.h"
#include "tests/data/suites.h"

enum { BYTES = 24 << 20, FILLED = 5 << 20 };

static char *map_memory(size_t bytes)
{
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

static bool is_made(char *memory, size_t at)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char made = 0;

    ck_assert_int_eq(mincore(memory + at / page * page, 1, &made), 0);
    return made & 1;
}

/* A minute at most: what is never made fails the test. */
static bool comes(char *memory, size_t at)
{
    for (int i = 0; i < 60000 && !is_made(memory, at); i++)
        usleep(1000);
    return is_made(memory, at);
}

START_TEST(pages_are_made_and_hold_what_they_held)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = map_memory(BYTES);
    struct page_maker *maker;

    memset(memory, 'x', FILLED);
    maker = page_maker_start(memory + 3, BYTES - page - 3, BYTES);
    ck_assert_ptr_nonnull(maker);
    ck_assert(comes(memory, BYTES - 2 * page));
    ck_assert(!is_made(memory, BYTES - page));
    for (size_t i = FILLED / 2; i < BYTES; i += 1024)
        ck_assert_int_eq(memory[i], i < FILLED ? 'x' : 0);
    page_maker_stop(maker);
    munmap(memory, BYTES);
}
END_TEST

/* Whoever fills the memory meanwhile, overtaking the thread or not, and stops it at any point. */
START_TEST(the_filler_wins)
{
    for (size_t filled = 0; filled <= BYTES; filled += 3 << 20) {
        char *memory = map_memory(BYTES);
        struct page_maker *maker = page_maker_start(memory, BYTES, BYTES);

        memset(memory, 'y', filled);
        page_maker_stop(maker);
        for (size_t i = 0; i < BYTES; i += 1024)
            ck_assert_int_eq(memory[i], i < filled ? 'y' : 0);
        munmap(memory, BYTES);
    }
}
END_TEST

START_TEST(promises_are_believed_in_part)
{
    enum { PACKED = FILLED / 16 };
    char *memory = map_memory(BYTES);
    struct page_maker *maker = page_maker_start(memory, BYTES, PACKED);

    ck_assert(comes(memory, 32 * PACKED - 1));
    page_maker_stop(maker);
    ck_assert(!is_made(memory, 32 * PACKED));
    ck_assert_ptr_null(page_maker_start(memory, BYTES, 100));
    munmap(memory, BYTES);
}
END_TEST

START_TEST(little_is_not_worth_a_thread)
{
    char bytes[100];

    ck_assert_ptr_null(page_maker_start(bytes, sizeof(bytes), sizeof(bytes)));
    ck_assert_ptr_null(page_maker_start(NULL, 0, 0));
    page_maker_stop(NULL);
}
END_TEST

Suite *page_maker_suite(void)
{
    Suite *suite = suite_create("page_maker");
    TCase *tcase = tcase_create("page_maker");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, pages_are_made_and_hold_what_they_held);
    tcase_add_test(tcase, the_filler_wins);
    tcase_add_test(tcase, promises_are_believed_in_part);
    tcase_add_test(tcase, little_is_not_worth_a_thread);
    suite_add_tcase(suite, tcase);
    return suite;
}
