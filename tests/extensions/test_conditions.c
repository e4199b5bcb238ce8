/* tests/extensions/test_conditions.c -- functions that add conditions to their extension, replace them, and
 * dispatch: what happens, what is refused, and that a checkpoint keeps it. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

/* A SimpleExtension that acts before the training, with this body: a text without double quotes. */
static char *simple(const char *body)
{
    struct text text = { 0 };

    text_format(
        &text,
        "{\"type\": \"SimpleExtension\", \"before_training\": true, \"do\": \"function(self, which, ...) "
        "local row = self.main_loop.log.current_row local status = self.main_loop.status %s end\"}",
        body);
    return text_take(&text);
}

#define COUNT_CALLS "row.calls = (row.calls or 0) + 1 "
#define SETUP(code) "if which == 'before_training' then " code " else " COUNT_CALLS " end"

/* Four batches of 5 an epoch, three epochs. */
static const struct {
    const char *body;
    struct expected_record records[5];
} cases[] = {
    /* each callback named, always without a predicate; arguments behind those of the main loop */
    { "if which == 'before_training' then self:add_condition({'after_batch', 'after_epoch'}, nil, {'a', 2.0, "
      "{1}}) else local n = select('#', ...) local a, b, c = select(n - 2, ...) row[which] = {n, a, b, c[1]} "
      "end",
      { { 1, "after_batch", "[4,\"a\",2.0,1]" },
        { 1, "after_epoch", NULL },
        { 4, "after_epoch", "[3,\"a\",2.0,1]" } } },
    /* every kind of predicate */
    { SETUP("self:add_condition({'after_batch'}, always_true)"),
      { { 1, "calls", "1" }, { 12, "calls", "1" } } },
    { SETUP("self:add_condition({'before_epoch'}, has_done_epochs)"),
      { { 0, "calls", "1" }, { 4, "calls", NULL } } },
    { SETUP("self:add_condition({'before_epoch'}, 'has_done_epochs')"),
      { { 0, "calls", "1" }, { 4, "calls", NULL } } },
    { SETUP("self:add_condition({'after_batch'}, {condition = 'every_n_batches', num = 5})"),
      { { 4, "calls", NULL }, { 5, "calls", "1" }, { 10, "calls", "1" } } },
    { SETUP("self:add_condition({'after_batch'}, {status = 'epochs_done', at_least = 2})"),
      { { 8, "calls", NULL }, { 9, "calls", "1" } } },
    { "if which == 'after_batch' then row.mark = status.iterations_done % 4 == 2 elseif which == "
      "'before_training' then self:add_condition({'after_batch'}):add_condition({'after_epoch', "
      "'before_batch'}, "
      "{record = 'mark'}) else " COUNT_CALLS " end",
      { { 2, "mark", "true" }, { 2, "calls", "1" }, { 3, "calls", NULL }, { 4, "calls", NULL } } },
    { SETUP("self:add_condition({'after_batch'}, [[function(log) return log.status.iterations_done == 7 "
            "end]])"),
      { { 6, "calls", NULL }, { 7, "calls", "1" }, { 8, "calls", NULL } } },
    { SETUP("self:add_condition({'after_batch'}, function(log) return log.status.iterations_done == 7 end)"),
      { { 6, "calls", NULL }, { 7, "calls", "1" }, { 8, "calls", NULL } } },
    /* a function with locals from outside, which it keeps as they were, and self, which it shares */
    { SETUP(
          "local limit, name = 3, 'iterations_done' self:add_condition({'after_batch'}, function(log) return "
          "log.status[name] > limit end) limit = 100"),
      { { 3, "calls", NULL }, { 4, "calls", "1" }, { 12, "calls", "1" } } },
    { SETUP("local seen = 0 self:add_condition({'after_batch'}, function() seen = seen + 1 return seen % 3 "
            "== 0 end)"),
      { { 2, "calls", NULL }, { 3, "calls", "1" }, { 6, "calls", "1" }, { 7, "calls", NULL } } },
    { "if which == 'before_training' then self.turn = 2 self:add_condition({'after_batch'}, function(log) "
      "return "
      "log.status.iterations_done == self.turn end) else self.turn = self.turn * 2 " COUNT_CALLS " end",
      { { 2, "calls", "1" }, { 4, "calls", "1" }, { 6, "calls", NULL }, { 8, "calls", "1" } } },
    /* two functions on one line, functions with names, functions in functions */
    { SETUP("self:add_condition({'after_batch'}, function(log) return log.status.iterations_done == 3 end) "
            "self:add_condition({'after_batch'}, function(log) return log.status.iterations_done == 5 end)"),
      { { 3, "calls", "1" }, { 4, "calls", NULL }, { 5, "calls", "1" } } },
    { SETUP("local function late(log) local function done() return log.status.iterations_done end return "
            "done() > 10 "
            "end self:add_condition({'after_batch'}, late)"),
      { { 10, "calls", NULL }, { 11, "calls", "1" } } },
    { SETUP("local t = {} function t.late(log) return log.status.iterations_done > 10 end "
            "self:add_condition({'after_batch'}, t.late)"),
      { { 10, "calls", NULL }, { 11, "calls", "1" } } },
    { SETUP("local made = {} for i = 1, 3 do self:add_condition({'after_batch'}, function(log) return "
            "log.status.iterations_done == 4 * i end) end"),
      { { 4, "calls", "1" }, { 5, "calls", NULL }, { 8, "calls", "1" }, { 12, "calls", "1" } } },
    /* what is added at a callback counts in the same round, behind what is there */
    { "if which == 'before_training' then self:add_condition({'after_batch'}, {condition = "
      "'after_n_batches', num = "
      "2}) elseif not self.more then self.more = true " COUNT_CALLS
      "self:add_condition({'after_batch'}) else " COUNT_CALLS " end",
      { { 1, "calls", NULL }, { 2, "calls", "2" }, { 3, "calls", "1" } } },
    /* set_conditions forgets the others, also the trigger of the definition */
    { SETUP(
          "self:add_condition({'after_batch'}) self:set_conditions{every_n_epochs = 2, after_n_batches = 3, "
          "after_epoch = false, nonsense = false, before_first_epoch = 0}"),
      { { 1, "calls", NULL }, { 3, "calls", "1" }, { 4, "calls", NULL }, { 8, "calls", "1" } } },
    { SETUP("self:set_conditions{}:add_condition({'after_epoch'})"),
      { { 1, "calls", NULL }, { 4, "calls", "1" } } },
    /* a round goes on with the places of the new list that are still to come */
    { "if which == 'before_training' then self:set_conditions{} self:add_condition({'after_batch'}, "
      "{condition = 'after_n_batches', num = 2}, {'first'}) elseif ({...})[2] == 'first' then "
      "self:set_conditions{} self:add_condition({'after_batch'}, nil, "
      "{'skipped'}):add_condition({'after_batch'}, "
      "nil, {'told'}) row.all = 'first' else row.all = (row.all or '') .. ' ' .. ({...})[2] end",
      { { 1, "all", NULL }, { 2, "all", "\"first told\"" }, { 3, "all", "\" skipped told\"" } } },
    /* dispatch: the conditions of that callback, with what is passed; parse_args takes it apart */
    { "if which == 'before_training' then self:add_condition({'after_batch', 'on_error'}, {condition = "
      "'every_n_batches', num = 4}, {'mine'}) self:dispatch('after_batch', 'batch') "
      "self:dispatch('on_error', 'error') "
      "self:dispatch('after_epoch', 'nobody') else local loop, user = self:parse_args(which, {...}) "
      "row[which] = {#loop, #user, user[#user]} end",
      { { 0, "after_batch", "[1,1,\"mine\"]" },
        { 0, "on_error", "[0,2,\"mine\"]" },
        { 4, "after_batch", "[1,1,\"mine\"]" } } },
};

START_TEST(does)
{
    struct outcome outcome;
    char *extension = simple(cases[_i].body);

    bench_run(&outcome, extension);
    ck_finished(&outcome);
    bench_expect(&outcome, cases[_i].records, COUNT(cases[_i].records));
    bench_fini(&outcome);
    free(extension);
}
END_TEST

/* Broken off behind each batch, continued from the checkpoint: the same records. */
START_TEST(continues)
{
    struct outcome whole, pieces;
    const int64_t iterations = _i % 3 == 0 ? 2 : _i % 3 == 1 ? 6 : 9;
    char *extension = simple(cases[_i / 3].body);

    bench_run(&whole, extension);
    bench_run_in_two(&pieces, extension, iterations);
    ck_finished(&pieces);
    ck_same_rows(&whole, &pieces);
    bench_fini(&pieces);
    bench_fini(&whole);
    free(extension);
}
END_TEST

static const struct {
    enum error_code code;
    const char *body, *message, *hint;
} failures[] = {
    { ERROR_UNKNOWN_NAME, "\\n self:add_condition({'after_bach'})",
      "line 2: \"after_bach\" is not a callback", "Did you mean \"after_batch\"?" },
    { ERROR_UNKNOWN_NAME, "self:add_condition({'before_first_epoch'})", "is not a callback", "" },
    { ERROR_WRONG_TYPE, "self:add_condition('after_batch')", "must be a list of callback names", "" },
    { ERROR_WRONG_TYPE, "self:add_condition({1})", "must be the name of a callback", "" },
    { ERROR_WRONG_TYPE, "self:add_condition({'after_batch'}, {recrod = 'x'})", "not a predicate", "Give" },
    { ERROR_WRONG_TYPE, "self:add_condition({'after_batch'}, nil, 'best.tar')", "must be a list of at most",
      "" },
    { ERROR_INVALID_VALUE, "self:add_condition({'after_batch'}, function(log, more) end)",
      "called with the log only", "" },
    { ERROR_SCRIPT, "local t = {} self:add_condition({'after_batch'}, function(log) return t.x end)",
      "uses \"t\", a local from outside of it that is a table", "" },
    { ERROR_SCRIPT, "self:add_condition({'after_batch'}, math.random)", "a function of the library", "" },
    { ERROR_SCRIPT, "self.add_condition({'after_batch'})", "write self:add_condition(...)", "" },
    { ERROR_SYNTAX, "self:add_condition({'after_batch'}, 'function(log')", "expected", "" },
    { ERROR_UNKNOWN_NAME, "self:set_conditions{after_epochs = true}", "\"after_epochs\" is not a trigger",
      "Did you mean \"after_epoch\"?" },
    { ERROR_OUT_OF_RANGE, "self:set_conditions{every_n_epochs = 1.5}", "1.5 is not a whole number", "" },
    { ERROR_WRONG_TYPE, "self:set_conditions{after_epoch = 3}", "must be true or false", "" },
    { ERROR_WRONG_TYPE, "self:set_conditions{'after_epoch'}", "takes triggers by name", "" },
    { ERROR_SCRIPT, "self:add_condition({'before_epoch'}, function(log) self:set_conditions{} end)",
      "a predicate cannot change the conditions", "" },
    { ERROR_UNKNOWN_NAME, "self:dispatch('after')", "\"after\" is not a callback", "" },
    { ERROR_UNKNOWN_NAME, "self:parse_args('after', {})", "\"after\" is not a callback", "" },
    { ERROR_SCRIPT, "self:parse_args('after_batch', {})", "after_batch comes with a batch", "" },
    { ERROR_SCRIPT_BUDGET, "self:dispatch(which)", "dispatch is nested more than 8 deep", "" },
    { ERROR_SCRIPT_BUDGET, "while true do self:add_condition({'after_batch'}) end",
      "more than 1000 conditions", "" },
    { ERROR_SCRIPT_BUDGET,
      "local t = {} for i = 1, 90 do t[i] = ('x'):rep(1000) end while true do "
      "self:add_condition({'after_batch'}, nil, "
      "t) end",
      "more than 256 KiB", "" },
    { ERROR_SCRIPT_BUDGET,
      "local t = {} for i = 1, 90 do t[i] = ('x'):rep(1000) end while true do "
      "self:set_conditions{after_batch = true} "
      "self:add_condition({'after_batch'}, nil, t) end",
      "were used", "" },
    /* a predicate that fails: the line in the function that added it */
    { ERROR_SCRIPT,
      "\\n\\n self:add_condition({'before_epoch'},\\n function(log)\\n return log.current_row.x + 1 end)",
      "line 5: attempt to perform arithmetic", "" },
};

START_TEST(fails)
{
    struct outcome outcome;
    char *extension = simple(failures[_i].body);

    bench_run(&outcome, extension);
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_msg(outcome.err.code == failures[_i].code, "%s: %s: %s", failures[_i].body,
                  error_code_name(outcome.err.code), outcome.err.message);
    ck_assert_msg(strstr(outcome.err.message, failures[_i].message), "%s: %s", failures[_i].body,
                  outcome.err.message);
    ck_assert_msg(strstr(outcome.err.message, "line ") == outcome.err.message, "%s", outcome.err.message);
    ck_assert_msg(strstr(outcome.err.hint, failures[_i].hint), "%s: %s", failures[_i].body, outcome.err.hint);
    ck_assert_str_eq(outcome.err.pointer, "/extensions/0/do");
    bench_fini(&outcome);
    free(extension);
}
END_TEST

/* A local that has become something that no checkpoint holds. */
START_TEST(cannot_be_saved)
{
    struct outcome outcome;
    char *extension =
        simple("local seen = 0 self:add_condition({'after_batch'}, function(log) seen = {seen} end)");
    struct text both = { 0 };

    text_format(&both, "%s, {\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"after_epoch\": true}",
                extension);
    bench_run(&outcome, text_bytes(&both));
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_msg(strstr(outcome.err.message, "\"seen\", a local from outside of it that is a table"), "%s",
                  outcome.err.message);
    ck_assert_str_eq(outcome.err.pointer, "/extensions/0");
    bench_fini(&outcome);
    text_fini(&both);
    free(extension);
}
END_TEST

/* A composite: dispatch reaches what it holds; TrainingExtension calls its own function. */
START_TEST(dispatch_reaches_children)
{
    struct outcome outcome;

    bench_run(&outcome, "{\"type\": \"CompositeExtension\", \"before_training\": true, \"do\": "
                        "\"function(self, which, ...) if which "
                        "== 'before_training' then self:add_condition({'after_epoch'}, nil, {1}) "
                        "self:dispatch('after_epoch', "
                        "'told') else self.main_loop.log.current_row.parent = {...} end end\", "
                        "\"sub_extensions\": [{\"type\": "
                        "\"TrainingExtension\", \"after_epoch\": \"function(self, ...) local row = "
                        "self.main_loop.log.current_row "
                        "row.child = {...} end\", \"before_epoch\": \"function(self) "
                        "self:dispatch('after_epoch', 7) end\"}]}");
    ck_finished(&outcome);
    ck_record(&outcome, 0, "parent", "[\"told\",1]");
    ck_record(&outcome, 0, "child", "[7]");
    ck_record(&outcome, 4, "parent", "[1]");
    bench_fini(&outcome);
}
END_TEST

Suite *conditions_suite(void)
{
    Suite *suite = suite_create("conditions");
    TCase *tcase = tcase_create("conditions");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, does, 0, COUNT(cases));
    tcase_add_loop_test(tcase, continues, 0, 3 * COUNT(cases));
    tcase_add_loop_test(tcase, fails, 0, COUNT(failures));
    tcase_add_test(tcase, cannot_be_saved);
    tcase_add_test(tcase, dispatch_reaches_children);
    suite_add_tcase(suite, tcase);
    return suite;
}
