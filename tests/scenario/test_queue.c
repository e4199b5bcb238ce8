/* tests/scenario/test_queue.c -- jobs wait for workers, and nothing is lost when the server goes down. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenario/fixture.h"

/* A small job that ends after so many epochs of 10 batches.  Whatever can be random in a job is: the order of
 * both streams, dropout, and a user function.  Its first extension saves in the middle of a round: the others
 * still have something to write then. */
static void define_saving(char *out, size_t bytes, const char *name, int epochs, const char *autosave)
{
    const int every = epochs > 10000 ? 200 : 1; /* long jobs write few rows */
    static const char dataset[] =
        "{\"type\": \"synthetic\", \"examples\": 100, \"sources\": {\"features\": {\"shape\": [8]},"
        " \"targets\": {\"classes\": 3}}, \"seed\": 5}";

    snprintf(
        out, bytes,
        "{\"name\": \"%s\", \"autosave\": %s, \"data_streams\": {\"train\": {\"dataset\": %s,"
        " \"iteration_scheme\": {\"type\": \"ShuffledScheme\", \"batch_size\": 10}},"
        " \"valid\": {\"dataset\": %s, \"iteration_scheme\": {\"type\": \"ShuffledScheme\", "
        "\"batch_size\": 30}}},"
        " \"bricks\": {\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Tanh\", \"Softmax\"], \"dims\": "
        "[8, 16, 3],"
        " \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.1},"
        " \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}},"
        " \"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, mlp(dropout(features, 0.1)))\"},"
        " \"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\","
        " \"step_rule\": {\"type\": \"Momentum\", \"learning_rate\": 0.05, \"momentum\": 0.9}},"
        " \"extensions\": [{\"type\": \"Checkpoint\", \"path\": \"middle.tar\", \"every_n_epochs\": 2000,"
        " \"after_training\": false},"
        " {\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], "
        "\"prefix\": \"train\","
        " \"every_n_epochs\": %d},"
        " {\"type\": \"DataStreamMonitoring\", \"variables\": [\"cost\"], \"data_stream\": \"valid\", "
        "\"prefix\": \"valid\", \"after_epoch\": false, \"every_n_epochs\": %d},"
        " {\"type\": \"SharedVariableModifier\", \"parameter\": \"algorithm.step_rule.learning_rate\","
        " \"function\": \"function(n, old) return 0.04 + 0.02 * math.random() end\"},"
        " {\"type\": \"Checkpoint\", \"path\": \"end.tar\"}, {\"type\": \"FinishAfter\", "
        "\"after_n_epochs\": %d}]}",
        name, autosave, dataset, dataset, every, every, epochs);
}

static void define(char *out, size_t bytes, const char *name, int epochs)
{
    define_saving(out, bytes, name, epochs, "{\"every_s\": 60}");
}

enum { ENDLESS = 100000000 };

START_TEST(two_jobs_run_on_two_workers_while_a_third_waits)
{
    char definition[4096], ids[3][64], path[128];

    define(definition, sizeof(definition), "endless", ENDLESS);
    for (int i = 0; i < 3; i++)
        job_submit(&kilnd, definition, ids[i]);
    cJSON_Delete(job_wait(&kilnd, ids[0], "running"));
    cJSON_Delete(job_wait(&kilnd, ids[1], "running"));
    cJSON *third = job_wait(&kilnd, ids[2], "queued");
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(third, "started_at")));
    cJSON_Delete(third);

    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", ids[0]);
    struct answer cancelled = ask_json(&kilnd, "POST", path, "{}");
    ck_assert_int_eq(cancelled.status, 202);
    answer_free(&cancelled);
    cJSON_Delete(job_wait(&kilnd, ids[0], "cancelled"));
    cJSON_Delete(job_wait(&kilnd, ids[2], "running"));
}
END_TEST

static char *print_and_delete(cJSON *rows)
{
    char *text = cJSON_PrintUnformatted(rows);

    cJSON_Delete(rows);
    return text;
}

static struct answer end_parameters(const char *id)
{
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s/checkpoints/end.tar/parameters.npz", id);
    struct answer answer = ask_get(&kilnd, path);
    ck_assert_int_eq(answer.status, 200);
    return answer;
}

static void check_same(const char *disturbed_id, const char *undisturbed_id)
{
    char *disturbed = print_and_delete(job_log(&kilnd, disturbed_id)),
         *undisturbed = print_and_delete(job_log(&kilnd, undisturbed_id));
    struct answer one = end_parameters(disturbed_id), other = end_parameters(undisturbed_id);

    ck_assert_same_text(disturbed, undisturbed);
    ck_assert_uint_eq(one.length, other.length);
    ck_assert_mem_eq(one.body, other.body, one.length);
    answer_free(&one);
    answer_free(&other);
    free(disturbed);
    free(undisturbed);
}

/* The long job is drained in the middle by SIGTERM, the other two wait in the queue meanwhile; after the
 * second start all three end, and the drained one has the log and the parameters of one that was never
 * disturbed. */
START_TEST(a_restart_in_mid_queue_loses_nothing_and_changes_no_bit)
{
    char definition[4096], ids[4][64];

    define(definition, sizeof(definition), "long", 3000);
    for (int i = 0; i < 4; i++)
        job_submit(&kilnd, definition, ids[i]);
    cJSON_Delete(job_wait(&kilnd, ids[0], "running"));
    ck_assert_int_eq(kilnd_stop(&kilnd, SIGTERM), 0);
    kilnd_start(&kilnd, "2");
    struct answer jobs = ask_get(&kilnd, "/v1/jobs");
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(jobs.json, "items")), 4);
    answer_free(&jobs);
    for (int i = 0; i < 4; i++) {
        cJSON *job = job_wait(&kilnd, ids[i], "succeeded");
        if (i == 0) /* it was really running when the server stopped */
            ck_assert_double_eq(json_number(job, "attempt"), 2);
        cJSON_Delete(job);
    }
    check_same(ids[0], ids[3]);
}
END_TEST

static void wait_for_checkpoint(const char *id, bool automatic)
{
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s/checkpoints", id);
    for (int i = 0; i < PATIENCE_S * 10; i++) {
        struct answer answer = ask_get(&kilnd, path);
        const cJSON *items = cJSON_GetObjectItem(answer.json, "items"), *item;
        bool there = false;

        cJSON_ArrayForEach(item, items) there |=
            cJSON_IsTrue(cJSON_GetObjectItem(item, "automatic")) == automatic;
        answer_free(&answer);
        if (there)
            return;
        pause_ms(100);
    }
    ck_abort_msg("no checkpoint was made");
}

/* Some seconds of work, so that the server is killed in the middle of it. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LONG_EPOCHS = 20000 };
#else
enum { LONG_EPOCHS = 60000 };
#endif

/* Saved by the server at a batch boundary, or by the job itself in the middle of a round of callbacks: from
 * there nothing may go on, so that job begins again. */
static const struct {
    const char *autosave;
    bool automatic;
} saved[] = { { "{\"every_s\": 1}", true }, { "null", false } };

/* Killed like a machine that lost its power: no drain, no last word. */
START_TEST(a_killed_server_continues_its_job_to_the_same_bits)
{
    char definition[4096], ids[2][64];

    define_saving(definition, sizeof(definition), "long", LONG_EPOCHS, saved[_i].autosave);
    job_submit(&kilnd, definition, ids[0]);
    wait_for_checkpoint(ids[0], saved[_i].automatic);
    ck_assert_int_eq(kilnd_stop(&kilnd, SIGKILL), -SIGKILL);
    kilnd_start(&kilnd, "2");
    job_submit(&kilnd, definition, ids[1]);
    cJSON *job = job_wait(&kilnd, ids[0], "succeeded");
    ck_assert_double_eq(json_number(job, "attempt"), 2);
    cJSON_Delete(job);
    cJSON_Delete(job_wait(&kilnd, ids[1], "succeeded"));
    check_same(ids[0], ids[1]);
}
END_TEST

/* What a disk does to the newest checkpoint, which the draining server made, or to all of them. */
static const char *const damages[] = {
    "cd %s/checkpoints/%s && f=$(ls *.tar | tail -n 1) && printf x | dd of=$f bs=1 seek=1500 conv=notrunc",
    "cd %s/checkpoints/%s && truncate -s -1 $(ls *.tar | tail -n 1)",
    "cd %s/checkpoints/%s && for f in *.tar; do printf x | dd of=$f bs=1 seek=1500 conv=notrunc; done",
    "rm %s/checkpoints/%s/*.tar",
};

static bool has_event(const char *id, const char *kind)
{
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s/events?limit=1000", id);
    struct answer answer = ask_get(&kilnd, path);
    bool has = strstr(answer.body, kind) != NULL;
    answer_free(&answer);
    return has;
}

START_TEST(a_damaged_checkpoint_is_passed_over)
{
    char definition[4096], ids[2][64], *printed;

    define_saving(definition, sizeof(definition), "long", LONG_EPOCHS, saved[0].autosave);
    job_submit(&kilnd, definition, ids[0]);
    wait_for_checkpoint(ids[0], true);
    ck_assert_int_eq(kilnd_stop(&kilnd, SIGTERM), 0);
    ck_assert_int_eq(command(&printed, damages[_i], kilnd.data, ids[0]), 0);
    free(printed);
    ck_assert_int_eq(command(&printed, "touch %s/checkpoints/%s/half.partial", kilnd.data, ids[0]), 0);
    free(printed);
    kilnd_start(&kilnd, "2");
    job_submit(&kilnd, definition, ids[1]);
    cJSON_Delete(job_wait(&kilnd, ids[0], "succeeded"));
    cJSON_Delete(job_wait(&kilnd, ids[1], "succeeded"));
    ck_assert(has_event(ids[0], "checkpoint_damaged"));
    check_same(ids[0], ids[1]);
    ck_assert_int_ne(command(&printed, "ls %s/checkpoints/%s/half.partial", kilnd.data, ids[0]), 0);
    free(printed);
}
END_TEST

START_TEST(a_waiting_reader_gets_rows_as_they_are_committed)
{
    char definition[4096], id[64], path[128];

    define(definition, sizeof(definition), "endless", ENDLESS);
    job_submit(&kilnd, definition, id);
    snprintf(path, sizeof(path), "/v1/jobs/%s/log?wait=30", id);
    struct answer page = ask_get(&kilnd, path);
    ck_assert_int_eq(page.status, 200);
    ck_assert_int_ge(cJSON_GetArraySize(cJSON_GetObjectItem(page.json, "rows")), 1);
    ck_assert(cJSON_IsFalse(cJSON_GetObjectItem(page.json, "complete")));
    answer_free(&page);
}
END_TEST

START_TEST(a_job_at_rest_is_deleted_with_all_of_it_a_running_one_is_not)
{
    char definition[4096], id[64], path[128];

    define(definition, sizeof(definition), "short", 2);
    job_submit(&kilnd, definition, id);
    cJSON_Delete(job_wait(&kilnd, id, "succeeded"));
    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    struct answer answer = ask(&kilnd, "DELETE", path, NULL, 0, NULL);
    ck_assert_int_eq(answer.status, 204);
    answer_free(&answer);
    answer = ask_get(&kilnd, path);
    ck_assert_int_eq(answer.status, 404);
    answer_free(&answer);

    define(definition, sizeof(definition), "endless", ENDLESS);
    job_submit(&kilnd, definition, id);
    cJSON_Delete(job_wait(&kilnd, id, "running"));
    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    answer = ask(&kilnd, "DELETE", path, NULL, 0, NULL);
    ck_assert_int_eq(answer.status, 409);
    answer_free(&answer);
}
END_TEST

Suite *queue_suite(void)
{
    Suite *suite = suite_create("queue");
    TCase *tests = scenario_case("queue", 2);

    tcase_add_test(tests, two_jobs_run_on_two_workers_while_a_third_waits);
    tcase_add_test(tests, a_restart_in_mid_queue_loses_nothing_and_changes_no_bit);
    tcase_add_loop_test(tests, a_killed_server_continues_its_job_to_the_same_bits, 0, 2);
    tcase_add_loop_test(tests, a_damaged_checkpoint_is_passed_over, 0,
                        (int)(sizeof(damages) / sizeof(*damages)));
    tcase_add_test(tests, a_waiting_reader_gets_rows_as_they_are_committed);
    tcase_add_test(tests, a_job_at_rest_is_deleted_with_all_of_it_a_running_one_is_not);
    suite_add_tcase(suite, tests);
    return suite;
}
