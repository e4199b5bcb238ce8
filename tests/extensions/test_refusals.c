/* tests/extensions/test_refusals.c -- what is wrong with an extension is said at its place, before anything
 * runs. */
#include "engine/extensions/checkpoint_name.h"
#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

#define FINISH(members) "{\"type\": \"FinishAfter\", " members "}"
#define CONDITION(members) FINISH("\"conditions\": [{\"callbacks\": [\"after_batch\"]}, {" members "}]")
#define AT "/extensions/0"
#define MONITOR(type, members)                                                                               \
    "{\"type\": \"" type "\", " members "\"variables\": [{\"name\": \"much\", \"variable\": "                \
    "\"local a = features for i = 1, 40 do a = concatenate({a, a}, 1) end return sum(a)\"}]}"

static const struct {
    const char *extension, *pointer, *fragment;
} refusals[] = {
    /* hyper-parameters */
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"algorithm.step_rule.momentum\"]}",
      AT "/variables/0", "no live parameter \"algorithm.step_rule.momentum\"" },
    /* more than any machine has */
    { MONITOR("DataStreamMonitoring", "\"data_stream\": \"valid\", "), AT, "an evaluation takes" },
    { MONITOR("TrainingDataMonitoring", ""), "/algorithm", "a training step takes" },
    /* triggers */
    { FINISH("\"after_epoch\": 1"), AT "/after_epoch", "true or false" },
    { FINISH("\"after_epoch\": \"no\""), AT "/after_epoch", "true or false" },
    { FINISH("\"every_n_batches\": true"), AT "/every_n_batches", "whole number" },
    { FINISH("\"every_n_batches\": -2"), AT "/every_n_batches", "-2" },
    { FINISH("\"every_n_epochs\": 1.5"), AT "/every_n_epochs", "1.5" },
    { FINISH("\"after_n_batches\": \"3\""), AT "/after_n_batches", "whole number" },
    { FINISH("\"after_n_epochs\": 1e300"), AT "/after_n_epochs", "1e+300" },
    { FINISH("\"after_everything\": true"), AT "/after_everything", "after_everything" },
    { "{\"type\": \"ProgressBar\", \"after_epoch\": true}", AT "/after_epoch", "no triggers" },
    /* conditions */
    { FINISH("\"conditions\": {}"), AT "/conditions", "list" },
    { CONDITION("\"callback\": [\"after_batch\"], \"callbacks\": []"), AT "/conditions/1/callback",
      "callback" },
    { CONDITION("\"predicate\": null"), AT "/conditions/1", "callbacks" },
    { CONDITION("\"callbacks\": \"after_batch\""), AT "/conditions/1/callbacks", "list" },
    { CONDITION("\"callbacks\": [\"before_batch\", \"after_bath\"]"), AT "/conditions/1/callbacks/1",
      "after_bath" },
    { CONDITION("\"callbacks\": [\"before_first_epoch\"]"), AT "/conditions/1/callbacks/0",
      "before_first_epoch" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": 3"), AT "/conditions/1/predicate",
      "predicate" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": {\"record\": \"\"}"),
      AT "/conditions/1/predicate/record", "name" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": {\"record\": \"a\", \"num\": 2}"),
      AT "/conditions/1/predicate/num", "num" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": {\"condition\": \"every_n_batches\"}"),
      AT "/conditions/1/predicate/num", "number" },
    { CONDITION(
          "\"callbacks\": [\"after_batch\"], \"predicate\": {\"condition\": \"every_n_epochs\", \"num\": 0}"),
      AT "/conditions/1/predicate/num", "0" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": {\"status\": \"epochs_done\"}"),
      AT "/conditions/1/predicate/at_least", "number" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": \"function(log\""),
      AT "/conditions/1/predicate", "" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": \"function(log, more) return true end\""),
      AT "/conditions/1/predicate", "log only" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"arguments\": 3"), AT "/conditions/1/arguments", "list" },
    { CONDITION("\"callbacks\": [\"after_batch\"], \"predicate\": \"has_done_epoch\""),
      AT "/conditions/1/predicate", "a function is needed" },
    /* arguments of each type */
    { "{\"type\": \"Timestamp\", \"separator\": \"--\"}", AT "/separator", "one character" },
    { "{\"type\": \"Timing\", \"before_training\": true}", AT, "before_training" },
    { "{\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"parameters\": [\"/mlp/linear_0.b\", "
      "\"/mlp/linear_0.V\"]}",
      AT "/parameters", "/mlp/linear_0.V" },
    { "{\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"parameters\": [\"/mlp/linear_0.b\", "
      "\"/mlp/linear_0.b\"]}",
      AT "/parameters", "twice" },
    { "{\"type\": \"TrackTheBest\", \"record_name\": \"v\", \"choose_best\": \"function(a) return a end\"}",
      AT "/choose_best", "1 parameters" },
    { "{\"type\": \"FinishIfNoImprovementAfter\", \"notification_name\": \"v\"}", AT, "missing" },
    { "{\"type\": \"FinishIfNoImprovementAfter\", \"notification_name\": \"v\", \"epochs\": 1, "
      "\"iterations\": 2}",
      AT "/epochs", "excludes" },
    { "{\"type\": \"EarlyStopping\", \"record_name\": \"v\", \"epochs\": 1, \"checkpoint_extension\": \"c\"}",
      AT, "checkpoint_filename" },
    { "{\"type\": \"EarlyStopping\", \"record_name\": \"v\", \"epochs\": 1, \"checkpoint_extension\": \"c\", "
      "\"checkpoint_filename\": \"b.tar\"}",
      AT "/checkpoint_extension", "c" },
    { "{\"type\": \"EarlyStopping\", \"record_name\": \"v\", \"epochs\": 1, \"after_epoch\": \"no\"}",
      AT "/after_epoch", "true or false" },
    { "{\"type\": \"SharedVariableModifier\", \"parameter\": \"shared.nothing\", \"function\": "
      "\"function(n) return n end\"}",
      AT "/parameter", "nothing" },
    { "{\"type\": \"SharedVariableModifier\", \"parameter\": \"shared.counter\", \"function\": "
      "\"function() return 1 end\"}",
      AT "/function", "two arguments" },
    { "{\"type\": \"SharedVariableModifier\", \"parameter\": \"shared.counter\", \"num_args\": 1, "
      "\"function\": "
      "\"function(n, old) return 1 end\"}",
      AT "/function", "one argument" },
    { "{\"type\": \"Checkpoint\", \"path\": \"/tmp/x.tar\"}", AT "/path", "begin" },
    { "{\"type\": \"Checkpoint\", \"path\": \"x.tar\", \"save_separately\": [\"_pkl\"]}",
      AT "/save_separately", "_pkl" },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"before_training\": false}",
      AT "/before_training", "before the training" },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\", \"cost\"]}", AT "/variables/1",
      "same name" },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [3]}", AT "/variables/0", "name of a variable" },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [{\"variable\": \"cost\"}]}",
      AT "/variables/0/name", "text" },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [{\"name\": \"cost\", \"aggregation\": "
      "\"median\"}]}",
      AT "/variables/0/aggregation", "scheme" },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [{\"name\": \"cost\", \"aggregation\": "
      "\"minimum\", "
      "\"denominator\": 2}]}",
      AT "/variables/0/denominator", "denominator" },
    { "{\"type\": \"DataStreamMonitoring\", \"variables\": [\"cost\"], \"data_stream\": \"nothing\"}",
      AT "/data_stream", "nothing" },
    { "{\"type\": \"CompositeExtension\", \"sub_extensions\": [{\"type\": \"Timestamp\", \"on_error\": 2}]}",
      AT "/sub_extensions/0/on_error", "true or false" },
};

START_TEST(is_refused_at_its_place)
{
    bench_refused(refusals[_i].extension, refusals[_i].pointer, refusals[_i].fragment);
}
END_TEST

static const struct {
    const char *name;
    bool possible;
} names[] = {
    { "best.tar", true },
    { "a/b.tar", true },
    { ".hidden", true },
    { "a..b", true },
    { "", false },
    { "/a.tar", false },
    { "../a.tar", false },
    { "a/../b", false },
    { "a/..", false },
    { "a//b", false },
    { "a/", false },
    { ".", false },
    { "a/./b", false },
    { "a\nb", false },
    { "a\\b", false },
    { "\x7f", false },
    { "gr\xc3\xb6sse", true },
};

START_TEST(names_stay_inside_the_store)
{
    ck_assert_msg((checkpoint_name_problem(names[_i].name) == NULL) == names[_i].possible, "\"%s\"",
                  names[_i].name);
}
END_TEST

Suite *refusals_suite(void)
{
    Suite *suite = suite_create("refusals");
    TCase *tcase = tcase_create("refusals");

    tcase_add_loop_test(tcase, is_refused_at_its_place, 0, COUNT(refusals));
    tcase_add_loop_test(tcase, names_stay_inside_the_store, 0, COUNT(names));
    suite_add_tcase(suite, tcase);
    return suite;
}
