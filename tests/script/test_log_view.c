/* tests/script/test_log_view.c -- the log as functions see it. */
#include "engine/script/log_view.h"

#include <stdlib.h>
#include <string.h>

#include "tests/script/bench.h"
#include "tests/script/suites.h"

enum { ROWS = 4 };

/* A log of a few rows; writing a record named "forbidden" fails. */
struct notebook {
    int64_t done, epoch_end;
    struct value rows[ROWS], status;
};

static int64_t iterations_done(void *context)
{
    return ((struct notebook *)context)->done;
}

static int64_t last_epoch_end(void *context)
{
    return ((struct notebook *)context)->epoch_end;
}

static bool get(const struct value *table, const char *name, struct value *out)
{
    const struct value *found = value_get(table, name);

    if (found)
        *out = value_copy(found);
    return found;
}

static const char *name_at(const struct value *table, size_t index)
{
    return index < table->list.count ? table->list.keys[index] : NULL;
}

static bool record_get(void *context, int64_t iteration, const char *name, struct value *out)
{
    struct notebook *notebook = context;

    return iteration < ROWS && get(&notebook->rows[iteration], name, out);
}

static bool record_set(void *context, int64_t iteration, const char *name, const struct value *value,
                       struct error *err)
{
    struct notebook *notebook = context;

    if (!strcmp(name, "forbidden"))
        return RAISE(err, ERROR_TRAINING, NULL, "the record \"%s\" is not yours", name);
    value_set(&notebook->rows[iteration], name, value_copy(value));
    return true;
}

static const char *record_name(void *context, int64_t iteration, size_t index)
{
    return name_at(&((struct notebook *)context)->rows[iteration], index);
}

static bool status_get(void *context, const char *key, struct value *out)
{
    return get(&((struct notebook *)context)->status, key, out);
}

static bool status_set(void *context, const char *key, const struct value *value, struct error *err)
{
    (void)err;
    value_set(&((struct notebook *)context)->status, key, value_copy(value));
    return true;
}

static const char *status_name(void *context, size_t index)
{
    return name_at(&((struct notebook *)context)->status, index);
}

static struct notebook notebook;
static struct script_log_port port;
static struct script *script;

static void open_notebook(void)
{
    struct value ends = value_list();

    notebook = (struct notebook){ .done = 2, .epoch_end = 1 };
    for (int i = 0; i < ROWS; i++)
        notebook.rows[i] = value_table();
    value_set(&notebook.rows[1], "cost", value_real(0.5));
    value_set(&notebook.rows[2], "cost", value_real(0.25));
    value_set(&notebook.rows[2], "note", value_text("hello"));
    value_append(&ends, value_integer(1));
    notebook.status = value_table();
    value_set(&notebook.status, "epochs_done", value_integer(1));
    value_set(&notebook.status, "_epoch_ends", ends);
    port = (struct script_log_port){ .context = &notebook,
                                     .iterations_done = iterations_done,
                                     .last_epoch_end = last_epoch_end,
                                     .record_get = record_get,
                                     .record_set = record_set,
                                     .record_name = record_name,
                                     .status_get = status_get,
                                     .status_set = status_set,
                                     .status_name = status_name };
    script = bench_script(1);
}

static void close_notebook(void)
{
    script_free(script);
    for (int i = 0; i < ROWS; i++)
        value_fini(&notebook.rows[i]);
    value_fini(&notebook.status);
}

static bool run(const char *source, char **out, struct error *err)
{
    const struct script_argument log = SCRIPT_LOG_ARGUMENT(&port);

    return bench_run(script, source, &log, 1, out, err);
}

static const struct {
    const char *source, *expected;
} reading[] = {
    { "function(log) return log.current_row.cost end", "0.25" },
    { "function(log) return log.previous_row.cost end", "0.5" },
    { "function(log) return log.last_epoch_row.cost end", "0.5" },
    { "function(log) return log[1].cost + log[2].cost end", "0.75" },
    { "function(log) return log.current_row.absent == nil and log[99].cost == nil end", "True" },
    { "function(log) return log.current_row['note'] .. log.status.epochs_done end", "hello1" },
    { "function(log) return log.status._epoch_ends end", "[1]" },
    { "function(log) return log.status.absent == nil end", "True" },
    { "function(log) local r = {} for k, v in pairs(log.current_row) do r[#r + 1] = k .. '=' .. v end return "
      "r end",
      "['cost=0.25', 'note=hello']" },
    { "function(log) local n = 0 for k in pairs(log.status) do n = n + 1 end return n end", "2" },
    { "function(log) return type(log) .. tostring(log.status) .. ('%s'):format(log) end",
      "userdatauserdatauserdata" },
    { "function(log) return (log.current_row.cost or 0) < 0.3 end", "True" },
};

START_TEST(rows_and_status_are_read)
{
    struct error err = { 0 };
    char *text;

    ck_assert_msg(run(reading[_i].source, &text, &err), "%s: %s", reading[_i].source, err.message);
    ck_assert_str_eq(text, reading[_i].expected);
    free(text);
}
END_TEST

START_TEST(rows_and_status_are_written)
{
    struct error err = { 0 };
    char *text;

    ck_assert_msg(run("function(log) local row = log.current_row row.plateau = true row.list = {1, {2.5}} "
                      "log[0].first = 'x' log.status.best = 7 row.cost = row.cost * 2 end",
                      &text, &err),
                  "%s", err.message);
    free(text);
    ck_assert(value_get(&notebook.rows[2], "plateau")->boolean);
    ck_assert_uint_eq(value_get(&notebook.rows[2], "list")->list.count, 2);
    ck_assert_str_eq(value_get(&notebook.rows[0], "first")->text, "x");
    ck_assert_int_eq(value_get(&notebook.status, "best")->integer, 7);
    ck_assert_double_eq(value_get(&notebook.rows[2], "cost")->real, 0.5);
}
END_TEST

static const struct {
    enum error_code code;
    const char *source, *fragment;
} refused[] = {
    { ERROR_SCRIPT, "function(log) return log.curent_row end", "the log has no member \"curent_row\"" },
    { ERROR_SCRIPT, "function(log) return log[-1] end", "the log has no row -1" },
    { ERROR_SCRIPT, "function(log) return log[1.5] end", "whole number" },
    { ERROR_SCRIPT, "function(log) return log[{}] end", "are texts, not table" },
    { ERROR_SCRIPT, "function(log) log.current_row = {} end", "assigned by their members" },
    { ERROR_SCRIPT, "function(log) log.current_row[1] = 2 end",
      "the names of records are texts, not number" },
    { ERROR_SCRIPT, "function(log) log.current_row.f = type end", "a function is not a value" },
    { ERROR_SCRIPT, "function(log) log.current_row.l = log end", "a userdata is not a value" },
    { ERROR_SCRIPT, "function(log) log.current_row.t = '\\xff' end", "not UTF-8" },
    { ERROR_SCRIPT, "function(log) local t = {} t[1] = t log.status.t = t end", "nested more than 16 deep" },
    { ERROR_TRAINING, "function(log)\n\nlog.current_row.forbidden = {1, 2} end",
      "line 3: the record \"forbidden\" is not yours" },
    { ERROR_SCRIPT, "function(log) table.insert(log, 1) end", "has to be a table, not userdata" },
    { ERROR_SCRIPT, "function(log) return #log end", "attempt to get length of a userdata value" },
    { ERROR_SCRIPT, "function(log) for k in pairs(log) do end end", "has to be a table, not userdata" },
    { ERROR_SCRIPT, "function(log) return log end", "a userdata is not a value" },
};

START_TEST(what_a_log_does_not_take)
{
    struct error err = { 0 };
    char *text;

    ck_assert(!run(refused[_i].source, &text, &err));
    ck_assert_msg(err.code == refused[_i].code, "%s", err.message);
    ck_assert_msg(strstr(err.message, refused[_i].fragment), "%s", err.message);
    ck_assert_str_eq(err.pointer, "/extensions/3/function");
}
END_TEST

START_TEST(there_is_not_always_a_row_before)
{
    struct error err = { 0 };
    char *text;

    notebook.done = 0;
    notebook.epoch_end = -1;
    ck_assert(!run("function(log) return log.previous_row end", &text, &err));
    ck_assert_str_eq(err.message, "line 1: there is no row before the first one");
    ck_assert(!run("function(log) return log.last_epoch_row end", &text, &err));
    ck_assert_str_eq(err.message, "line 1: no epoch has ended yet");
}
END_TEST

/* A long text in the log is beyond what a script may hold; the value that was on its way is released. */
START_TEST(a_record_too_long_for_a_script_fails)
{
    struct error err = { 0 };
    char *text, *record = malloc(10000);

    memset(record, 'x', 9999);
    record[9999] = '\0';
    value_set(&notebook.rows[2], "long", value_text(record));
    free(record);
    ck_assert(!run("function(log) return log.current_row.long end", &text, &err));
    ck_assert_int_eq(err.code, ERROR_SCRIPT_BUDGET);
    ck_assert_str_eq(err.message, "line 1: a text of more than 1024 bytes");
}
END_TEST

Suite *log_view_suite(void)
{
    Suite *suite = suite_create("log_view");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, open_notebook, close_notebook);
    tcase_add_loop_test(tests, rows_and_status_are_read, 0, COUNT(reading));
    tcase_add_test(tests, rows_and_status_are_written);
    tcase_add_loop_test(tests, what_a_log_does_not_take, 0, COUNT(refused));
    tcase_add_test(tests, there_is_not_always_a_row_before);
    tcase_add_test(tests, a_record_too_long_for_a_script_fails);
    suite_add_tcase(suite, tests);
    return suite;
}
