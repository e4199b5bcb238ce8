/* tests/extensions/test_error_places.c -- wherever a function stands: an error says the place in the
 * definition and the line inside the function, in its grammar before anything runs, and when it runs. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

#define SIMPLE(members, function) "{\"type\": \"SimpleExtension\", " members ", \"do\": \"" function "\"}"
#define QUANTITY(initialize, aggregate, value)                                                               \
    "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"variables\": [\"cost\", {\"name\": " \
    "\"q\", "                                                                                                \
    "\"requires\": [\"cost\"], \"initialize\": \"" initialize "\", \"aggregate\": \"" aggregate              \
    "\", \"get_aggregated_value\": \"" value "\"}]}"
#define QUIET "function(self) end"
#define BEST "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true}, "

/* "@" stands for the function: "function(...)\n" and what goes wrong on its second line. */
static const struct {
    const char *extensions, *pointer;
} places[] = {
    { SIMPLE("\"after_epoch\": true", "@"), "/extensions/0/do" },
    { SIMPLE("\"before_batch\": true", "@"), "/extensions/0/do" },
    { "{\"type\": \"TrainingExtension\", \"before_training\": \"@\"}", "/extensions/0/before_training" },
    { "{\"type\": \"TrainingExtension\", \"before_epoch\": \"@\"}", "/extensions/0/before_epoch" },
    { "{\"type\": \"TrainingExtension\", \"before_batch\": \"@\"}", "/extensions/0/before_batch" },
    { "{\"type\": \"TrainingExtension\", \"after_batch\": \"@\"}", "/extensions/0/after_batch" },
    { "{\"type\": \"TrainingExtension\", \"after_epoch\": \"@\"}", "/extensions/0/after_epoch" },
    { "{\"type\": \"TrainingExtension\", \"after_training\": \"@\"}", "/extensions/0/after_training" },
    { SIMPLE("\"conditions\": [{\"callbacks\": [\"after_epoch\"]}, {\"callbacks\": [\"after_batch\"], "
             "\"predicate\": "
             "\"@\"}]",
             QUIET),
      "/extensions/0/conditions/1/predicate" },
    { "{\"type\": \"Printing\", \"conditions\": [{\"callbacks\": [\"after_batch\"], \"predicate\": \"@\"}]}",
      "/extensions/0/conditions/0/predicate" },
    { QUANTITY("@", QUIET, QUIET), "/extensions/0/variables/1/initialize" },
    { QUANTITY(QUIET, "@", QUIET), "/extensions/0/variables/1/aggregate" },
    { QUANTITY(QUIET, QUIET, "@"), "/extensions/0/variables/1/get_aggregated_value" },
    { BEST "{\"type\": \"TrackTheBest\", \"record_name\": \"cost\", \"after_batch\": true, \"choose_best\": "
           "\"@\"}",
      "/extensions/1/choose_best" },
    { BEST "{\"type\": \"EarlyStopping\", \"record_name\": \"cost\", \"epochs\": 2, \"after_batch\": true, "
           "\"choose_best\": \"@\"}",
      "/extensions/1/choose_best" },
    { "{\"type\": \"SharedVariableModifier\", \"parameter\": \"shared.counter\", \"num_args\": 2, "
      "\"function\": "
      "\"@\"}",
      "/extensions/0/function" },
    { "{\"type\": \"CompositeExtension\", \"after_epoch\": true, \"sub_extensions\": [], \"do\": \"@\"}",
      "/extensions/0/do" },
    { "{\"type\": \"CompositeExtension\", \"sub_extensions\": [{\"type\": \"Timing\"}, {\"type\": "
      "\"CompositeExtension\", \"sub_extensions\": [" SIMPLE("\"after_epoch\": true", "@") "]}]}",
      "/extensions/0/sub_extensions/1/sub_extensions/0/do" },
};

/* The extensions with this in the place of "@". */
static char *with(const char *extensions, const char *function)
{
    const char *at = strchr(extensions, '@');
    struct text text = { 0 };

    text_format(&text, "%.*s%s%s", (int)(at - extensions), extensions, function, at + 1);
    return text_take(&text);
}

START_TEST(running)
{
    struct outcome outcome;
    char *extensions = with(places[_i].extensions, "function(...)\\n local x = nil + 1\\nend");

    bench_run(&outcome, extensions);
    ck_assert_msg(outcome.outcome == RUN_FAILED, "%s", extensions);
    ck_assert_str_eq(outcome.err.pointer, places[_i].pointer);
    ck_assert_msg(strstr(outcome.err.message, "line 2: attempt to perform arithmetic"), "%s: %s", extensions,
                  outcome.err.message);
    ck_assert_int_eq(outcome.err.code, ERROR_SCRIPT);
    bench_fini(&outcome);
    free(extensions);
}
END_TEST

/* An error that the engine raises inside a function, and one of the budget. */
START_TEST(running_into_the_engine)
{
    struct outcome outcome;
    char *extensions = with(places[_i].extensions, "function(...)\\n\\n while true do end\\nend");

    bench_run(&outcome, extensions);
    ck_assert_str_eq(outcome.err.pointer, places[_i].pointer);
    ck_assert_int_eq(outcome.err.code, ERROR_SCRIPT_BUDGET);
    ck_assert_msg(strncmp(outcome.err.message, "line 3: more than ", 18) == 0, "%s", outcome.err.message);
    bench_fini(&outcome);
    free(extensions);
}
END_TEST

START_TEST(reading)
{
    char *extensions = with(places[_i].extensions, "function(...)\\n local x = = 1\\nend");

    bench_refused(extensions, places[_i].pointer, "line 2: ");
    free(extensions);
}
END_TEST

/* Expressions know the column, too: that of the variable that holds the mistake. */
START_TEST(expressions)
{
    static const struct {
        const char *expression, *fragment;
    } wrong[] = {
        { "sum(mlp(features))\\n + nothing", "line 2, column 4: there is no variable" },
        { "sum(mlp(features)) +\\n\\n  * 2", "line 3" },
        { "sum(dot(mlp(features), mlp(features)))", "line 1, column 5: dot" },
    };
    char *document = bench_definition("{\"type\": \"Timing\"}");
    const char *at = strstr(document, "\"error_rate\": ") + strlen("\"error_rate\": ");
    struct text text = { 0 };
    struct error_list errors = { 0 };
    static const struct dataset_source datasets;

    text_format(&text, "%.*s\"%s\"%s", (int)(at - document), document, wrong[_i].expression, strchr(at, '}'));
    ck_assert_ptr_null(definition_read(text_bytes(&text), text.length, &datasets, &errors));
    ck_assert_str_eq(errors.items[0].pointer, "/variables/error_rate");
    ck_assert_msg(strstr(errors.items[0].message, wrong[_i].fragment), "%s", errors.items[0].message);
    error_list_fini(&errors);
    text_fini(&text);
    free(document);
}
END_TEST

/* Five classes, and a net that knows two. */
START_TEST(an_error_of_the_training_is_that_of_the_algorithm)
{
    char *document = bench_definition("{\"type\": \"Timing\"}");
    char *classes = strstr(document, "\"classes\": 2");
    struct outcome outcome;

    ck_assert_ptr_nonnull(classes);
    classes[strlen("\"classes\": ")] = '5';
    bench_train(&outcome, document);
    ck_assert_int_eq(outcome.outcome, RUN_FAILED);
    ck_assert_str_eq(outcome.err.pointer, "/algorithm");
    ck_assert_ptr_nonnull(strstr(outcome.err.message, "is not between 0 and 1"));
    bench_fini(&outcome);
    free(document);
}
END_TEST

Suite *error_places_suite(void)
{
    Suite *suite = suite_create("error places");
    TCase *tcase = tcase_create("error places");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, an_error_of_the_training_is_that_of_the_algorithm);
    tcase_add_loop_test(tcase, running, 0, COUNT(places));
    tcase_add_loop_test(tcase, running_into_the_engine, 0, COUNT(places));
    tcase_add_loop_test(tcase, reading, 0, COUNT(places));
    tcase_add_loop_test(tcase, expressions, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}
