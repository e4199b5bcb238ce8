/* tests/api/test_service.c -- health, readiness, the catalogue, and the table of routes as a whole. */
#include <stdio.h>
#include <string.h>

#include "api/routes.h"
#include "engine/definition/catalogue.h"
#include "server/store/workers.h"
#include "tests/api/endpoint_suites.h"
#include "tests/api/service_fixture.h"

static void enter_worker(void)
{
    const struct worker_row row = { .owner = "01890a5d-ac96-774b-bcce-b302099a8057",
                                    .host = "h",
                                    .build = "b",
                                    .numeric_profile = "p",
                                    .threads = 1 };

    ck_result(store_worker_put(store.db, &row, &store.err), STORE_OK);
}

START_TEST(a_healthy_service_says_so)
{
    static const char *const checks[] = { "database", "migrations", "disk", "workers" };

    enter_worker();
    ask("GET /healthz");
    ck_status(200);
    ck_assert_str_eq(text("status"), "ok");
    ask("GET /readyz");
    ck_status(200);
    ck_assert_str_eq(text("status"), "ready");
    for (size_t i = 0; i < COUNT(checks); i++) {
        char path[64];

        snprintf(path, sizeof(path), "checks/%s/ready", checks[i]);
        ck_assert(cJSON_IsTrue(member(path)));
    }
}
END_TEST

START_TEST(one_failed_check_makes_it_not_ready)
{
    enter_worker();
    cluster_run(store.db, "UPDATE workers SET seen_at = now() - interval '2 minutes'");
    ask("GET /readyz");
    ck_problem(503, "overloaded");
    ck_assert_str_eq(text("checks/workers/detail"), "no server has looked for jobs during the last minute");
    ck_assert(cJSON_IsTrue(member("checks/database/ready")));
    ck_assert_str_eq(answer_header("Retry-After"), "1");
}
END_TEST

START_TEST(without_a_database_nothing_is_broken_but_the_database)
{
    struct db_pool *good = service.pool;

    service.pool = db_pool_open(&(struct db_options){ .url = "host=/nonexistent", .name = "kiln test" }, 1);
    ask("GET /healthz");
    ck_status(200);
    ask("GET /readyz");
    ck_status(503);
    ck_assert(cJSON_IsFalse(member("checks/database/ready")));
    ask("GET /v1/jobs");
    ck_problem(503, "storage-unavailable");
    ck_assert_ptr_null(strstr(answer.body, "nonexistent"));
    ck_assert_ptr_nonnull(answer_header("Retry-After"));
    db_pool_close(service.pool);
    service.pool = good;
}
END_TEST

START_TEST(every_family_has_its_catalogue)
{
    for (size_t i = 0; catalogue_families[i]; i++) {
        char line[64];

        snprintf(line, sizeof(line), "GET /v1/%s", catalogue_families[i]->plural);
        ask(line);
        ck_status(200);
        ck_assert_int_ge(cJSON_GetArraySize(member("items")), 1);
        ck_assert_str_eq(text("items/0/name"), catalogue_families[i]->types[0]->name);
        ck_assert(cJSON_IsArray(member("items/0/arguments")));
        ck_assert(cJSON_IsObject(member("items/0/schema")));
    }
}
END_TEST

START_TEST(extensions_tell_their_triggers_and_records)
{
    bool seen = false;

    ask("GET /v1/extensions");
    for (int i = 0; i < cJSON_GetArraySize(member("items")); i++) {
        char path[64];

        snprintf(path, sizeof(path), "items/%d/name", i);
        if (strcmp(text(path), "TrackTheBest") != 0)
            continue;
        seen = true;
        snprintf(path, sizeof(path), "items/%d/default_triggers/after_epoch", i);
        ck_assert(cJSON_IsTrue(member(path)));
        snprintf(path, sizeof(path), "items/%d/records_read/0", i);
        ck_assert(cJSON_IsString(member(path)));
    }
    ck_assert(seen);
}
END_TEST

/* Paths and methods are there once, every sentence ends, and limits fit their bodies. */
START_TEST(the_table_is_in_order)
{
    for (const struct route *route = routes; route->handler; route++) {
        ck_assert_int_eq(route->path[0], '/');
        ck_assert_int_eq(route->about[strlen(route->about) - 1], '.');
        ck_assert_int_eq(route->body == BODY_NONE, route->body_bytes_max == 0);
        ck_assert_int_eq(route->query == NULL, route->query_bytes == 0);
        ck_assert_int_eq(route->open, strncmp(route->path, "/v1/", 4) != 0);
        for (const struct route *other = route + 1; other->handler; other++)
            ck_assert(route->method != other->method || strcmp(route->path, other->path) != 0);
    }
}
END_TEST

Suite *service_suite(void)
{
    Suite *suite = suite_create("service");
    TCase *tests = tcase_create("service");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, service_open, service_close);
    tcase_add_test(tests, a_healthy_service_says_so);
    tcase_add_test(tests, one_failed_check_makes_it_not_ready);
    tcase_add_test(tests, without_a_database_nothing_is_broken_but_the_database);
    tcase_add_test(tests, every_family_has_its_catalogue);
    tcase_add_test(tests, extensions_tell_their_triggers_and_records);
    tcase_add_test(tests, the_table_is_in_order);
    suite_add_tcase(suite, tests);
    return suite;
}
