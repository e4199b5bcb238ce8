/* tests/server/test_sqlstate.c -- what PostgreSQL's codes mean. */
#include "server/store/sqlstate.h"
#include "tests/server/suites.h"

static const struct {
    const char *state;
    enum store_result result;
    enum error_code code;
    bool soft;
} cases[] = {
    { NULL, STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "40001", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "40P01", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "57P01", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "57P02", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "57P03", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "08006", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "08001", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, true },
    { "53300", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, false },
    { "25006", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, false },
    { "57014", STORE_UNAVAILABLE, ERROR_UNAVAILABLE, false },
    { "53100", STORE_UNAVAILABLE, ERROR_STORAGE_FULL, false },
    { "23505", STORE_CONFLICT, ERROR_NONE, false },
    { "23503", STORE_FAILED, ERROR_INTERNAL, false },
    { "42601", STORE_FAILED, ERROR_INTERNAL, false },
    { "22021", STORE_FAILED, ERROR_INTERNAL, false },
};

START_TEST(every_class_is_told_apart)
{
    const struct sqlstate_meaning *meaning = sqlstate_meaning(cases[_i].state);

    ck_assert_int_eq(meaning->result, cases[_i].result);
    ck_assert_int_eq(meaning->code, cases[_i].code);
    ck_assert_int_eq(meaning->soft, cases[_i].soft);
}
END_TEST

Suite *sqlstate_suite(void)
{
    Suite *suite = suite_create("sqlstate");
    TCase *group = tcase_create("sqlstate");

    tcase_add_loop_test(group, every_class_is_told_apart, 0, COUNT(cases));
    suite_add_tcase(suite, group);
    return suite;
}
