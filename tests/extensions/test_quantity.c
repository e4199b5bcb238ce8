/* tests/extensions/test_quantity.c -- quantities in Lua, and updates of DataStreamMonitoring. */

#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

/* A quantity that does what a mean does agrees with it, in both monitoring extensions. */
START_TEST(agrees_with_the_mean)
{
    static const char *const extensions[] = {
        "{\"type\": \"TrainingDataMonitoring\", \"after_epoch\": true, \"variables\": [%s]}",
        "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"variables\": [%s]}",
    };
    static const char variables[] =
        "\"cost\", {\"name\": \"mine\", \"requires\": [\"cost\"], \"initialize\": \"function(self) self.sum, "
        "self.n = 0.0, 0.0 end\", \"aggregate\": \"function(self, cost) self.sum, self.n = self.sum + cost, "
        "self.n + 1 end\", \"get_aggregated_value\": \"function(self) return self.sum / self.n end\"}";
    struct text text = { 0 };
    struct outcome outcome;
    char mean[256];

    text_format(&text, extensions[_i], variables);
    bench_run(&outcome, text_bytes(&text));
    ck_finished(&outcome);
    for (int64_t row = 4; row <= 12; row += 4) {
        ck_assert_ptr_nonnull(bench_record(&outcome, row, "cost", mean));
        ck_record(&outcome, row, "mine", mean);
    }
    bench_fini(&outcome);
    text_fini(&text);
}
END_TEST

/* Matrices come as nested lists; each batch of training counts once, whatever fires. */
START_TEST(sees_batches)
{
    struct outcome outcome;

    bench_run(&outcome,
              "{\"type\": \"TrainingDataMonitoring\", \"after_batch\": true, \"every_n_batches\": 4, "
              "\"variables\": [{\"name\": \"q\", \"requires\": [\"features\", \"targets\"], \"initialize\": "
              "\"function(self) end\", \"aggregate\": \"function(self, x, y) self.n = (self.n or 0) + 1 "
              "self.shape = {#x, #x[1], #y} end\", \"get_aggregated_value\": \"function(self) return "
              "{self.n, self.shape[1], self.shape[2], self.shape[3]} end\"}]}");
    ck_finished(&outcome);
    ck_record(&outcome, 1, "q", "[1,5,3,5]");
    ck_record(&outcome, 4, "q", "[4,5,3,5]");
    ck_record(&outcome, 12, "q", "[12,5,3,5]");
    bench_fini(&outcome);
}
END_TEST

/* The shared variable changes with each of the three batches of an evaluation, and stays changed. */
START_TEST(updates_are_applied_per_batch)
{
    struct outcome outcome;

    bench_run(&outcome, "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"variables\": "
                        "[\"cost\", \"shared.counter\"], \"updates\": {\"shared.counter\": \"shared.counter "
                        "+ 1\"}}");
    ck_finished(&outcome);
    ck_record(&outcome, 0, "shared.counter", "3.0");
    ck_record(&outcome, 4, "shared.counter", "6.0");
    ck_record(&outcome, 12, "shared.counter", "12.0");
    bench_fini(&outcome);
}
END_TEST

#define Q(members)                                                                                           \
    "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"variables\": [{\"name\": "           \
    "\"q\"" members "}]}"
#define WHOLE                                                                                                \
    ", \"initialize\": \"function(self) end\", \"get_aggregated_value\": \"function(self) return 1 end\""

static const struct {
    const char *extension, *pointer, *fragment;
} refusals[] = {
    { Q(", \"initialize\": \"function(self) end\""), "/extensions/0/variables/0/aggregate", "function" },
    { Q(WHOLE ", \"aggregate\": \"function(self, x) end\""), "/extensions/0/variables/0/aggregate",
      "2 parameters is called with 1" },
    { Q(WHOLE ", \"aggregate\": \"function(self) oh no end\""), "/extensions/0/variables/0/aggregate",
      "line 1" },
    { Q(WHOLE ", \"aggregate\": \"function(self, x) end\", \"requires\": [\"nothing\"]"),
      "/extensions/0/variables/0/requires", "nothing" },
    { Q(WHOLE ", \"aggregate\": \"function(self) end\", \"variable\": \"cost\""),
      "/extensions/0/variables/0/variable", "computes its own value" },
};

START_TEST(is_refused)
{
    bench_refused(refusals[_i].extension, refusals[_i].pointer, refusals[_i].fragment);
}
END_TEST

/* Its error carries its place and line, and ends the job. */
START_TEST(fails)
{
    struct outcome outcome;

    bench_run(&outcome, Q(WHOLE ", \"requires\": [\"cost\"], \"aggregate\": "
                                "\"function(self, cost)\\n error('no') end\""));
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_int_eq(outcome.err.code, ERROR_SCRIPT);
    ck_assert_str_eq(outcome.err.pointer, "/extensions/0/variables/0/aggregate");
    ck_assert_str_eq(outcome.err.message, "line 2: no");
    bench_fini(&outcome);
}
END_TEST

Suite *quantity_suite(void)
{
    Suite *suite = suite_create("quantity");
    TCase *tcase = tcase_create("quantity");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, agrees_with_the_mean, 0, 2);
    tcase_add_test(tcase, sees_batches);
    tcase_add_test(tcase, updates_are_applied_per_batch);
    tcase_add_loop_test(tcase, is_refused, 0, COUNT(refusals));
    tcase_add_test(tcase, fails);
    suite_add_tcase(suite, tcase);
    return suite;
}
