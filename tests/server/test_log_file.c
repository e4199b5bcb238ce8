/* tests/server/test_log_file.c -- log.jsonl of a run in the foreground. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/log_file.h"
#include "tests/server/suites.h"

static char path[] = "/tmp/kiln-log-XXXXXX", content[1 << 20];
static struct log_file *file;
static struct error err;

static void open_file(void)
{
    close(mkstemp(path));
    file = log_file_open(path, &err);
    ck_assert_msg(file != NULL, "%s", err.message);
}

static void remove_file(void)
{
    unlink(path);
}

static void add(int64_t iteration, const char *name, struct value value)
{
    const struct sink_record record = { iteration, name, &value };

    ck_assert(log_file_records(file, &record, 1, &err));
    value_fini(&value);
}

static const char *read_file(void)
{
    FILE *stream = fopen(path, "r");
    size_t length;

    ck_assert_ptr_nonnull(stream);
    length = fread(content, 1, sizeof content - 1, stream);
    content[length] = '\0';
    fclose(stream);
    return content;
}

static const char *close_file(void)
{
    ck_assert_msg(log_file_close(file, &err), "%s", err.message);
    return read_file();
}

START_TEST(a_row_is_a_line)
{
    add(0, "start", value_text("now \"here\""));
    add(3, "cost", value_real(0.1));
    add(3, "nothing", value_none());
    add(3, "bad", value_real((double)NAN));
    add(7, "count", value_integer(7));
    ck_assert_str_eq(close_file(),
                     "{\"iteration\": 0, \"records\": {\"start\":\"now \\\"here\\\"\"}}\n"
                     "{\"iteration\": 3, \"records\": {\"cost\":0.1,\"nothing\":null,\"bad\":\"NaN\"}}\n"
                     "{\"iteration\": 7, \"records\": {\"count\":7}}\n");
}
END_TEST

START_TEST(a_record_can_be_written_again_while_its_row_lasts)
{
    add(1, "cost", value_text("first"));
    add(1, "time", value_real(2));
    add(1, "cost", value_text("second"));
    add(2, "cost", value_real(3));
    add(1, "cost", value_text("late"));
    ck_assert_str_eq(close_file(), "{\"iteration\": 1, \"records\": {\"cost\":\"second\",\"time\":2.0}}\n"
                                   "{\"iteration\": 2, \"records\": {\"cost\":3.0}}\n"
                                   "{\"iteration\": 1, \"records\": {\"cost\":\"late\"}}\n");
}
END_TEST

START_TEST(a_row_is_written_when_the_next_begins)
{
    add(1, "cost", value_real(1));
    ck_assert_str_eq(read_file(), "");
    add(2, "cost", value_real(2));
    ck_assert_str_eq(read_file(), "{\"iteration\": 1, \"records\": {\"cost\":1.0}}\n");
    close_file();
}
END_TEST

START_TEST(a_row_is_written_when_the_next_batch_is_done)
{
    log_file_progress(file, 4);
    add(4, "cost", value_real(1));
    log_file_progress(file, 4);
    ck_assert_str_eq(read_file(), "");
    log_file_progress(file, 5);
    ck_assert_str_eq(read_file(), "{\"iteration\": 4, \"records\": {\"cost\":1.0}}\n");
    close_file();
}
END_TEST

START_TEST(many_rows_are_written_in_order)
{
    enum { ROWS = 10000 };
    char *at = content, *end;

    for (int i = 0; i < ROWS; i++) {
        add(i, "a", value_integer(2 * i));
        add(i, "b", value_integer(i % 3));
        log_file_progress(file, i);
    }
    ck_assert_uint_gt(strlen(read_file()), 0); /* what waits is bounded, however quick the rows are */
    close_file();
    for (int i = 0; i < ROWS; i++, at = end + 1) {
        char line[80];

        sprintf(line, "{\"iteration\": %d, \"records\": {\"a\":%d,\"b\":%d}}", i, 2 * i, i % 3);
        end = strchr(at, '\n');
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        ck_assert_str_eq(at, line);
    }
    ck_assert_str_eq(at, "");
}
END_TEST

START_TEST(a_full_disk_is_told)
{
    const struct value value = value_real(1);
    const struct sink_record rows[] = { { 1, "cost", &value }, { 2, "cost", &value } };
    struct log_file *full = log_file_open("/dev/full", &err);

    close_file();
    ck_assert_ptr_nonnull(full);
    ck_assert(!log_file_records(full, rows, 2, &err));
    ck_assert_ptr_nonnull(strstr(err.message, "No space left on device"));
    ck_assert(log_file_close(full, &err)); /* once is enough */
    full = log_file_open("/dev/full", &err);
    ck_assert(log_file_records(full, rows, 1, &err));
    ck_assert(!log_file_close(full, &err));
}
END_TEST

START_TEST(a_place_that_does_not_exist_is_told)
{
    close_file();
    ck_assert_ptr_null(log_file_open("/nowhere/log.jsonl", &err));
    ck_assert_ptr_nonnull(strstr(err.message, "/nowhere/log.jsonl"));
}
END_TEST

Suite *log_file_suite(void)
{
    Suite *suite = suite_create("log file");
    TCase *tests = tcase_create("log file");

    tcase_add_checked_fixture(tests, open_file, remove_file);
    tcase_add_test(tests, a_row_is_a_line);
    tcase_add_test(tests, a_record_can_be_written_again_while_its_row_lasts);
    tcase_add_test(tests, a_row_is_written_when_the_next_begins);
    tcase_add_test(tests, a_row_is_written_when_the_next_batch_is_done);
    tcase_add_test(tests, many_rows_are_written_in_order);
    tcase_add_test(tests, a_full_disk_is_told);
    tcase_add_test(tests, a_place_that_does_not_exist_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
