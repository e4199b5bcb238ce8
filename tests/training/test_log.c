/* tests/training/test_log.c -- rows, status, and what goes to the sink. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/training/log.h"
#include "engine/training/sink.h"
#include "tests/training/suites.h"

static struct log *journal;

static void open_log(void)
{
    journal = log_new();
}

static void close_log(void)
{
    log_free(journal);
}

static double real_at(int64_t iteration, const char *name)
{
    struct value value = log_get(journal, iteration, name);
    double real = -1;

    ck_assert(value_as_real(&value, &real));
    return real;
}

START_TEST(only_rows_that_hold_something_exist)
{
    ck_assert_int_eq((int)log_get(journal, 7, "cost").kind, VALUE_NONE);
    ck_assert_uint_eq(log_row_count(journal), 0);
    log_set(journal, 7, "cost", value_none());
    ck_assert_uint_eq(log_row_count(journal), 1);
    ck_assert(log_has(journal, 7, "cost"));
    ck_assert(!log_has(journal, 7, "other"));
}
END_TEST

/* Rows are written in any order, and grow after others have been written. */
START_TEST(rows_keep_apart)
{
    static const int64_t order[] = { 5, 2, 9, 2, 5, 0, 9, 2 };
    char name[16];

    for (size_t i = 0; i < COUNT(order); i++) {
        snprintf(name, sizeof name, "r%zu", i);
        log_set(journal, order[i], name, value_real((double)i));
    }
    for (size_t i = 0; i < COUNT(order); i++) {
        snprintf(name, sizeof name, "r%zu", i);
        ck_assert_double_eq(real_at(order[i], name), (double)i);
    }
    ck_assert_uint_eq(log_row_count(journal), 4);
    for (size_t i = 1; i < log_row_count(journal); i++)
        ck_assert_int_lt(log_row_iteration(journal, i - 1), log_row_iteration(journal, i));
    ck_assert_str_eq(log_record_name(journal, 2, 0), "r1");
    ck_assert_str_eq(log_record_name(journal, 2, 2), "r7");
    ck_assert_ptr_null(log_record_name(journal, 2, 3));
}
END_TEST

START_TEST(a_row_can_be_long)
{
    char name[16];

    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "r%d", i);
        log_set(journal, i % 3, name, value_integer(i));
    }
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "r%d", i);
        ck_assert_double_eq(real_at(i % 3, name), i);
    }
}
END_TEST

START_TEST(a_record_changes_its_kind)
{
    log_set(journal, 1, "v", value_text("text"));
    log_set(journal, 1, "v", value_list());
    log_set(journal, 1, "v", value_real(2.5));
    ck_assert_double_eq(real_at(1, "v"), 2.5);
    log_set(journal, 1, "v", value_text("again"));
    ck_assert_str_eq(log_get(journal, 1, "v").text, "again");
    log_set(journal, 1, "v", value_boolean(true));
    ck_assert(log_get(journal, 1, "v").boolean);
}
END_TEST

START_TEST(views_of_rows)
{
    int64_t iteration = -1;

    ck_assert(!log_last_epoch_row(journal, &iteration));
    log_counters_edit(journal)->iterations_done = 4;
    log_epoch_ended(journal);
    log_counters_edit(journal)->iterations_done = 6;
    log_set_current(journal, "v", value_boolean(true));
    ck_assert(log_has(journal, 6, "v"));
    ck_assert(log_current_truthy(journal, "v"));
    ck_assert(log_last_epoch_row(journal, &iteration) && iteration == 4);
    ck_assert_int_eq(log_counters(journal)->epochs_done, 1);
}
END_TEST

/* ---- Status ---- */

static char *status_text(const char *name)
{
    struct text text = { 0 };
    struct value value;

    if (!log_status_get(journal, name, &value))
        return strdup("absent");
    value_print(&value, &text);
    value_fini(&value);
    return text_take(&text);
}

#define ck_status(name, expected)                                                                            \
    do {                                                                                                     \
        char *ck_status_text = status_text(name);                                                            \
        ck_assert_str_eq(ck_status_text, expected);                                                          \
        free(ck_status_text);                                                                                \
    } while (0)

START_TEST(a_new_status)
{
    ck_status("iterations_done", "0");
    ck_status("epochs_done", "0");
    ck_status("_epoch_ends", "[]");
    ck_status("resumed_from", "None");
    ck_status("training_started", "False");
    ck_status("received_first_batch", "absent");
    ck_status("best_cost", "absent");
}
END_TEST

static const struct {
    const char *name;
    enum value_kind kind;
    int64_t integer;
    bool possible;
    const char *printed;
} settings[] = {
    { "iterations_done", VALUE_INTEGER, 5, true, "5" },
    { "iterations_done", VALUE_BOOLEAN, 1, true, "1" },
    { "iterations_done", VALUE_INTEGER, -1, false, "0" },
    { "epochs_done", VALUE_NONE, 0, false, "0" },
    { "epoch_interrupt_received", VALUE_INTEGER, 2, true, "True" },
    { "batch_interrupt_received", VALUE_NONE, 0, true, "False" },
    { "received_first_batch", VALUE_BOOLEAN, 0, true, "False" },
    { "_epoch_ends", VALUE_INTEGER, 3, false, "[]" },
    { "resumed_from", VALUE_INTEGER, 3, false, "None" },
    { "mine", VALUE_INTEGER, -3, true, "-3" },
};

START_TEST(status_entries_are_set)
{
    struct value value = settings[_i].kind == VALUE_NONE      ? value_none()
                         : settings[_i].kind == VALUE_BOOLEAN ? value_boolean(settings[_i].integer != 0)
                                                              : value_integer(settings[_i].integer);
    struct error err;

    ck_assert_int_eq(log_status_set(journal, settings[_i].name, value, &err), settings[_i].possible);
    ck_status(settings[_i].name, settings[_i].printed);
}
END_TEST

START_TEST(a_resumption_has_a_new_identity)
{
    char before[LOG_UUID_BYTES];

    snprintf(before, sizeof before, "%s", log_uuid(journal));
    ck_assert_uint_eq(strlen(before), 32);
    ck_assert_int_eq(before[12], '4'); /* version 4 */
    ck_assert_ptr_nonnull(strchr("89ab", before[16]));
    log_resume(journal);
    ck_assert_str_ne(before, log_uuid(journal));
    ck_status("resumed_from", before);
}
END_TEST

/* ---- Sink ---- */

static struct text told;

static bool hear_records(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    if (context)
        return RAISE(err, ERROR_IO, NULL, "no");
    for (size_t i = 0; i < count; i++) {
        text_format(&told, "%d %s ", (int)records[i].iteration, records[i].name);
        value_print(records[i].value, &told);
        text_add_char(&told, ';');
    }
    return true;
}

static bool hear_status(void *context, const char *json, struct error *err)
{
    (void)context, (void)err;
    text_format(&told, "%s;", json);
    return true;
}

static const char *heard(void)
{
    static char copy[4096];

    snprintf(copy, sizeof copy, "%s", text_bytes(&told));
    text_clear(&told);
    return copy;
}

START_TEST(each_record_is_told_once)
{
    const struct sink sink = { .records = hear_records };
    struct error err;

    log_set(journal, 1, "a", value_integer(1));
    log_set(journal, 1, "a", value_integer(2));
    log_set(journal, 0, "b", value_text("x"));
    ck_assert(log_flush(journal, &sink, &err));
    ck_assert_str_eq(heard(), "1 a 2;0 b x;");
    ck_assert(log_flush(journal, &sink, &err));
    ck_assert_str_eq(heard(), "");
    log_set(journal, 1, "a", value_integer(3));
    ck_assert(log_flush(journal, &sink, &err));
    ck_assert_str_eq(heard(), "1 a 3;");
}
END_TEST

START_TEST(a_sink_that_fails_says_so)
{
    int broken = 1;
    const struct sink sink = { .context = &broken, .records = hear_records };
    struct error err;

    for (int i = 0; i < 200; i++)
        log_set(journal, i, "a", value_integer(i));
    ck_assert(!log_flush(journal, &sink, &err));
    ck_assert_int_eq(err.code, ERROR_IO);
}
END_TEST

START_TEST(status_is_told_when_there_is_news)
{
    const struct sink sink = { .status = hear_status };
    struct error err;

    ck_assert(log_flush_status(journal, &sink, false, &err));
    ck_assert_ptr_nonnull(strstr(heard(), "\"iterations_done\":0"));
    log_counters_edit(journal)->iterations_done = 5; /* progress tells this */
    ck_assert(log_flush_status(journal, &sink, false, &err));
    ck_assert_str_eq(heard(), "");
    ck_assert(log_flush_status(journal, &sink, true, &err));
    ck_assert_ptr_nonnull(strstr(heard(), "\"iterations_done\":5"));
    ck_assert(log_status_set(journal, "best_cost", value_real(0.5), &err));
    ck_assert(log_flush_status(journal, &sink, false, &err));
    ck_assert_ptr_nonnull(strstr(heard(), "\"best_cost\":0.5"));
}
END_TEST

/* The list of epoch ends grows: telling all of it after every epoch would cost more and more. */
START_TEST(a_long_status_is_told_ever_more_rarely)
{
    const struct sink sink = { .status = hear_status };
    struct error err;
    size_t bytes = 0;

    for (int epoch = 0; epoch < 20000; epoch++) {
        log_counters_edit(journal)->iterations_done++;
        log_epoch_ended(journal);
        ck_assert(log_flush_status(journal, &sink, false, &err));
        bytes += told.length;
        text_clear(&told);
    }
    ck_assert_uint_gt(bytes, 100000);
    ck_assert_uint_lt(bytes, 30000000); /* 1.2e9 when told each time */
}
END_TEST

/* As long as there is room: a value that replaces another gives its place back. */
START_TEST(functions_fill_the_log_up_to_a_limit)
{
    const size_t text_bytes = 1024 * 1024;
    char *text = malloc(text_bytes + 1);
    struct error err = { 0 };
    int64_t row = 0;

    memset(text, 'x', text_bytes);
    text[text_bytes] = '\0';
    for (int i = 0; i < 1000; i++)
        ck_assert(log_function_set(journal, 0, "r", value_text(text), &err));
    for (int i = 0; i < 1000; i++)
        ck_assert(log_function_set_status(journal, "s", value_text(text), &err));
    while (row < 1000 && log_function_set(journal, row + 1, "r", value_text(text), &err))
        row++;
    ck_assert_int_eq(row, LOG_FUNCTION_BYTES_MAX / (int64_t)text_bytes - 3);
    ck_assert_int_eq(err.code, ERROR_SCRIPT_BUDGET);
    ck_assert(!log_function_set_status(journal, "t", value_text(text), &err));
    ck_assert(log_function_set(journal, 0, "r", value_none(), &err));
    ck_assert(log_function_set(journal, row + 1, "r", value_text(text), &err));
    free(text);
}
END_TEST

START_TEST(functions_make_up_names_up_to_a_limit)
{
    struct error err = { 0 };
    char name[32];

    for (int i = 0; i <= LOG_FUNCTION_NAMES_MAX; i++) {
        snprintf(name, sizeof name, "r%d", i);
        ck_assert(log_function_set(journal, 0, name, value_integer(i), &err) == (i < LOG_FUNCTION_NAMES_MAX));
        ck_assert(log_function_set_status(journal, name, value_integer(i), &err) ==
                  (i < LOG_FUNCTION_NAMES_MAX));
    }
    ck_assert_int_eq(err.code, ERROR_SCRIPT_BUDGET);
    ck_assert(log_function_set(journal, 1, "r0", value_integer(0), &err));
    log_set(journal, 1, "of an extension", value_integer(0));
}
END_TEST

/* Writing to two rows in turn moves the rows about, which costs more memory than the records. */
START_TEST(rows_that_grow_in_turn_are_counted_with_what_they_leave_behind)
{
    struct error err = { 0 };
    char name[32];
    int i = 0;

    for (; i < LOG_FUNCTION_NAMES_MAX; i++) {
        snprintf(name, sizeof name, "r%d", i);
        if (!log_function_set(journal, 0, name, value_integer(i), &err) ||
            !log_function_set(journal, 1, name, value_integer(i), &err))
            break;
    }
    ck_assert_int_lt(i, LOG_FUNCTION_NAMES_MAX);
    ck_assert_int_eq(err.code, ERROR_SCRIPT_BUDGET);
}
END_TEST

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *tcase = tcase_create("log");

    tcase_add_checked_fixture(tcase, open_log, close_log);
    tcase_add_test(tcase, only_rows_that_hold_something_exist);
    tcase_add_test(tcase, rows_keep_apart);
    tcase_add_test(tcase, a_row_can_be_long);
    tcase_add_test(tcase, a_record_changes_its_kind);
    tcase_add_test(tcase, views_of_rows);
    tcase_add_test(tcase, a_new_status);
    tcase_add_loop_test(tcase, status_entries_are_set, 0, COUNT(settings));
    tcase_add_test(tcase, a_resumption_has_a_new_identity);
    tcase_add_test(tcase, each_record_is_told_once);
    tcase_add_test(tcase, a_sink_that_fails_says_so);
    tcase_add_test(tcase, status_is_told_when_there_is_news);
    tcase_add_test(tcase, a_long_status_is_told_ever_more_rarely);
    tcase_add_test(tcase, functions_fill_the_log_up_to_a_limit);
    tcase_add_test(tcase, functions_make_up_names_up_to_a_limit);
    tcase_add_test(tcase, rows_that_grow_in_turn_are_counted_with_what_they_leave_behind);
    suite_add_tcase(suite, tcase);
    return suite;
}
