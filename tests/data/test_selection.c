/* tests/data/test_selection.c -- ranges, lists and counts of examples. */
#include <cjson/cJSON.h>

#include "engine/data/selection.h"
#include "tests/data/suites.h"

static const struct json_path path = { .key = "examples" };

/* How examples out of 10 are read: first, count and the last one; or the error and its place. */
struct read_case {
    const char *json;
    int64_t first, count, last;
    const char *code, *pointer;
};

typedef bool selection_read_fn(const cJSON *json, int64_t available, const struct json_path *path,
                               struct selection *out, struct error_list *errors);

static void check(bool good, struct selection *selection, int64_t first, int64_t count, int64_t last)
{
    ck_assert(good);
    ck_assert_int_eq(selection->count, count);
    ck_assert_int_eq(selection_at(selection, 0), first);
    ck_assert_int_eq(selection_at(selection, count - 1), last);
    selection_fini(selection);
}

static void check_refused(bool good, struct error_list *errors, const char *code, const char *pointer)
{
    ck_assert(!good);
    ck_assert_uint_eq(errors->count, 1);
    ck_assert_str_eq(error_code_name(errors->items[0].code), code);
    ck_assert_str_eq(errors->items[0].pointer, pointer);
}

static void check_case(const struct read_case *wanted, selection_read_fn *read)
{
    cJSON *json = cJSON_Parse(wanted->json);
    struct error_list errors = { 0 };
    struct selection selection;
    const bool good = read(json, 10, &path, &selection, &errors);

    if (wanted->code)
        check_refused(good, &errors, wanted->code, wanted->pointer);
    else
        check(good, &selection, wanted->first, wanted->count, wanted->last);
    error_list_fini(&errors);
    cJSON_Delete(json);
}

static const struct read_case ranges[] = {
    { "[0, 10]", 0, 10, 9, NULL, NULL },
    { "[3, 7]", 3, 4, 6, NULL, NULL },
    { "[7, 2, 9]", 7, 3, 9, NULL, NULL },
    { "[5]", 5, 1, 5, NULL, NULL },
    { "[5, 5, 5]", 5, 3, 5, NULL, NULL },
    { "[0, 11]", 0, 0, 0, "out_of_range", "/examples/1" },
    { "[-1, 5]", 0, 0, 0, "out_of_range", "/examples/0" },
    { "[5, 5]", 0, 0, 0, "invalid_value", "/examples" },
    { "[7, 3]", 0, 0, 0, "invalid_value", "/examples" },
    { "[1, 2, 10]", 0, 0, 0, "out_of_range", "/examples/2" },
    { "[1, 2.5, 3]", 0, 0, 0, "wrong_type", "/examples/1" },
    { "[1, \"2\"]", 0, 0, 0, "wrong_type", "/examples/1" },
    { "[1e300, 2]", 0, 0, 0, "out_of_range", "/examples/0" },
    { "[]", 0, 0, 0, "invalid_value", "/examples" },
    { "5", 0, 0, 0, "wrong_type", "/examples" },
    { "{}", 0, 0, 0, "wrong_type", "/examples" },
};

START_TEST(a_stream_reads_a_range_or_a_list)
{
    check_case(&ranges[_i], selection_read_range);
}
END_TEST

static const struct read_case counts[] = {
    { "4", 0, 4, 3, NULL, NULL },
    { "10", 0, 10, 9, NULL, NULL },
    { "[3, 7]", 3, 2, 7, NULL, NULL },
    { "[9, 0, 9]", 9, 3, 9, NULL, NULL },
    { "11", 0, 0, 0, "out_of_range", "/examples" },
    { "0", 0, 0, 0, "invalid_value", "/examples" },
    { "-3", 0, 0, 0, "out_of_range", "/examples" },
    { "2.5", 0, 0, 0, "wrong_type", "/examples" },
    { "\"all\"", 0, 0, 0, "wrong_type", "/examples" },
    { "[10]", 0, 0, 0, "out_of_range", "/examples/0" },
};

START_TEST(a_scheme_reads_a_count_or_a_list)
{
    check_case(&counts[_i], selection_read_count);
}
END_TEST

START_TEST(nothing_given_selects_all)
{
    struct error_list errors = { 0 };
    struct selection selection;

    check(selection_read_range(NULL, 10, &path, &selection, &errors), &selection, 0, 10, 9);
    check(selection_read_count(NULL, 10, &path, &selection, &errors), &selection, 0, 10, 9);
}
END_TEST

START_TEST(every_wrong_example_is_reported)
{
    cJSON *json = cJSON_Parse("[1, 99, 2, -5, true]");
    struct error_list errors = { 0 };
    struct selection selection;

    ck_assert(!selection_read_range(json, 10, &path, &selection, &errors));
    ck_assert_uint_eq(errors.count, 3);
    error_list_fini(&errors);
    cJSON_Delete(json);
}
END_TEST

Suite *selection_suite(void)
{
    Suite *suite = suite_create("selection");
    TCase *tcase = tcase_create("selection");

    tcase_add_loop_test(tcase, a_stream_reads_a_range_or_a_list, 0, COUNT(ranges));
    tcase_add_loop_test(tcase, a_scheme_reads_a_count_or_a_list, 0, COUNT(counts));
    tcase_add_test(tcase, nothing_given_selects_all);
    tcase_add_test(tcase, every_wrong_example_is_reported);
    suite_add_tcase(suite, tcase);
    return suite;
}
