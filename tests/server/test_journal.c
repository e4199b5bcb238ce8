/* tests/server/test_journal.c -- the server's own log. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/journal.h"
#include "tests/server/suites.h"

static double no_monotonic(void *context)
{
    (void)context;
    return 0;
}

static int64_t fixed_wall(void *context)
{
    (void)context;
    return 1767323045678901; /* 2026-01-02T03:04:05.678901Z */
}

static const struct clock fixed = { .monotonic_s = no_monotonic, .wall_us = fixed_wall };
static char written[2 * JOURNAL_LINE_MAX];
static int ends[2];
static struct journal *journal;

static void open_journal(enum journal_format format)
{
    ck_assert_int_eq(pipe(ends), 0);
    journal = journal_new(ends[1], format, JOURNAL_INFO, &fixed);
}

/* What was written, and the end of the journal. */
static const char *close_journal(void)
{
    ssize_t length;

    journal_free(journal);
    close(ends[1]);
    length = read(ends[0], written, sizeof(written) - 1);
    ck_assert_int_ge(length, 0);
    written[length] = '\0';
    close(ends[0]);
    return written;
}

START_TEST(a_text_line_is_for_people)
{
    open_journal(JOURNAL_TEXT);
    journal_info(journal, "job claimed",
                 FIELDS(FIELD_TEXT("job", "abc"), FIELD_INTEGER("epoch", -2), FIELD_REAL("speed", 0.1),
                        FIELD_TEXT("absent", NULL), FIELD_TEXT("name", "two words"),
                        FIELD_TEXT("empty", "")));
    journal_warning(journal, "alone", NULL);
    journal_debug(journal, "too fine", NULL);
    ck_assert_str_eq(close_journal(), "2026-01-02T03:04:05.678Z     info  job claimed job=abc epoch=-2 "
                                      "speed=0.1 name=\"two words\" empty=\"\"\n"
                                      "2026-01-02T03:04:05.678Z  warning  alone\n");
}
END_TEST

START_TEST(a_json_line_is_for_programs)
{
    open_journal(JOURNAL_JSON);
    journal_error(journal, "it \"broke\"", FIELDS(FIELD_TEXT("name", "größe"), FIELD_REAL("cost", NAN)));
    ck_assert_str_eq(close_journal(),
                     "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"error\","
                     "\"message\":\"it \\\"broke\\\"\",\"name\":\"größe\",\"cost\":\"NaN\"}\n");
}
END_TEST

static const struct {
    const char *text, *shown;
} hostile[] = {
    { "a\nb", "x=\"a\\u000ab\"" }, { "\x1b[2J", "x=\"\\u001b[2J\"" },
    { "\x7f", "x=\"\\u007f\"" },   { "\xc2\x9b", "x=\"\\u009b\"" },
    { "a\xff", "x=\"a\\ufffd\"" }, { "\xe2\x80\xae", "x=\"\\u202e\"" },
    { "\"\\", "x=\"\\\"\\\\\"" },  { "a=b", "x=\"a=b\"" },
};

START_TEST(nothing_can_forge_a_line_or_move_a_cursor)
{
    open_journal(JOURNAL_TEXT);
    journal_info(journal, "m", FIELDS(FIELD_TEXT("x", hostile[_i].text)));
    close_journal();
    ck_assert_msg(strstr(written, hostile[_i].shown), "%s", written);
    ck_assert_ptr_eq(strchr(written, '\n'), written + strlen(written) - 1);
}
END_TEST

START_TEST(lines_are_bounded_and_stay_whole)
{
    char long_text[3 * JOURNAL_LINE_MAX];
    struct journal_field fields[12];

    memset(long_text, 'x', sizeof(long_text));
    long_text[sizeof(long_text) - 1] = '\0';
    for (size_t i = 0; i + 1 < COUNT(fields); i++)
        fields[i] = (struct journal_field){ .name = "f", .kind = JOURNAL_FIELD_TEXT, .text = long_text };
    fields[COUNT(fields) - 1].kind = JOURNAL_END;
    open_journal(JOURNAL_JSON);
    journal_info(journal, "m", fields);
    close_journal();
    ck_assert_uint_le(strlen(written), JOURNAL_LINE_MAX);
    ck_assert_str_eq(written + strlen(written) - 8, "x ...\"}\n");
}
END_TEST

START_TEST(a_pipe_that_nobody_reads_holds_nobody_up)
{
    enum { LINES = 100000 };
    char waste[65536];
    size_t lines = 0;
    ssize_t length;

    open_journal(JOURNAL_TEXT);
    for (int i = 0; i < LINES; i++)
        journal_info(journal, "unread", NULL);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    while ((length = read(ends[0], waste, sizeof(waste))) > 0)
        for (ssize_t i = 0; i < length; i++)
            lines += waste[i] == '\n';
    ck_assert_uint_lt(lines, LINES);
    journal_info(journal, "read", NULL);
    snprintf(waste, sizeof(waste),
             "2026-01-02T03:04:05.678Z  warning  lines of this log were lost: nobody read it lines=%zu\n"
             "2026-01-02T03:04:05.678Z     info  read\n",
             LINES - lines);
    ck_assert_str_eq(close_journal(), waste);
}
END_TEST

START_TEST(a_failure_shows_what_an_error_knows)
{
    struct error err = { 0 };

    RAISE(&err, ERROR_IO, NULL, "no space");
    error_hint(&err, "Make some.");
    err.file = "f.c";
    err.line = 7;
    open_journal(JOURNAL_TEXT);
    journal_failure(journal, "saving failed", "abc", &err);
    journal_failure(NULL, "nobody listens", NULL, &err);
    ck_assert_str_eq(close_journal(),
                     "2026-01-02T03:04:05.678Z    error  saving failed job=abc code=io error=\"no space\""
                     " hint=\"Make some.\" file=f.c line=7\n");
}
END_TEST

Suite *journal_suite(void)
{
    Suite *suite = suite_create("journal");
    TCase *group = tcase_create("journal");

    tcase_add_test(group, a_text_line_is_for_people);
    tcase_add_test(group, a_json_line_is_for_programs);
    tcase_add_loop_test(group, nothing_can_forge_a_line_or_move_a_cursor, 0, COUNT(hostile));
    tcase_add_test(group, lines_are_bounded_and_stay_whole);
    tcase_add_test(group, a_pipe_that_nobody_reads_holds_nobody_up);
    tcase_add_test(group, a_failure_shows_what_an_error_knows);
    suite_add_tcase(suite, group);
    return suite;
}
