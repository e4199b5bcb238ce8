/* tests/extensions/test_scripted.c -- extensions written in Lua: what they are told, see and can change. */
#include <string.h>

#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

/* Extensions, and records that the job then has.  Four batches of 5 an epoch, three epochs. */
static const struct {
    const char *extensions;
    struct expected_record records[4];
} cases[] = {
    /* the name of the callback, what the main loop passes, then the arguments of the condition */
    { "{\"type\": \"SimpleExtension\", \"before_first_epoch\": true, \"do\": \"function(self, which, ...) "
      "self.main_loop.log.current_row.told = {which, select('#', ...)} end\"}",
      { { 0, "told", "[\"before_epoch\",0]" }, { 4, "told", NULL } } },
    { "{\"type\": \"SimpleExtension\", \"every_n_batches\": 3, \"do\": \"function(self, which, batch, ...) "
      "self.main_loop.log.current_row.told = {which, batch.examples, batch.sources[1], batch.sources[2], "
      "select('#', ...)} end\"}",
      { { 2, "told", NULL },
        { 3, "told", "[\"after_batch\",5,\"features\",\"targets\",0]" },
        { 6, "told", "[\"after_batch\",5,\"features\",\"targets\",0]" } } },
    { "{\"type\": \"SimpleExtension\", \"conditions\": [{\"callbacks\": [\"after_batch\", \"after_epoch\"], "
      "\"predicate\": {\"condition\": \"after_n_batches\", \"num\": 4}, \"arguments\": [\"a\", 2.5, null, "
      "[1]]}],"
      " \"do\": \"function(self, which, ...) local n = select('#', ...) "
      "local a, b, c, d = select(n - 3, ...) "
      "self.main_loop.log.current_row[which] = {n, a, b, c == nil, d[1]} end\"}",
      { { 4, "after_batch", "[5,\"a\",2.5,true,1]" }, { 4, "after_epoch", "[4,\"a\",2.5,true,1]" } } },
    /* several conditions at once: called once for each */
    { "{\"type\": \"SimpleExtension\", \"after_batch\": true, \"every_n_batches\": 2, \"do\": "
      "\"function(self) local row = self.main_loop.log.current_row row.calls = (row.calls or 0) + 1 end\"}",
      { { 1, "calls", "1" }, { 2, "calls", "2" } } },
    /* self and its name */
    { "{\"type\": \"SimpleExtension\", \"name\": \"mine\", \"after_epoch\": true, \"do\": \"function(self) "
      "self.n = (self.n or 0) + 1 self.main_loop.log.current_row.it = {self.name, self.n} end\"}",
      { { 4, "it", "[\"mine\",1]" }, { 12, "it", "[\"mine\",3]" } } },
    { "{\"type\": \"TrainingExtension\", \"after_epoch\": \"function(self) "
      "self.main_loop.log.current_row.it = self.name end\"}",
      { { 4, "it", "\"TrainingExtension\"" } } },
    /* the log and the status */
    { "{\"type\": \"TrainingExtension\", \"before_training\": \"function(self) self.main_loop.status.seen = "
      "0 "
      "end\","
      " \"after_batch\": \"function(self, batch) local status = self.main_loop.status status.seen = "
      "status.seen + batch.examples self.main_loop.log.current_row.seen = status.seen end\","
      " \"after_epoch\": \"function(self) local log = self.main_loop.log local row = log.current_row "
      "row.counts = {log.status.epochs_done, log.previous_row.seen, log[1].seen, log.last_epoch_row.seen} "
      "end\"}",
      { { 5, "seen", "25" }, { 4, "counts", "[1,15,5,20]" }, { 8, "counts", "[2,35,5,40]" } } },
    /* parameters */
    { "{\"type\": \"TrainingExtension\", \"after_epoch\": \"function(self) local model = "
      "self.main_loop.model model.set('/mlp/linear_0.b', {0.5, -0.25}) self.main_loop.log.current_row.b = "
      "model.get('/mlp/linear_0.b') self.main_loop.log.current_row.shape = {#model.get('/mlp/linear_0.W'), "
      "#model.get('/mlp/linear_0.W')[1]} end\"}",
      { { 4, "b", "[0.5,-0.25]" }, { 4, "shape", "[3,2]" } } },
    /* hyper-parameters: a rate of 0 leaves the parameters as they are */
    { "{\"type\": \"TrainingExtension\", \"before_training\": \"function(self) "
      "self.main_loop.algorithm.step_rule.learning_rate = 0 end\", "
      "\"before_epoch\": \"function(self) self.before = "
      "self.main_loop.model.get('/mlp/linear_0.W')[1][1] end\","
      " \"after_epoch\": \"function(self) self.main_loop.log.current_row.same = self.before == "
      "self.main_loop.model.get('/mlp/linear_0.W')[1][1] self.main_loop.log.current_row.rate = "
      "self.main_loop.algorithm.step_rule.learning_rate end\"}",
      { { 4, "same", "true" }, { 4, "rate", "0.0" } } },
    /* a request to finish is a record */
    { "{\"type\": \"SimpleExtension\", \"after_n_batches\": 2, \"do\": \"function(self) "
      "self.main_loop.log.current_row.training_finish_requested = true end\"},"
      "{\"type\": \"TrainingExtension\", \"after_training\": \"function(self) "
      "self.main_loop.log.current_row.ended = true end\"}",
      { { 2, "ended", "true" }, { 2, "training_finished", "true" }, { 3, "training_finished", NULL } } },
    /* composites: what they do themselves, before their children or behind them */
    { "{\"type\": \"CompositeExtension\", \"after_epoch\": true, \"do\": \"function(self) "
      "self.main_loop.log.current_row.order = 'parent' end\", \"sub_extensions\": [{\"type\": "
      "\"TrainingExtension\", \"after_epoch\": \"function(self) local row = self.main_loop.log.current_row "
      "row.order = row.order .. ' child' end\"}]}",
      { { 4, "order", "\"parent child\"" } } },
    { "{\"type\": \"CompositeExtension\", \"run_before_children\": false, \"every_n_epochs\": 2, \"do\": "
      "\"function(self) local row = self.main_loop.log.current_row row.order = row.order .. ' parent' end\", "
      "\"sub_extensions\": [{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self) "
      "self.main_loop.log.current_row.order = 'child' end\"}]}",
      { { 4, "order", "\"child\"" }, { 8, "order", "\"child parent\"" } } },
    /* functions in other places: the better one of two, a predicate */
    { "{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self) "
      "self.main_loop.log.current_row.x = ({3, 5, 4})[self.main_loop.status.epochs_done] end\"},"
      "{\"type\": \"TrackTheBest\", \"record_name\": \"x\", \"choose_best\": \"function(value, best) return "
      "math.max(value, best) end\"},"
      "{\"type\": \"SimpleExtension\", \"name\": \"late\", \"conditions\": [{\"callbacks\": "
      "[\"after_epoch\"], "
      "\"predicate\": \"function(log) return log.current_row.x > 3 end\", \"arguments\": [1]}], \"do\": "
      "\"function(self, which, one) self.main_loop.log.current_row.above = one end\"}",
      { { 4, "x_best_so_far", "true" },
        { 8, "x_best_so_far", "true" },
        { 12, "x_best_so_far", NULL },
        { 8, "above", "1" } } },
};

START_TEST(does)
{
    struct outcome outcome;

    bench_run(&outcome, cases[_i].extensions);
    ck_finished(&outcome);
    bench_expect(&outcome, cases[_i].records, COUNT(cases[_i].records));
    bench_fini(&outcome);
}
END_TEST

/* on_error gets the error as a text, wherever it came from, and the job keeps its own error. */
START_TEST(is_told_of_errors)
{
    struct outcome outcome;

    bench_run(&outcome, "{\"type\": \"SimpleExtension\", \"after_n_batches\": 6, \"do\": \"function(self) "
                        "error('so be it') end\"},"
                        "{\"type\": \"TrainingExtension\", \"on_error\": \"function(self, error) "
                        "self.main_loop.log.current_row.first = error end\"},"
                        "{\"type\": \"SimpleExtension\", \"name\": \"second\", \"on_error\": true, \"do\": "
                        "\"function(self, which, error) self.main_loop.log.current_row.second = "
                        "{which, error:sub(1, 7)} end\"}");
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_int_eq(outcome.err.code, ERROR_SCRIPT);
    ck_assert_str_eq(outcome.err.pointer, "/extensions/0/do");
    ck_assert_str_eq(outcome.err.message, "line 1: so be it");
    ck_record(&outcome, 6, "first", "\"script: line 1: so be it (/extensions/0/do)\"");
    ck_record(&outcome, 6, "second", "[\"on_error\",\"script:\"]");
    bench_fini(&outcome);
}
END_TEST

static const struct {
    const char *extension, *pointer, *fragment;
} refusals[] = {
    { "{\"type\": \"SimpleExtension\", \"after_epoch\": true}", "/extensions/0/do", "missing" },
    { "{\"type\": \"SimpleExtension\", \"do\": \"function(self)\\n x = = 1 end\"}", "/extensions/0/do",
      "line 2" },
    { "{\"type\": \"SimpleExtension\", \"do\": \"return 1\"}", "/extensions/0/do", "one function" },
    { "{\"type\": \"SimpleExtension\", \"after_epoch\": true, \"do\": \"function(self, which, batch) end\"}",
      "/extensions/0/do", "a function of 3 parameters is called with 2" },
    { "{\"type\": \"SimpleExtension\", \"after_batch\": true, \"do\": \"function(a, b, c, d) end\"}",
      "/extensions/0/do", "a function of 4 parameters is called with 3" },
    { "{\"type\": \"TrainingExtension\", \"after_epoch\": \"function(self, batch) end\"}",
      "/extensions/0/after_epoch", "a function of 2 parameters is called with 1" },
    { "{\"type\": \"TrainingExtension\", \"before_epoch\": true}", "/extensions/0/before_epoch", "function" },
    { "{\"type\": \"TrainingExtension\", \"every_n_epochs\": 2}", "/extensions/0/every_n_epochs",
      "takes no triggers" },
    { "{\"type\": \"TrainingExtension\", \"conditions\": []}", "/extensions/0/conditions", "takes no" },
    { "{\"type\": \"CompositeExtension\", \"do\": \"nonsense\", \"sub_extensions\": []}", "/extensions/0/do",
      "a function is needed" },
    { "{\"type\": \"CompositeExtension\", \"sub_extensions\": [{\"type\": \"SimpleExtension\", "
      "\"after_epoch\": true, \"do\": \"function(a, b, c) end\"}]}",
      "/extensions/0/sub_extensions/0/do", "3 parameters" },
};

START_TEST(is_refused)
{
    bench_refused(refusals[_i].extension, refusals[_i].pointer, refusals[_i].fragment);
}
END_TEST

/* What a function does wrong while the job runs: its place, and the line inside it. */
static const struct {
    const char *extension, *pointer, *fragment;
} failures[] = {
    { "{\"type\": \"TrainingExtension\", \"after_batch\": \"function(self)\\n\\n self.x.y = 1 end\"}",
      "/extensions/0/after_batch", "line 3: " },
    { "{\"type\": \"CompositeExtension\", \"sub_extensions\": [{\"type\": \"SimpleExtension\", "
      "\"after_epoch\": true, \"do\": \"function(self) local x = nil + 1 end\"}]}",
      "/extensions/0/sub_extensions/0/do", "line 1: " },
    { "{\"type\": \"TrainingExtension\", \"after_epoch\": \"function(self) "
      "self.main_loop.model.set('/mlp/linear_0.b', {1, 2, 3}) end\"}",
      "/extensions/0/after_epoch", "shape" },
    { "{\"type\": \"TrainingExtension\", \"after_epoch\": \"function(self) "
      "self.main_loop.model.get('/mlp/linear_1.b') end\"}",
      "/extensions/0/after_epoch", "no parameter" },
    { "{\"type\": \"TrainingExtension\", \"after_epoch\": \"function(self) "
      "self.main_loop.algorithm.step_rule.learning_rat = 1 end\"}",
      "/extensions/0/after_epoch", "step_rule.learning_rat" },
    { "{\"type\": \"TrainingExtension\", \"name\": \"keeper\", \"after_epoch\": \"function(self) self.f = "
      "function() end end\"}, {\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"after_epoch\": true}",
      "/extensions/0", "is a function and cannot be saved" },
};

START_TEST(fails)
{
    struct outcome outcome;

    bench_run(&outcome, failures[_i].extension);
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_int_eq(outcome.err.code, ERROR_SCRIPT);
    ck_assert_str_eq(outcome.err.pointer, failures[_i].pointer);
    ck_assert_msg(strstr(outcome.err.message, failures[_i].fragment) != NULL, "%s", outcome.err.message);
    bench_fini(&outcome);
}
END_TEST

Suite *scripted_suite(void)
{
    Suite *suite = suite_create("scripted");
    TCase *tcase = tcase_create("scripted");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, does, 0, COUNT(cases));
    tcase_add_test(tcase, is_told_of_errors);
    tcase_add_loop_test(tcase, is_refused, 0, COUNT(refusals));
    tcase_add_loop_test(tcase, fails, 0, COUNT(failures));
    suite_add_tcase(suite, tcase);
    return suite;
}
