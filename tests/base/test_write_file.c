/* tests/base/test_write_file.c -- files written whole, and what keeps them from it. */
#include "engine/base/write_file.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/base/suites.h"

enum { MUCH = 1 << 20, PATH_BYTES = 64 };

static char folder[PATH_BYTES];

static void make_folder(void)
{
    strcpy(folder, "/tmp/kiln-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    ck_assert_int_eq(rmdir(folder), 0);
}

START_TEST(a_file_is_replaced_by_the_parts)
{
    const struct write_part before = { "much more than comes after it", 29 };
    const struct write_part parts[] = { { "one ", 4 }, { NULL, 0 }, { "two", 3 } };
    char path[PATH_BYTES + 8], found[PATH_BYTES];
    struct error err;
    FILE *file;

    snprintf(path, sizeof path, "%s/file", folder);
    ck_assert(write_file(path, &before, 1, &err));
    ck_assert(write_file(path, parts, COUNT(parts), &err));
    file = fopen(path, "re");
    ck_assert_uint_eq(fread(found, 1, sizeof found, file), 7);
    ck_assert_mem_eq(found, "one two", 7);
    fclose(file);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(what_cannot_be_created_is_named)
{
    const struct write_part part = { "x", 1 };
    struct error err;

    ck_assert(!write_file("/nowhere/file", &part, 1, &err));
    ck_assert_ptr_nonnull(strstr(err.message, "could not create \"/nowhere/file\""));
}
END_TEST

START_TEST(only_folders_are_synced)
{
    ck_assert(sync_folder(folder));
    ck_assert(!sync_folder("/nowhere"));
    ck_assert_int_eq(errno, ENOENT);
    ck_assert(!sync_folder("/proc/self/status"));
    ck_assert_int_eq(errno, ENOTDIR);
}
END_TEST

static void *count_bytes(void *context)
{
    static char piece[1000];
    intptr_t count = 0;
    ssize_t got;

    while ((got = read(*(const int *)context, piece, sizeof piece)) > 0)
        count += got;
    return (void *)count;
}

START_TEST(a_pipe_takes_all_in_pieces)
{
    char *bytes = calloc(MUCH, 1);
    pthread_t reader;
    void *count;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(pthread_create(&reader, NULL, count_bytes, &ends[0]), 0);
    ck_assert(write_all(ends[1], bytes, MUCH));
    close(ends[1]);
    pthread_join(reader, &count);
    ck_assert_int_eq((intptr_t)count, MUCH);
    close(ends[0]);
    free(bytes);
}
END_TEST

START_TEST(a_pipe_without_a_reader_takes_nothing)
{
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert(write_all(ends[1], "", 0));
    ck_assert(!write_all(ends[1], "x", 1));
    ck_assert_int_eq(errno, EPIPE);
    close(ends[1]);
}
END_TEST

Suite *write_file_suite(void)
{
    Suite *suite = suite_create("write_file");
    TCase *tests = tcase_create("write_file");

    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, a_file_is_replaced_by_the_parts);
    tcase_add_test(tests, what_cannot_be_created_is_named);
    tcase_add_test(tests, only_folders_are_synced);
    tcase_add_test(tests, a_pipe_takes_all_in_pieces);
    tcase_add_test(tests, a_pipe_without_a_reader_takes_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
