/* tests/scenario/test_stop.c -- how an interrupt ends a job, and what its log says of it. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/scenario/fixture.h"

/* Marks both callbacks with a time stamp record of their own. */
static const char endless[] =
    "{\"data_streams\": {\"train\": {\"dataset\": \"digits\", \"iteration_scheme\": {\"type\": "
    "\"SequentialScheme\", \"batch_size\": 100}}},"
    " \"bricks\": {\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Softmax\"], \"dims\": [64, 10],"
    " \"weights_init\": {\"type\": \"Constant\", \"constant\": 0}, \"biases_init\": {\"type\": \"Constant\", "
    "\"constant\": 0}}},"
    " \"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, mlp(features))\"},"
    " \"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\", \"step_rule\": {\"type\": "
    "\"Scale\", \"learning_rate\": 0.001}},"
    " \"extensions\": ["
    "  {\"type\": \"Timestamp\", \"name\": \"interrupted\", \"log_record\": \"interrupted_at\", "
    "\"before_training\": false, \"after_epoch\": false,"
    "   \"on_error\": false, \"on_resumption\": false, \"after_training\": false},"
    "  {\"type\": \"Timestamp\", \"name\": \"ended\", \"log_record\": \"ended_at\", \"before_training\": "
    "false, \"after_epoch\": false,"
    "   \"on_error\": false, \"on_resumption\": false, \"on_interrupt\": false},"
    "  {\"type\": \"Checkpoint\", \"path\": \"end.tar\"}, {\"type\": \"Printing\"}]}";

static bool recorded(const cJSON *rows, const char *name)
{
    const cJSON *row;

    cJSON_ArrayForEach(
        row, rows) if (cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(row, "records"),
                                                        name)) return true;
    return false;
}

static const struct {
    const char *body, *flag;
} ways[] = {
    { "{}", "epoch_interrupt_received" },
    { "{\"at\": \"epoch\"}", "epoch_interrupt_received" },
    { "{\"at\": \"batch\"}", "batch_interrupt_received" },
};

START_TEST(an_interrupted_job_has_run_on_interrupt_and_after_training)
{
    char id[64], path[128];

    job_submit(&kilnd, endless, id);
    cJSON_Delete(job_wait(&kilnd, id, "running"));
    snprintf(path, sizeof(path), "/v1/jobs/%s/interrupt", id);
    struct answer answer = ask_json(&kilnd, "POST", path, ways[_i].body);
    ck_assert_msg(answer.status == 202, "%ld %s", answer.status, answer.body);
    answer_free(&answer);
    cJSON *rows = job_log(&kilnd, id);
    ck_assert(recorded(rows, ways[_i].flag));
    ck_assert(recorded(rows, "interrupted_at"));
    ck_assert(recorded(rows, "ended_at"));
    ck_assert(recorded(rows, "training_finished"));
    ck_assert(recorded(rows, "saved_to"));
    cJSON_Delete(rows);
    cJSON *job = job_wait(&kilnd, id, NULL);
    ck_assert_str_eq(json_text(job, "state"), "interrupted");
    cJSON_Delete(job);

    answer = ask_json(&kilnd, "POST", path, "{}");
    ck_assert_int_eq(answer.status, 409);
    answer_free(&answer);
    snprintf(path, sizeof(path), "/v1/jobs/%s/output", id);
    answer = ask_get(&kilnd, path);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_ptr_nonnull(strstr(answer.body, "TRAINING HAS BEEN INTERRUPTED"));
    answer_free(&answer);
}
END_TEST

START_TEST(a_failing_job_says_why_and_where)
{
    char id[64], definition[4096];
    const char *tail = strstr(endless, "{\"type\": \"Printing\"}");

    snprintf(
        definition, sizeof(definition),
        "%.*s{\"type\": \"SharedVariableModifier\", \"parameter\": \"algorithm.step_rule.learning_rate\","
        " \"function\": \"function(n, old) if n == 3 then error('enough') end return old end\"}]}",
        (int)(tail - endless), endless);
    job_submit(&kilnd, definition, id);
    cJSON *job = job_wait(&kilnd, id, "failed");
    const cJSON *error = cJSON_GetObjectItem(job, "error");
    ck_assert_ptr_nonnull(strstr(json_text(error, "message"), "enough"));
    ck_assert_ptr_nonnull(strstr(json_text(error, "pointer"), "/extensions/3"));
    cJSON_Delete(job);
    cJSON *rows = job_log(&kilnd, id);
    ck_assert(recorded(rows, "got_exception"));
    ck_assert(!recorded(rows, "ended_at"));
    cJSON_Delete(rows);
}
END_TEST

Suite *stop_suite(void)
{
    Suite *suite = suite_create("stop");
    TCase *tests = scenario_case("stop", 1);

    tcase_add_loop_test(tests, an_interrupted_job_has_run_on_interrupt_and_after_training, 0,
                        sizeof(ways) / sizeof(ways[0]));
    tcase_add_test(tests, a_failing_job_says_why_and_where);
    suite_add_tcase(suite, tests);
    return suite;
}
