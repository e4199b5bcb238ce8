/* tests/server/test_idempotency.c -- answers that are kept for repeated requests. */
#include "server/store/idempotency.h"
#include "tests/server/store_fixture.h"
#include "tests/server/suites.h"

static struct idempotency_answer answer;

static enum store_result begin(const char *project, const char *key, unsigned char digest_byte)
{
    unsigned char digest[32] = { digest_byte };

    return store_idempotency_begin(store.db, project, key, digest, &store.arena, &answer, &store.err);
}

START_TEST(the_first_answer_is_kept)
{
    const struct idempotency_answer kept = { .status = 201,
                                             .location = "/v1/jobs/x",
                                             .content_type = "application/json",
                                             .body = "{\0}",
                                             .body_bytes = 3 };

    ck_result(begin(PROJECT, "key", 1), STORE_OK);
    ck_result(begin("other", "key", 1), STORE_OK);
    ck_result(begin(PROJECT, "key", 1), STORE_CONFLICT);
    ck_assert(answer.same_request);
    ck_assert_int_eq(answer.status, 0); /* still under way */
    ck_result(store_idempotency_finish(store.db, PROJECT, "key", &kept, &store.err), STORE_OK);
    ck_result(begin(PROJECT, "key", 1), STORE_CONFLICT);
    ck_assert(answer.same_request);
    ck_assert_int_eq(answer.status, 201);
    ck_assert_str_eq(answer.location, "/v1/jobs/x");
    ck_assert_str_eq(answer.content_type, "application/json");
    ck_assert_uint_eq(answer.body_bytes, 3);
    ck_assert_mem_eq(answer.body, "{\0}", 3);
    ck_result(begin(PROJECT, "key", 2), STORE_CONFLICT);
    ck_assert(!answer.same_request);
}
END_TEST

START_TEST(a_key_becomes_free_again)
{
    const struct idempotency_answer kept = { .status = 201 };

    ck_result(begin(PROJECT, "refused", 1), STORE_OK);
    ck_result(store_idempotency_forget(store.db, PROJECT, "refused", &store.err), STORE_OK);
    ck_result(begin(PROJECT, "refused", 2), STORE_OK);
    cluster_run(store.db, "UPDATE idempotency_keys SET created_at = created_at - interval '61 s'");
    ck_result(begin(PROJECT, "refused", 3), STORE_OK); /* the request died */
    ck_result(store_idempotency_finish(store.db, PROJECT, "refused", &kept, &store.err), STORE_OK);
    ck_result(store_idempotency_forget(store.db, PROJECT, "refused", &store.err), STORE_NONE);
    cluster_run(store.db, "UPDATE idempotency_keys SET created_at = created_at - interval '61 s'");
    ck_result(begin(PROJECT, "refused", 4), STORE_CONFLICT);
    ck_result(store_idempotency_expire(store.db, &store.err), STORE_NONE);
    cluster_run(store.db, "UPDATE idempotency_keys SET created_at = created_at - interval '24 h'");
    ck_result(store_idempotency_expire(store.db, &store.err), STORE_OK);
    ck_result(begin(PROJECT, "refused", 5), STORE_OK);
}
END_TEST

Suite *idempotency_suite(void)
{
    Suite *suite = suite_create("kept answers");
    TCase *group = tcase_create("kept answers");

    tcase_add_checked_fixture(group, store_fixture_open, store_fixture_close);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, the_first_answer_is_kept);
    tcase_add_test(group, a_key_becomes_free_again);
    suite_add_tcase(suite, group);
    return suite;
}
