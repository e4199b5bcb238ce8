/* tests/api/test_problem.c -- problem documents, and their list in docs/problems.md. */
#include "api/problem.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/api/suites.h"

static struct request request;
static struct reply reply;
static struct arena arena;

static void open_request(void)
{
    arena = (struct arena){ 0 };
    request = (struct request){ .path = "/v1/jobs", .request_id = "id-1", .arena = &arena };
    reply_init(&reply);
}

static void close_request(void)
{
    reply_fini(&reply);
    arena_fini(&arena);
}

static const char *member(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

START_TEST(a_problem_is_a_document)
{
    cJSON *json;

    reply_problem(&request, &reply, PROBLEM_CONFLICT_STATE, "The job is %s.", "running");
    ck_assert_uint_eq(reply.status, 409);
    ck_assert_str_eq(reply.content_type, "application/problem+json");
    ck_assert_int_eq(reply.body.bytes[reply.body.length - 1], '\n');
    json = cJSON_Parse(text_bytes(&reply.body));
    ck_assert_str_eq(member(json, "type"), "https://kiln.invalid/problems/conflict-state");
    ck_assert_str_eq(member(json, "detail"), "The job is running.");
    ck_assert_str_eq(member(json, "instance"), "/v1/jobs");
    ck_assert_str_eq(member(json, "request_id"), "id-1");
    ck_assert_double_eq(cJSON_GetObjectItemCaseSensitive(json, "status")->valuedouble, 409);
    ck_assert_ptr_nonnull(member(json, "title"));
    ck_assert_ptr_null(reply_header_value(&reply, "Retry-After"));
    cJSON_Delete(json);
}
END_TEST

START_TEST(come_again_says_when)
{
    reply_problem(&request, &reply, PROBLEM_OVERLOADED, "Busy.");
    ck_assert_str_eq(reply_header_value(&reply, "Retry-After"), "1");
}
END_TEST

START_TEST(all_errors_of_a_document_are_listed)
{
    struct error_list errors = { 0 };
    const struct json_path root = { 0 }, extensions = { &root, "extensions", 0 },
                           third = { &extensions, NULL, 2 };
    cJSON *json, *list, *first;

    REPORT(&errors, ERROR_OUT_OF_RANGE, &third, "0 is not between 1 and 9");
    error_list_hint(&errors, "Leave it out.");
    errors.items[0].json_line = 31;
    errors.items[0].json_column = 27;
    REPORT(&errors, ERROR_UNKNOWN_MEMBER, NULL, "unknown member \"x\"");
    reply_errors(&request, &reply, PROBLEM_VALIDATION_FAILED, "definition", &errors);
    error_list_fini(&errors);

    ck_assert_uint_eq(reply.status, 422);
    json = cJSON_Parse(text_bytes(&reply.body));
    ck_assert_str_eq(member(json, "title"), "The definition has 2 errors.");
    ck_assert_str_eq(member(json, "detail"), "First: /extensions/2: 0 is not between 1 and 9.");
    list = cJSON_GetObjectItemCaseSensitive(json, "errors");
    ck_assert_int_eq(cJSON_GetArraySize(list), 2);
    first = cJSON_GetArrayItem(list, 0);
    ck_assert_str_eq(member(first, "pointer"), "/extensions/2");
    ck_assert_str_eq(member(first, "code"), "out_of_range");
    ck_assert_str_eq(member(first, "message"), "0 is not between 1 and 9");
    ck_assert_str_eq(member(first, "hint"), "Leave it out.");
    ck_assert_double_eq(cJSON_GetObjectItemCaseSensitive(first, "line")->valuedouble, 31);
    ck_assert_double_eq(cJSON_GetObjectItemCaseSensitive(first, "column")->valuedouble, 27);
    cJSON_Delete(json);
}
END_TEST

START_TEST(an_outage_is_not_the_documents_fault)
{
    struct error_list errors = { 0 };

    REPORT(&errors, ERROR_INVALID_VALUE, NULL, "wrong");
    REPORT(&errors, ERROR_UNAVAILABLE, NULL, "could not reach 10.0.0.1");
    reply_errors(&request, &reply, PROBLEM_VALIDATION_FAILED, "definition", &errors);
    error_list_fini(&errors);
    ck_assert_uint_eq(reply.status, 503);
    ck_assert_ptr_null(strstr(text_bytes(&reply.body), "10.0.0.1"));
}
END_TEST

/* What clients cannot repair is told to the journal and not to them. */
static const struct {
    enum error_code code;
    unsigned status;
    bool told;
} causes[] = {
    { ERROR_NOT_FOUND, 404, true },     { ERROR_STATE, 409, true },        { ERROR_SHAPE, 422, true },
    { ERROR_LIMIT, 422, true },         { ERROR_INTERNAL, 500, false },    { ERROR_CORRUPT, 500, false },
    { ERROR_IO, 503, false },           { ERROR_UNAVAILABLE, 503, false }, { ERROR_MEMORY, 503, false },
    { ERROR_STORAGE_FULL, 507, false }, { ERROR_NONE, 500, false },
};

START_TEST(secrets_stay_inside)
{
    struct error err;

    RAISE(&err, causes[_i].code, NULL, "relation \"jobs\" is gone");
    reply_error(&request, &reply, &err);
    ck_assert_uint_eq(reply.status, causes[_i].status);
    ck_assert_int_eq(strstr(text_bytes(&reply.body), "elation") != NULL, causes[_i].told);
    ck_assert_int_eq(reply.cause.message[0] != '\0', !causes[_i].told);
}
END_TEST

/* docs/problems.md has one row per type, in the order of the table. */
START_TEST(the_documentation_lists_the_table)
{
    char path[4096], line[1024], expected[128];
    int problem = PROBLEM_NONE;
    FILE *file;

    snprintf(path, sizeof(path), "%s/docs/problems.md", getenv("KILN_SOURCE"));
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof(line), file)) {
        const struct problem_type *type;

        if (strncmp(line, "| ", 2) != 0 || strncmp(line, "| name ", 7) == 0)
            continue;
        ck_assert_int_lt(++problem, PROBLEM_COUNT);
        type = problem_type((enum problem)problem);
        snprintf(expected, sizeof(expected), "| %s | %u | ", type->name, type->status);
        ck_assert_msg(strncmp(line, expected, strlen(expected)) == 0, "%s is not %s", line, expected);
    }
    fclose(file);
    ck_assert_int_eq(problem, PROBLEM_COUNT - 1);
}
END_TEST

Suite *problem_suite(void)
{
    Suite *suite = suite_create("problem");
    TCase *tests = tcase_create("problem");

    tcase_add_checked_fixture(tests, open_request, close_request);
    tcase_add_test(tests, a_problem_is_a_document);
    tcase_add_test(tests, come_again_says_when);
    tcase_add_test(tests, all_errors_of_a_document_are_listed);
    tcase_add_test(tests, an_outage_is_not_the_documents_fault);
    tcase_add_loop_test(tests, secrets_stay_inside, 0, (int)COUNT(causes));
    tcase_add_test(tests, the_documentation_lists_the_table);
    suite_add_tcase(suite, tests);
    return suite;
}
