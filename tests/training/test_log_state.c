/* tests/training/test_log_state.c -- the log goes into a checkpoint and comes back, to the last bit. */
#include <float.h>
#include <math.h>

#include <cjson/cJSON.h>

#include "engine/training/log.h"
#include "engine/training/sink.h"
#include "engine/training/value_json.h"
#include "tests/training/suites.h"

static const double reals[] = { 0.0,      -0.0,     1.0,     2.5,  0.1,
                                1e-320,   DBL_MIN,  DBL_MAX, 1e16, 9007199254740993.0,
                                INFINITY, -INFINITY };

START_TEST(reals_keep_their_bits)
{
    struct value value = value_real(reals[_i]), back;
    struct text json = { 0 };
    struct error err;
    cJSON *parsed;

    value_save(&value, &json);
    parsed = cJSON_Parse(text_bytes(&json));
    ck_assert(value_load(parsed, &back, &err));
    ck_assert_int_eq((int)back.kind, VALUE_REAL);
    ck_assert_mem_eq(&back.real, &reals[_i], sizeof(double));
    cJSON_Delete(parsed);
    text_fini(&json);
}
END_TEST

/* What is loaded saves as the same text. */
static void ck_same(struct value value)
{
    struct text json = { 0 }, again = { 0 };
    struct value back;
    struct error err;
    cJSON *parsed;

    value_save(&value, &json);
    parsed = cJSON_Parse(text_bytes(&json));
    ck_assert_msg(parsed && value_load(parsed, &back, &err), "%s", text_bytes(&json));
    value_save(&back, &again);
    ck_assert_str_eq(text_bytes(&json), text_bytes(&again));
    cJSON_Delete(parsed);
    text_fini(&json);
    text_fini(&again);
    value_fini(&back);
    value_fini(&value);
}

START_TEST(kinds_are_kept)
{
    struct value list = value_list(), table = value_table(), tuple = value_tuple();

    ck_same(value_none());
    ck_same(value_boolean(true));
    ck_same(value_integer(INT64_MIN));
    ck_same(value_integer(2));
    ck_same(value_real(NAN));
    ck_same(value_text("NaN \"quoted\" \n \xc3\xa9"));
    value_append(&tuple, value_text("a.tar"));
    value_append(&list, tuple);
    value_append(&list, value_list());
    value_set(&table, "list", list);
    value_set(&table, "integer", value_integer(1));
    ck_same(table);
}
END_TEST

static const char *const broken[] = { "{}",
                                      "{\"integer\": 4}",
                                      "{\"integer\": \"x\"}",
                                      "{\"real\": \"1\"}",
                                      "{\"table\": [1, 2]}",
                                      "{\"table\": [\"k\"]}",
                                      "[{}]",
                                      "{\"a\": 1, \"b\": 2}" };

START_TEST(what_is_no_value_is_refused)
{
    cJSON *parsed = cJSON_Parse(broken[_i]);
    struct value value;
    struct error err;

    ck_assert_ptr_nonnull(parsed);
    ck_assert_msg(!value_load(parsed, &value, &err), "%s", broken[_i]);
    ck_assert_int_eq(err.code, ERROR_CORRUPT);
    cJSON_Delete(parsed);
}
END_TEST

static struct log *sample(void)
{
    struct log *log = log_new();
    struct error err;

    log_counters_edit(log)->training_started = true;
    log_counters_edit(log)->iterations_done = 3;
    log_epoch_ended(log);
    log_counters_edit(log)->iterations_done = 5;
    log_counters_edit(log)->first_batch_known = true;
    log_set(log, 0, "v", value_real(0.1));
    log_set(log, 3, "v", value_real(NAN));
    log_set(log, 3, "name", value_text("x"));
    log_set(log, 5, "n", value_integer(7));
    ck_assert(log_status_set(log, "best_v", value_real(-0.0), &err));
    log_resume(log);
    return log;
}

static void save(const struct log *log, struct text *rows, struct text *status)
{
    text_clear(rows);
    text_clear(status);
    log_save_rows(log, rows);
    log_save_status(log, status);
}

static bool load(struct log *log, const char *rows, const char *status, bool fresh, struct error *err)
{
    cJSON *rows_json = cJSON_Parse(rows), *status_json = cJSON_Parse(status);
    bool loaded = log_load(log, rows_json, status_json, fresh, err);

    cJSON_Delete(rows_json);
    cJSON_Delete(status_json);
    return loaded;
}

START_TEST(a_log_comes_back)
{
    struct log *log = sample(), *other = log_new();
    struct text rows = { 0 }, status = { 0 }, rows_again = { 0 }, status_again = { 0 };
    struct error err;

    log_set(other, 9, "old", value_integer(1));
    save(log, &rows, &status);
    ck_assert(load(other, text_bytes(&rows), text_bytes(&status), false, &err));
    save(other, &rows_again, &status_again);
    ck_assert_str_eq(text_bytes(&rows), text_bytes(&rows_again));
    ck_assert_str_eq(text_bytes(&status), text_bytes(&status_again));
    ck_assert_str_eq(log_uuid(log), log_uuid(other));
    ck_assert(!log_has(other, 9, "old"));
    text_fini(&rows);
    text_fini(&status);
    text_fini(&rows_again);
    text_fini(&status_again);
    log_free(log);
    log_free(other);
}
END_TEST

static bool count_records(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    (void)records, (void)err;
    *(size_t *)context += count;
    return true;
}

/* A resumed job has told its records before; another job's log is news. */
START_TEST(only_fresh_records_are_told)
{
    struct log *log = sample(), *other = log_new();
    struct text rows = { 0 }, status = { 0 };
    size_t count = 0;
    const struct sink sink = { .context = &count, .records = count_records };
    struct error err;

    save(log, &rows, &status);
    ck_assert(load(other, text_bytes(&rows), text_bytes(&status), false, &err));
    ck_assert(log_flush(other, &sink, &err));
    ck_assert_uint_eq(count, 0);
    ck_assert(load(other, text_bytes(&rows), text_bytes(&status), true, &err));
    ck_assert(log_flush(other, &sink, &err));
    ck_assert_uint_eq(count, 4);
    text_fini(&rows);
    text_fini(&status);
    log_free(log);
    log_free(other);
}
END_TEST

static const struct {
    const char *rows, *status;
} damaged[] = {
    { "{}", "{\"uuid\":\"00000000000040008000000000000000\",\"entries\":[]}" },
    { "{\"names\":[],\"rows\":[[0,0,1]]}", "{\"uuid\":\"00000000000040008000000000000000\",\"entries\":[]}" },
    { "{\"names\":[\"a\"],\"rows\":[[-1,0,1]]}",
      "{\"uuid\":\"00000000000040008000000000000000\",\"entries\":[]}" },
    { "{\"names\":[\"a\"],\"rows\":[[0,0]]}",
      "{\"uuid\":\"00000000000040008000000000000000\",\"entries\":[]}" },
    { "{\"names\":[1],\"rows\":[]}", "{\"uuid\":\"00000000000040008000000000000000\",\"entries\":[]}" },
    { "{\"names\":[],\"rows\":[]}", "{\"uuid\":\"short\",\"entries\":[]}" },
    { "{\"names\":[],\"rows\":[]}",
      "{\"uuid\":\"00000000000040008000000000000000\",\"entries\":[\"iterations_done\",null]}" },
    { "{\"names\":[],\"rows\":[]}", "{\"uuid\":\"00000000000040008000000000000000\",\"entries\":[\"x\"]}" },
};

START_TEST(a_damaged_log_changes_nothing)
{
    struct log *log = log_new();
    struct error err;

    log_set(log, 1, "kept", value_integer(1));
    ck_assert(!load(log, damaged[_i].rows, damaged[_i].status, true, &err));
    ck_assert(log_has(log, 1, "kept"));
    log_free(log);
}
END_TEST

Suite *log_state_suite(void)
{
    Suite *suite = suite_create("log_state");
    TCase *tcase = tcase_create("log_state");

    tcase_add_loop_test(tcase, reals_keep_their_bits, 0, COUNT(reals));
    tcase_add_test(tcase, kinds_are_kept);
    tcase_add_loop_test(tcase, what_is_no_value_is_refused, 0, COUNT(broken));
    tcase_add_test(tcase, a_log_comes_back);
    tcase_add_test(tcase, only_fresh_records_are_told);
    tcase_add_loop_test(tcase, a_damaged_log_changes_nothing, 0, COUNT(damaged));
    suite_add_tcase(suite, tcase);
    return suite;
}
