/* tests/api/test_router.c -- every target leads to one route, or to a reason why not. */
#include "api/router.h"

#include <string.h>

#include "tests/api/suites.h"

#define JOB "01890a5d-ac96-774b-bcce-b302099a8057"

static void nothing(struct request *request, struct reply *reply)
{
    (void)request, (void)reply;
}

static const struct route routes[] = {
    { METHOD_GET, "/", nothing, .about = "root" },
    { METHOD_GET, "/v1/jobs", nothing, .about = "list" },
    { METHOD_POST, "/v1/jobs", nothing, .about = "submit" },
    { METHOD_GET, "/v1/jobs/{job}", nothing, .about = "read" },
    { METHOD_DELETE, "/v1/jobs/{job}", nothing, .about = "delete" },
    { METHOD_GET, "/v1/jobs/{job}/checkpoints/{checkpoint}/archive", nothing, .about = "archive" },
    { METHOD_PUT, "/v1/datasets/{name}", nothing, .about = "put" },
    { 0 },
};

/* The route's `about`, or NULL and the methods there are. */
static const struct {
    enum method method;
    const char *target, *about, *allow;
} cases[] = {
    { METHOD_GET, "/", "root", "GET, HEAD, OPTIONS" },
    { METHOD_GET, "/v1/jobs", "list", "GET, HEAD, POST, OPTIONS" },
    { METHOD_HEAD, "/v1/jobs", "list", "GET, HEAD, POST, OPTIONS" },
    { METHOD_POST, "/v1/jobs", "submit", "GET, HEAD, POST, OPTIONS" },
    { METHOD_PUT, "/v1/jobs", NULL, "GET, HEAD, POST, OPTIONS" },
    { METHOD_OPTIONS, "/v1/jobs", NULL, "GET, HEAD, POST, OPTIONS" },
    { METHOD_GET, "/v1/jobs/" JOB, "read", "GET, HEAD, DELETE, OPTIONS" },
    { METHOD_GET, "/v1/jobs/notanid", NULL, "" },
    { METHOD_GET, "/v1/jobs/01890A5D-ac96-774b-bcce-b302099a8057", NULL, "" },
    { METHOD_GET, "/v1/jobs/" JOB "/checkpoints/best.tar/archive", "archive", "GET, HEAD, OPTIONS" },
    { METHOD_GET, "/v1/jobs/" JOB "/checkpoints/../archive", NULL, "" },
    { METHOD_GET, "/v1/jobs/" JOB "/checkpoints/best.tar", NULL, "" },
    { METHOD_PUT, "/v1/datasets/my-data_1.0", "put", "PUT, OPTIONS" },
    { METHOD_HEAD, "/v1/datasets/x", NULL, "PUT, OPTIONS" },
    { METHOD_PUT, "/v1/datasets/.hidden", NULL, "" },
    { METHOD_PUT, "/v1/datasets/a%20b", NULL, "" },
    { METHOD_GET, "/v1", NULL, "" },
    { METHOD_GET, "/v1/jobsx", NULL, "" },
    { METHOD_GET, "/v2/jobs", NULL, "" },
};

START_TEST(targets_lead_to_routes)
{
    struct arena arena = { 0 };
    struct target target;
    struct route_match match;
    const char *detail;

    ck_assert_int_eq(target_parse(cases[_i].target, &arena, &target, &detail), PROBLEM_NONE);
    route_match(routes, &target, cases[_i].method, &match);
    ck_assert_pstr_eq(match.route ? match.route->about : NULL, cases[_i].about);
    ck_assert_str_eq(route_allow(match.methods, &arena), cases[_i].allow);
    arena_fini(&arena);
}
END_TEST

START_TEST(path_values_come_in_order)
{
    struct arena arena = { 0 };
    struct target target;
    struct route_match match;
    const char *detail;

    target_parse("/v1/jobs/" JOB "/checkpoints/best.tar/archive", &arena, &target, &detail);
    route_match(routes, &target, METHOD_GET, &match);
    ck_assert_str_eq(match.path_values[0], JOB);
    ck_assert_str_eq(match.path_values[1], "best.tar");
    ck_assert_ptr_null(match.path_values[2]);
    arena_fini(&arena);
}
END_TEST

START_TEST(names_have_at_most_a_hundred_characters)
{
    char name[102];

    memset(name, 'a', sizeof(name));
    name[100] = '\0';
    ck_assert(path_value_valid("name", 4, name));
    name[100] = 'a';
    name[101] = '\0';
    ck_assert(!path_value_valid("name", 4, name));
    ck_assert(!path_value_valid("name", 4, ""));
    ck_assert(!path_value_valid("job", 3, ""));
}
END_TEST

Suite *router_suite(void)
{
    Suite *suite = suite_create("router");
    TCase *tests = tcase_create("router");

    tcase_add_loop_test(tests, targets_lead_to_routes, 0, (int)COUNT(cases));
    tcase_add_test(tests, path_values_come_in_order);
    tcase_add_test(tests, names_have_at_most_a_hundred_characters);
    suite_add_tcase(suite, tests);
    return suite;
}
