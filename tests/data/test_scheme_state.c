/* tests/data/test_scheme_state.c -- a scheme restored in the middle of an epoch goes on as if nothing had
 * happened. */

#include <cjson/cJSON.h>

#include "tests/data/bench.h"
#include "tests/data/suites.h"

static const char *const schemes[] = {
    "{'type': 'SequentialScheme', 'batch_size': 3}",
    "{'type': 'ShuffledScheme', 'batch_size': 3, 'rng': 5}",
    "{'type': 'ShuffledScheme', 'batch_size': 3, 'sorted_indices': true}",
    "{'type': 'ShuffledScheme', 'batch_size': 4, 'examples': [9, 8, 7, 7, 6]}",
    "{'type': 'SequentialExampleScheme'}",
    "{'type': 'ShuffledExampleScheme'}",
    "{'type': 'ConstantScheme', 'batch_size': 3, 'num_examples': 10}",
    "{'type': 'ConstantScheme', 'batch_size': 3, 'times': 7}",
    ("{'type': 'ConcatenatedScheme', 'schemes': [{'type': 'ShuffledScheme', 'batch_size': 4},"
     "{'type': 'ShuffledScheme', 'batch_size': 4}, {'type': 'ConstantScheme', 'batch_size': 2, 'times': "
     "3}]}"),
};

/* The state as it would stand in a checkpoint. */
static const char *saved(const struct scheme *scheme)
{
    cJSON *state = cJSON_CreateObject();
    struct error err = { 0 };
    char *text;

    ck_assert(scheme->type->save(scheme, 0, state, &err));
    text = cJSON_PrintUnformatted(state);
    cJSON_Delete(state);
    return bench_keep(text);
}

static bool restore(struct scheme *scheme, const char *text, struct error *err)
{
    cJSON *state = cJSON_Parse(text);
    const bool good = scheme->type->load(scheme, state, err);

    cJSON_Delete(state);
    return good;
}

static struct scheme *restored(const char *json, const char *text)
{
    struct scheme *scheme = bench_scheme(json, 10);
    struct error err = { 0 };

    ck_assert_msg(restore(scheme, text, &err), "%s", err.message);
    return scheme;
}

/* Stops after every possible number of requests of the second epoch. */
START_TEST(restoring_continues_exactly)
{
    const char *json = schemes[_i];

    for (int stop = 0; stop < 12; stop++) {
        struct scheme *first = bench_scheme(json, 10), *second;
        struct error err = { 0 };
        struct request request;
        const char *text;

        bench_epoch(first);
        ck_assert(first->type->next_epoch(first, &err));
        for (int i = 0; i < stop; i++)
            first->type->next(first, &request);
        text = saved(first);
        second = restored(json, text);
        ck_assert_str_eq(saved(second), text);
        ck_assert_str_eq(bench_rest_of_epoch(second), bench_rest_of_epoch(first));
        for (int epoch = 0; epoch < 3; epoch++)
            ck_assert_str_eq(bench_epoch(second), bench_epoch(first));
        scheme_free(first);
        scheme_free(second);
    }
}
END_TEST

START_TEST(a_scheme_that_never_started_can_be_restored)
{
    struct scheme *first = bench_scheme(schemes[_i], 10), *second = restored(schemes[_i], saved(first));

    ck_assert_str_eq(bench_rest_of_epoch(second), "[]");
    ck_assert_str_eq(bench_epoch(second), bench_epoch(first));
    scheme_free(first);
    scheme_free(second);
}
END_TEST

/* Members of a saved state, replaced one at a time. */
static const struct {
    const char *member, *json;
    enum error_code code;
} damages[] = {
    { "indices", "11", ERROR_STATE },
    { "indices", "\"10\"", ERROR_CORRUPT },
    { "indices", "1e300", ERROR_CORRUPT },
    { "started", "1", ERROR_CORRUPT },
    { "started", NULL, ERROR_CORRUPT },
    { "position", "11", ERROR_CORRUPT },
    { "position", "-1", ERROR_CORRUPT },
    { "position", "2.5", ERROR_CORRUPT },
    { "position", NULL, ERROR_CORRUPT },
    { "random", NULL, ERROR_CORRUPT },
    { "random", "{}", ERROR_CORRUPT },
    { "random", "{\"key\": \"00\", \"position\": 624, \"gauss\": null}", ERROR_CORRUPT },
    { "random", "7", ERROR_CORRUPT },
};

START_TEST(a_damaged_state_is_refused)
{
    struct scheme *scheme = bench_scheme("{'type': 'ShuffledScheme', 'batch_size': 4}", 10);
    struct error err = { 0 };
    cJSON *state;

    bench_epoch(scheme);
    state = cJSON_Parse(saved(scheme));
    cJSON_DeleteItemFromObjectCaseSensitive(state, damages[_i].member);
    if (damages[_i].json)
        cJSON_AddItemToObject(state, damages[_i].member, cJSON_Parse(damages[_i].json));
    CK_REFUSED(scheme->type->load(scheme, state, &err), err, damages[_i].code);
    cJSON_Delete(state);
    scheme_free(scheme);
}
END_TEST

START_TEST(a_state_of_another_scheme_is_refused)
{
    struct scheme *parts = bench_scheme(schemes[COUNT(schemes) - 1], 10);
    struct scheme *constant =
        bench_scheme("{'type': 'ConstantScheme', 'batch_size': 3, 'num_examples': 2}", 10);
    struct error err = { 0 };

    CK_REFUSED(restore(parts, "{\"current\": 0, \"schemes\": [{}]}", &err), err, ERROR_CORRUPT);
    CK_REFUSED(restore(parts, "{\"current\": 0, \"schemes\": [{}, {}, {}]}", &err), err, ERROR_CORRUPT);
    CK_REFUSED(restore(constant, "{\"started\": true, \"left\": 3}", &err), err, ERROR_CORRUPT);
    scheme_free(parts);
    scheme_free(constant);
}
END_TEST

Suite *scheme_state_suite(void)
{
    Suite *suite = suite_create("scheme_state");
    TCase *tcase = tcase_create("scheme_state");

    tcase_add_loop_test(tcase, restoring_continues_exactly, 0, COUNT(schemes));
    tcase_add_loop_test(tcase, a_scheme_that_never_started_can_be_restored, 0, COUNT(schemes));
    tcase_add_loop_test(tcase, a_damaged_state_is_refused, 0, COUNT(damages));
    tcase_add_test(tcase, a_state_of_another_scheme_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
