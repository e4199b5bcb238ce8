/* tests/api/test_accept.c -- the representation that the client likes best. */
#include "api/accept.h"

#include "engine/base/error.h"
#include "tests/api/suites.h"

static const char *const offered[] = { "application/json", "application/x-ndjson", "text/csv", NULL };

static const struct {
    const char *accept, *choice;
} cases[] = {
    { NULL, "application/json" },
    { "", "application/json" },
    { "*/*", "application/json" },
    { "application/*", "application/json" },
    { "text/*", "text/csv" },
    { "text/csv", "text/csv" },
    { "TEXT/CSV", "text/csv" },
    { "text/csv;header=present", "text/csv" },
    { "text/csv;q=0.5, application/x-ndjson", "application/x-ndjson" },
    { "text/csv;q=0.5, */*;q=0.1", "text/csv" },
    { "*/*, application/json;q=0.1", "application/x-ndjson" },
    { "application/json;q=0, */*;q=0.5", "application/x-ndjson" },
    { "application/xml", NULL },
    { "application/json;q=0", NULL },
    { "application/jso", NULL },
    { "application/json;q=nonsense", NULL },
    { "text/html, application/xhtml+xml, */*;q=0.8", "application/json" },
};

START_TEST(the_best_offer_is_chosen)
{
    ck_assert_pstr_eq(accept_choose(cases[_i].accept, offered), cases[_i].choice);
}
END_TEST

static const struct {
    const char *accept;
    bool gzip;
} codings[] = {
    { NULL, false },
    { "", false },
    { "gzip", true },
    { "GZIP", true },
    { "br, gzip;q=0.5", true },
    { "*", true },
    { "gzip;q=0", false },
    { "gzip;q=0, *", false },
    { "*;q=0, gzip", true },
    { "identity", false },
    { "gzipped", false },
};

START_TEST(gzip_is_for_those_who_name_it)
{
    ck_assert_int_eq(accept_gzip(codings[_i].accept), codings[_i].gzip);
}
END_TEST

Suite *accept_suite(void)
{
    Suite *suite = suite_create("accept");
    TCase *tests = tcase_create("accept");

    tcase_add_loop_test(tests, the_best_offer_is_chosen, 0, (int)COUNT(cases));
    tcase_add_loop_test(tests, gzip_is_for_those_who_name_it, 0, (int)COUNT(codings));
    suite_add_tcase(suite, tests);
    return suite;
}
