/* tests/extensions/test_hostile.c -- hostile scripts as whole jobs: each ends its own job with the right
 * error, on_error included, while another job of the same process trains undisturbed. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

#define BUDGET ERROR_SCRIPT_BUDGET
#define SCRIPT ERROR_SCRIPT
#define ENDLESS "while true do end"

/* Bodies of a function of (self, batch) that is called after each batch. */
static const struct {
    enum error_code code;
    const char *body;
} bodies[] = {
    /* time */
    { BUDGET, ENDLESS },
    { BUDGET, "::again:: goto again" },
    { BUDGET, "for i = 1, math.huge do end" },
    { BUDGET, "local function f() return f() end f()" },
    { SCRIPT, "while true do pcall(error, 'again') end" },
    { SCRIPT, "pcall(function() while true do end end) while true do end" },
    { SCRIPT, "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) while true do "
              "pcall(function() return t[1] end) end" },
    { BUDGET, "while true do self.main_loop.log.current_row.x = 1 end" },
    { BUDGET, "while true do local w = self.main_loop.model.get('/mlp/linear_0.W') end" },
    { BUDGET, "while true do for k, v in pairs(self.main_loop.status) do end end" },
    { BUDGET, "local t = {} for i = 1, 3000 do t[i] = -i end while true do table.sort(t) end" },
    { BUDGET, "while true do string.rep('a', 1000):find('b', 1, true) end" },
    { BUDGET, "while true do math.random() end" },
    /* memory */
    { BUDGET, "local t = {} for i = 1, math.huge do t[i] = {} end" },
    { BUDGET, "local s = 'x' while true do s = s .. s end" },
    { BUDGET, "self.s = string.rep('x', 1 << 40)" },
    { BUDGET, "for i = 1, math.huge do self[i] = i end" },
    { BUDGET, "local t = {} for i = 1, math.huge do t[i] = self.main_loop.model.get('/mlp/linear_0.W') end" },
    { BUDGET, "self.t = {} for i = 1, math.huge do self.t = {self.t, self.t} end" },
    /* memory outside of the state: the log, a checkpoint */
    { BUDGET, "local t, s = {}, string.rep('x', 1000) for i = 1, 9000 do t[i] = s end while true do "
              "self.main_loop.log.current_row.x = t end" },
    { BUDGET, "local t, s = {}, string.rep('x', 1000) for i = 1, 1000 do t[i] = s end for i = 1, 1e9 do "
              "self.main_loop.log[i].x = t end" },
    { BUDGET, "local t = {} for i = 1, 10000 do t[i] = i end for i = 1, 1e9 do self.main_loop.log[i].x = t "
              "end" },
    { BUDGET, "for i = 1, 1e9 do self.main_loop.log.current_row['r' .. i] = i end" },
    { BUDGET, "for i = 1, 1e9 do self.main_loop.status['s' .. i] = i end" },
    { BUDGET, "local a, b = self.main_loop.log[1], self.main_loop.log[2] for i = 1, 1e9 do a['r' .. i] = i "
              "b['r' .. i] = i end" },
    { BUDGET, "for i = 1e9, 1, -1 do self.main_loop.log[i // 1 | 0].x = i end" },
    /* depth */
    { BUDGET, "local function f() return 1 + f() end f()" },
    { BUDGET, "local function f(...) return f(1, ...) + 1 end f()" },
    { SCRIPT, "local t = {} t.t = t self.main_loop.log.current_row.t = t" },
    { BUDGET, "table.unpack({}, 1, 1e8)" },
    /* errors that are no texts */
    { SCRIPT, "error({})" },
    { SCRIPT, "error()" },
    { SCRIPT, "error(self)" },
    { SCRIPT, "error(setmetatable({}, {__tostring = function() while true do end end}))" },
    { SCRIPT, "error(string.rep('\\\\n%s\\\\r', 200))" },
    /* ways out */
    { SCRIPT, "os.exit(1)" },
    { SCRIPT, "io.open('/etc/passwd')" },
    { SCRIPT, "require('os')" },
    { SCRIPT, "load('return 1')()" },
    { SCRIPT, "dofile('/etc/passwd')" },
    { SCRIPT, "string.dump(print)" },
    { SCRIPT, "debug.getregistry()" },
    { SCRIPT, "collectgarbage('stop')" },
    { SCRIPT, "coroutine.wrap(function() while true do end end)()" },
    { SCRIPT, "getmetatable('').__index = nil" },
    /* what others share */
    { SCRIPT, "math.random = function() return 4 end" },
    { SCRIPT, "string.x = 1" },
    { SCRIPT, "x = 1" },
    { SCRIPT, "_ENV.print = nil" },
    { SCRIPT, "self.main_loop.log = nil" },
    { SCRIPT, "self.main_loop.model.get = nil" },
    { ERROR_INVALID_VALUE, "self.main_loop.status.iterations_done = -1" },
    { ERROR_INVALID_VALUE, "self.main_loop.status.iterations_done = math.maxinteger" },
    { SCRIPT, "self.main_loop.model.set('/mlp/linear_0.W', 1e308)" },
    { SCRIPT, "self.main_loop.algorithm.step_rule.learning_rate = 0 / 0" },
    { SCRIPT, "self.main_loop.log.current_row.f = function() end" },
    { SCRIPT, "local row = self.main_loop.log[-1]" },
};

/* The other places where functions stand. */
static const struct {
    enum error_code code;
    const char *extensions, *pointer;
} places[] = {
    { BUDGET,
      "{\"type\": \"SimpleExtension\", \"after_batch\": true, \"do\": \"function() " ENDLESS " end\"}",
      "/extensions/0/do" },
    { BUDGET,
      "{\"type\": \"SimpleExtension\", \"conditions\": [{\"callbacks\": [\"after_batch\"], \"predicate\": "
      "\"function(log) " ENDLESS " end\"}], \"do\": \"function(self) end\"}",
      "/extensions/0/conditions/0/predicate" },
    { BUDGET,
      "{\"type\": \"SharedVariableModifier\", \"parameter\": \"shared.counter\", \"function\": "
      "\"function(n) " ENDLESS " end\"}",
      "/extensions/0/function" },
    { SCRIPT,
      "{\"type\": \"SharedVariableModifier\", \"parameter\": \"shared.counter\", \"function\": \"function(n) "
      "return {} end\"}",
      "/extensions/0/function" },
    { BUDGET,
      "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true}, {\"type\": "
      "\"TrackTheBest\", \"record_name\": \"cost\", \"after_batch\": true, \"choose_best\": "
      "\"function(value, best) " ENDLESS " end\"}",
      "/extensions/1/choose_best" },
    { BUDGET,
      "{\"type\": \"TrainingDataMonitoring\", \"variables\": [{\"name\": \"q\", \"initialize\": "
      "\"function(self) end\", \"aggregate\": \"function(self) " ENDLESS " end\", \"get_aggregated_value\": "
      "\"function(self) end\"}]}",
      "/extensions/0/variables/0/aggregate" },
};

/* What gathers from call to call, and is found only when it is saved. */
static const char gatherer[] =
    "{\"type\": \"TrainingExtension\", \"after_batch\": \"function(self) local s = string.rep('x', 1000) for "
    "i = "
    "#self + 1, #self + 10000 do self[i] = s end end\"}, {\"type\": \"Checkpoint\", \"path\": \"a.tar\", "
    "\"every_n_batches\": 2}";

static const char quiet[] =
    "{\"type\": \"TrainingExtension\", \"after_batch\": \"function(self) self.n = (self.n or 0) + "
    "math.random() self.main_loop.log.current_row.n = self.n end\"},"
    "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true}";

static void *train_quietly(void *outcome)
{
    bench_run(outcome, quiet);
    return NULL;
}

/* Runs the hostile job beside a quiet one, whose rows are those that it has alone. */
static void check(const char *extensions, enum error_code code, const char *pointer)
{
    struct outcome alone, beside, hostile;
    struct text text = { 0 };
    pthread_t thread;

    text_format(&text,
                "%s, {\"type\": \"Timestamp\", \"log_record\": \"failed_at\", \"before_training\": false, "
                "\"after_epoch\": false, \"after_training\": false}",
                extensions);
    bench_run(&alone, quiet);
    ck_assert_int_eq(pthread_create(&thread, NULL, train_quietly, &beside), 0);
    bench_run(&hostile, text_bytes(&text));
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_msg(hostile.outcome == RUN_FAILED, "%s: outcome %d", extensions, hostile.outcome);
    ck_assert_msg(hostile.err.code == code, "%s: %s: %s", extensions, error_code_name(hostile.err.code),
                  hostile.err.message);
    ck_assert_str_eq(hostile.err.pointer, pointer);
    ck_assert_ptr_nonnull(strstr(text_bytes(&hostile.rows), " failed_at "));
    ck_finished(&beside);
    ck_same_rows(&beside, &alone);
    bench_fini(&hostile);
    bench_fini(&beside);
    bench_fini(&alone);
    text_fini(&text);
}

START_TEST(body_is_contained)
{
    struct text text = { 0 };

    text_format(&text, "{\"type\": \"TrainingExtension\", \"after_batch\": \"function(self, batch) %s end\"}",
                bodies[_i].body);
    check(text_bytes(&text), bodies[_i].code, "/extensions/0/after_batch");
    text_fini(&text);
}
END_TEST

START_TEST(place_is_contained)
{
    check(places[_i].extensions, places[_i].code, places[_i].pointer);
}
END_TEST

START_TEST(what_is_gathered_is_contained)
{
    check(gatherer, BUDGET, "/extensions/0");
}
END_TEST

Suite *hostile_suite(void)
{
    Suite *suite = suite_create("hostile");
    TCase *tcase = tcase_create("hostile");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, body_is_contained, 0, COUNT(bodies));
    tcase_add_test(tcase, what_is_gathered_is_contained);
    tcase_add_loop_test(tcase, place_is_contained, 0, COUNT(places));
    suite_add_tcase(suite, tcase);
    return suite;
}
