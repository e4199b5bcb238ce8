/* tests/extensions/test_plan.c -- what a plan says of the extensions: when they act, when the training ends,
 * and what looks wrong. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

/* A copy with another text in place of the last `old`. */
static char *with_instead(char *document, const char *old, const char *new)
{
    struct text text = { 0 };
    char *found = strstr(document, old);

    ck_assert_ptr_nonnull(found);
    for (char *next = found; (next = strstr(next, old)) != NULL; next++)
        found = next;
    text_format(&text, "%.*s%s%s", (int)(found - document), document, new, found + strlen(old));
    free(document);
    return text_take(&text);
}

/* The plan of a job that ends as `end` says; the usual end is "\"after_n_epochs\": 3". */
static cJSON *plan_of(const char *extensions, const char *end)
{
    static const char usual[] = "\"after_n_epochs\": 3";

    return bench_plan(with_instead(bench_definition(extensions), usual, end ? end : usual));
}

#define BEST(members) "{\"type\": \"TrackTheBest\", \"record_name\": \"cost\"" members "}"
#define LUA(type, members, body)                                                                             \
    "{\"type\": \"" type "\", " members " \"do\": \"function(self) " body " end\"}"

/* Warnings as "code pointer; " each. */
static const struct {
    const char *extensions, *end, *warnings;
} warnings[] = {
    { MONITORS_VALID "," BEST(""), NULL, "" },
    { BEST("") "," MONITORS_VALID, NULL, "record_read_before_written /extensions/0; " },
    /* Written at an earlier callback of the row, it does not matter where the writer stands. */
    { BEST("") ",{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true}",
      NULL, "" },
    { BEST(", \"after_epoch\": false, \"after_batch\": true") ", " MONITORS_VALID, NULL,
      "record_read_before_written /extensions/0; " },
    { BEST(""), NULL, "record_never_written /extensions/0; " },
    { MONITORS_VALID ", {\"type\": \"TrackTheBest\", \"record_name\": \"valid_cost\"}", NULL,
      "record_never_written /extensions/1; " },
    /* records that functions of users write and read */
    { LUA("SimpleExtension", "\"after_epoch\": true,",
          "local row = self.main_loop.log.current_row row.cost = 1") "," BEST(""),
      NULL, "" },
    { BEST("") "," LUA("SimpleExtension", "\"after_epoch\": true,",
                       "self.main_loop.log.current_row['cost'] = 1"),
      NULL, "record_read_before_written /extensions/0; " },
    { LUA("SimpleExtension", "\"after_epoch\": true,",
          "local row = self.main_loop.log.current_row row['co' .. 'st'] = 1") "," BEST(""),
      NULL, "" },
    { LUA("SimpleExtension", "\"after_epoch\": true,",
          "self.x = self.main_loop.log.current_row.cots") "," MONITORS_VALID,
      NULL, "record_never_written /extensions/0; " },
    { LUA("SimpleExtension", "\"after_epoch\": true,",
          "self.x = self.main_loop.log.current_row.cost") "," MONITORS_VALID,
      NULL, "record_read_before_written /extensions/0; " },
    { BEST("") "," MONITORS_VALID "," LUA("SimpleExtension", "\"after_epoch\": true,",
                                          "self.main_loop.log.current_row[self.name] = 1"),
      NULL, "record_read_before_written /extensions/0; " },
    { LUA("SimpleExtension", "\"after_epoch\": true,", "self.x = self.main_loop.log.previous_row.cots"), NULL,
      "" },
    { "{\"type\": \"TrainingExtension\", \"before_epoch\": \"function(self) self.x = "
      "self.main_loop.log.current_row.cost end\", \"after_epoch\": \"function(self) end\"}," MONITORS_VALID,
      NULL, "" },
    { "{\"type\": \"TrainingExtension\", \"after_batch\": \"function(self) self.x = "
      "self.main_loop.log.current_row.cost end\", \"after_epoch\": \"function(self) end\"}," MONITORS_VALID,
      NULL, "record_read_before_written /extensions/0; " },
    { MONITORS_VALID
      ", {\"type\": \"Printing\", \"conditions\": [{\"callbacks\": [\"after_epoch\"], \"predicate\": "
      "\"function(log) return log.current_row.cots end\"}]}",
      NULL, "record_never_written /extensions/1; " },
    { "{\"type\": \"SimpleExtension\", \"before_training\": true, \"do\": \"function(self, which) if which "
      "== "
      "'before_training' then self:add_condition({'after_batch'}) else self.main_loop.log.current_row.cost = "
      "1 end "
      "end\"}," BEST(""),
      NULL, "" },
    /* what is written over */
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true, "
      "\"after_epoch\": true}",
      NULL, "empty_aggregate /extensions/0; " },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"every_n_batches\": 3, "
      "\"after_epoch\": true}",
      NULL, "" },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"every_n_epochs\": 3, "
      "\"after_training\": true}",
      NULL, "empty_aggregate /extensions/0; " },
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"every_n_epochs\": 2, "
      "\"after_training\": true}",
      NULL, "" },
    { MONITORS_VALID "," MONITORS_VALID, NULL, "record_written_twice /extensions/1; " },
    { MONITORS_VALID "," BEST("") "," BEST(", \"notification_name\": \"other\""), NULL,
      "status_shared /extensions/2; " },
    /* predicates on the status */
    { MONITORS_VALID
      "," BEST("") ", {\"type\": \"Printing\", \"conditions\": [{\"callbacks\": [\"after_epoch\"], "
                   "\"predicate\": {\"status\": \"best_cost\", \"at_least\": 1}}]}",
      NULL, "" },
    { "{\"type\": \"Printing\", \"conditions\": [{\"callbacks\": [\"after_epoch\"], \"predicate\": "
      "{\"status\": \"epochs\", \"at_least\": 1}}]}",
      NULL, "status_never_written /extensions/0; " },
    /* TrainingDataMonitoring that only gathers writes nothing */
    { "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"]}," BEST(""), NULL,
      "never_acts /extensions/0; record_read_before_written /extensions/1; " },
    /* A function may write anything that it spells out */
    { LUA("SimpleExtension", "\"after_epoch\": true,",
          "self.main_loop.log.current_row.cost = 1") "," BEST(""),
      NULL, "" },
    { LUA("SimpleExtension", "\"after_epoch\": true,", "self.x = 1") "," BEST(""), NULL,
      "record_never_written /extensions/1; " },
    /* predicates read */
    { "{\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"conditions\": [{\"callbacks\": [\"after_epoch\"], "
      "\"predicate\": {\"record\": \"cost_best_so_far\"}}]}, " MONITORS_VALID "," BEST(""),
      NULL, "record_read_before_written /extensions/0; " },
    { "{\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"conditions\": [{\"callbacks\": [\"after_epoch\"], "
      "\"predicate\": {\"record\": \"cost_best\"}}]}",
      NULL, "record_never_written /extensions/0; " },
    /* composites are looked into, in the order in which they act */
    { "{\"type\": \"CompositeExtension\", \"sub_extensions\": [" MONITORS_VALID "," BEST("") "]}", NULL, "" },
    { "{\"type\": \"CompositeExtension\", \"sub_extensions\": [" BEST("") "," MONITORS_VALID "]}", NULL,
      "record_read_before_written /extensions/0/sub_extensions/0; " },
    { MONITORS_VALID ",{\"type\": \"EarlyStopping\", \"record_name\": \"cost\", \"epochs\": 2}", NULL, "" },
    { "{\"type\": \"EarlyStopping\", \"record_name\": \"cost\", \"epochs\": 2}, " MONITORS_VALID, NULL,
      "record_read_before_written /extensions/0; " },
    /* triggers that come too late: three epochs of four batches */
    { "{\"type\": \"Printing\", \"after_n_epochs\": 3}, {\"type\": \"Printing\", \"name\": \"b\", "
      "\"every_n_batches\": 12}",
      NULL, "" },
    { "{\"type\": \"Printing\", \"after_n_epochs\": 4}", NULL, "trigger_never_fires /extensions/0; " },
    { "{\"type\": \"Printing\", \"every_n_batches\": 13}", NULL, "trigger_never_fires /extensions/0; " },
    { "{\"type\": \"Printing\", \"after_n_batches\": 13}", "\"after_n_epochs\": 4", "" },
    /* A finish at the last batch of an epoch leaves it unfinished. */
    { "{\"type\": \"Printing\", \"after_n_epochs\": 2}", "\"after_n_batches\": 9", "" },
    { "{\"type\": \"Printing\", \"after_n_epochs\": 2}", "\"after_n_batches\": 8",
      "trigger_never_fires /extensions/0; " },
    /* extensions that never act */
    { "{\"type\": \"Checkpoint\", \"path\": \"a.tar\"}", NULL, "" },
    { "{\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"after_training\": false}", NULL,
      "never_acts /extensions/0; " },
    { "{\"type\": \"Checkpoint\", \"path\": \"a.tar\", \"after_training\": false, \"after_n_epochs\": 9}",
      NULL, "trigger_never_fires /extensions/0; never_acts /extensions/0; " },
    { LUA("SimpleExtension", "", "self.x = 1"), NULL, "never_acts /extensions/0; " },
    { "{\"type\": \"TrainingExtension\"}", NULL, "never_acts /extensions/0; " },
    { "{\"type\": \"Timing\"}, {\"type\": \"ProgressBar\"}", NULL, "" },
    /* the end */
    { "{\"type\": \"Timing\"}", "\"before_epoch\": true",
      "no_end /extensions; finish_without_effect /extensions/1; " },
    { "{\"type\": \"Timing\"}", "\"on_resumption\": true, \"after_epoch\": true",
      "finish_without_effect /extensions/1; " },
    { "{\"type\": \"Timing\"}", "\"after_epoch\": false", "no_end /extensions; never_acts /extensions/1; " },
    { MONITORS_VALID ",{\"type\": \"EarlyStopping\", \"record_name\": \"cost\", \"epochs\": 2}",
      "\"conditions\": [{\"callbacks\": [\"after_epoch\"], \"predicate\": {\"record\": \"cost\"}}]", "" },
    { LUA("SimpleExtension", "\"after_epoch\": true,",
          "self.main_loop.log.current_row.training_finish_requested = true"),
      "\"after_epoch\": false", "never_acts /extensions/1; " },
};

START_TEST(warns)
{
    cJSON *plan = plan_of(warnings[_i].extensions, warnings[_i].end);
    const cJSON *warning, *list = cJSON_GetObjectItemCaseSensitive(plan, "warnings");
    struct text found = { 0 };

    ck_assert(cJSON_IsArray(list));
    cJSON_ArrayForEach(warning, list)
    {
        text_format(&found, "%s %s; ", cJSON_GetObjectItemCaseSensitive(warning, "code")->valuestring,
                    cJSON_GetObjectItemCaseSensitive(warning, "pointer")->valuestring);
        ck_assert_int_gt(cJSON_GetObjectItemCaseSensitive(warning, "line")->valueint, 0);
        ck_assert_ptr_nonnull(cJSON_GetObjectItemCaseSensitive(warning, "message")->valuestring);
    }
    ck_assert_msg(strcmp(text_bytes(&found), warnings[_i].warnings) == 0, "%s, %s: \"%s\"",
                  warnings[_i].extensions, warnings[_i].end ? warnings[_i].end : "", text_bytes(&found));
    text_fini(&found);
    cJSON_Delete(plan);
}
END_TEST

/* Where the batches of `train` have 5, 5, 5 and 3 examples, and those of `valid` 4, 4 and 2. */
#define MONITORING(type, members) "{\"type\": \"" type "\", " members "}"
#define SQUARES "\"variables\": [\"cost\", {\"name\": \"v\", \"variable\": \"sqr(features)\""
#define ON_VALID "\"data_stream\": \"valid\", "
static const struct {
    const char *extensions, *pointer, *sizes; /* NULL: no warning */
} uneven[] = {
    { MONITORING("DataStreamMonitoring", ON_VALID SQUARES "}]"), "/extensions/0/variables/1",
      "\"v\" has shape (4, 3) in batches of 4 examples and (2, 3) in one of 2: their aggregation will fail" },
    { MONITORING("DataStreamMonitoring", ON_VALID SQUARES ", \"aggregation\": \"maximum\"}]"),
      "/extensions/0/variables/1",
      "\"v\" has shape (4, 3) in batches of 4 examples and (2, 3) in one of 2: their aggregation will fail" },
    { MONITORING("DataStreamMonitoring", ON_VALID SQUARES ", \"aggregation\": \"take_last\"}]"), NULL, NULL },
    { MONITORING("DataStreamMonitoring",
                 ON_VALID "\"variables\": [{\"name\": \"v\", \"variable\": \"mean(sqr(features), 0)\"}]"),
      NULL, NULL },
    { MONITORING("TrainingDataMonitoring", SQUARES "}], \"after_epoch\": true"), "/extensions/0/variables/1",
      "\"v\" has shape (5, 3) in batches of 5 examples and (3, 3) in one of 3: their aggregation will fail" },
    { MONITORING("TrainingDataMonitoring", SQUARES "}], \"every_n_batches\": 2"), "/extensions/0/variables/1",
      "\"v\" has shape (5, 3) in batches of 5 examples and (3, 3) in one of 3: their aggregation will fail" },
    { MONITORING("TrainingDataMonitoring", SQUARES "}], \"after_batch\": true"), NULL, NULL },
    { MONITORING("TrainingDataMonitoring", SQUARES
                 "}], \"after_epoch\": true") ", " MONITORING("FinishAfter", "\"after_n_batches\": 3"),
      NULL, NULL },
};

START_TEST(warns_of_a_smaller_batch)
{
    char *document = bench_definition(uneven[_i].extensions);
    cJSON *plan;
    const cJSON *warning, *found = NULL;

    document = with_instead(document, "\"examples\": 20", "\"examples\": 18");
    plan = bench_plan(with_instead(document, "\"examples\": 12", "\"examples\": 10"));
    cJSON_ArrayForEach(warning, cJSON_GetObjectItemCaseSensitive(plan, "warnings"))
    {
        if (strcmp(cJSON_GetObjectItemCaseSensitive(warning, "code")->valuestring, "smaller_batch") == 0)
            found = warning;
    }
    ck_assert_msg((found != NULL) == (uneven[_i].pointer != NULL), "%s", uneven[_i].extensions);
    if (found) {
        ck_assert_str_eq(cJSON_GetObjectItemCaseSensitive(found, "pointer")->valuestring, uneven[_i].pointer);
        ck_assert_str_eq(cJSON_GetObjectItemCaseSensitive(found, "message")->valuestring, uneven[_i].sizes);
        ck_assert(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(found, "hint")));
        ck_assert_int_gt(cJSON_GetObjectItemCaseSensitive(found, "line")->valueint, 0);
    }
    cJSON_Delete(plan);
}
END_TEST

static const struct {
    const char *end;
    int batches, epochs; /* -1: unknown */
    const char *ended_by;
} ends[] = {
    { "\"after_n_epochs\": 3", 12, 3, "/extensions/1" },
    { "\"every_n_epochs\": 2", 8, 2, "/extensions/1" },
    { "\"after_epoch\": true", 4, 1, "/extensions/1" },
    { "\"after_n_batches\": 7", 7, 1, "/extensions/1" },
    { "\"after_n_batches\": 8", 8, 1, "/extensions/1" },
    { "\"after_n_batches\": 8, \"after_n_epochs\": 2", 8, 1, "/extensions/1" },
    { "\"after_n_batches\": 9, \"after_n_epochs\": 2", 8, 2, "/extensions/1" },
    { "\"after_batch\": true", 1, 0, "/extensions/1" },
    { "\"before_batch\": true", -1, -1, NULL },
    { "\"conditions\": [{\"callbacks\": [\"after_epoch\"], \"predicate\": {\"record\": \"cost\"}}]", -1, -1,
      NULL },
};

START_TEST(knows_the_end)
{
    cJSON *plan = plan_of("{\"type\": \"Timing\"}", ends[_i].end);
    const cJSON *training = cJSON_GetObjectItemCaseSensitive(plan, "training");
    const cJSON *ended_by = cJSON_GetObjectItemCaseSensitive(training, "ended_by");

    bench_check_number(training, "batches_per_epoch", 4);
    bench_check_number(training, "batches", ends[_i].batches);
    bench_check_number(training, "epochs", ends[_i].epochs);
    if (ends[_i].ended_by)
        ck_assert_str_eq(ended_by->valuestring, ends[_i].ended_by);
    else
        ck_assert(cJSON_IsNull(ended_by));
    cJSON_Delete(plan);
}
END_TEST

/* The whole timetable of a job, as "callback: name when times, ...; ". */
static const struct {
    const char *extensions, *timetable;
} timetables[] = {
    { MONITORS_VALID
      ",{\"type\": \"Printing\", \"name\": \"p\", \"before_first_epoch\": false, \"after_epoch\": false, "
      "\"after_training\": false, \"on_resumption\": false, \"on_interrupt\": false, \"on_error\": "
      "false, \"every_n_batches\": 5, \"after_n_epochs\": 2}",
      "before_epoch: DataStreamMonitoring no epoch has been done 1; "
      "after_batch: p every 5 batches 2; "
      "after_epoch: DataStreamMonitoring always 3, p epoch 2 1, end epoch 3 1; " },
    { "{\"type\": \"CompositeExtension\", \"name\": \"c\", \"after_epoch\": true, \"run_before_children\": "
      "false, \"do\": \"function(self) end\", \"sub_extensions\": [{\"type\": \"TrainingExtension\", "
      "\"name\": "
      "\"t\", \"before_batch\": \"function(self) end\", \"after_epoch\": \"function(self) end\"}]}",
      "before_batch: t always 12; after_epoch: t always 3, c always 3, end epoch 3 1; " },
    { "{\"type\": \"CompositeExtension\", \"name\": \"c\", \"after_epoch\": true, \"sub_extensions\": []}",
      "after_epoch: end epoch 3 1; " },
    { "{\"type\": \"SimpleExtension\", \"name\": \"s\", \"do\": \"function(self) end\", \"conditions\": "
      "[{\"callbacks\": [\"after_epoch\", \"on_error\"], \"predicate\": {\"record\": \"r\"}},"
      " {\"callbacks\": [\"before_epoch\"], \"predicate\": {\"status\": \"k\", \"at_least\": 2.5}},"
      " {\"callbacks\": [\"after_batch\"], \"predicate\": \"function(log) return true end\"},"
      " {\"callbacks\": [\"after_batch\"], \"predicate\": {\"condition\": \"every_n_batches\", \"num\": "
      "1.5}}]}",
      "before_epoch: s the status k is at least 2.5 ?; "
      "after_batch: s its function says so ?, s every 1.5 batches ?; "
      "after_epoch: s the row has r ?, end epoch 3 1; on_error: s the row has r ?; " },
};

static void spell_acts(const cJSON *acts, struct text *out)
{
    const cJSON *act;

    cJSON_ArrayForEach(act, acts)
    {
        const cJSON *times = cJSON_GetObjectItemCaseSensitive(act, "times");

        text_format(out, "%s%s %s ", act == acts->child ? ": " : ", ",
                    cJSON_GetObjectItemCaseSensitive(act, "name")->valuestring,
                    cJSON_GetObjectItemCaseSensitive(act, "when")->valuestring);
        if (cJSON_IsNumber(times))
            text_format(out, "%d", times->valueint);
        else
            text_add_char(out, '?');
    }
}

START_TEST(has_a_timetable)
{
    cJSON *plan = plan_of(timetables[_i].extensions, NULL);
    const cJSON *round;
    struct text text = { 0 };

    cJSON_ArrayForEach(round, cJSON_GetObjectItemCaseSensitive(plan, "timetable"))
    {
        text_add(&text, cJSON_GetObjectItemCaseSensitive(round, "callback")->valuestring);
        spell_acts(cJSON_GetObjectItemCaseSensitive(round, "acts"), &text);
        text_add(&text, "; ");
    }
    ck_assert_str_eq(text_bytes(&text), timetables[_i].timetable);
    text_fini(&text);
    cJSON_Delete(plan);
}
END_TEST

START_TEST(knows_whose_conditions_change)
{
    cJSON *plan = plan_of(MONITORS_VALID "," LUA("SimpleExtension", "\"before_training\": true,",
                                                 "self:add_condition({'after_batch'})"),
                          NULL);
    const cJSON *extensions = cJSON_GetObjectItemCaseSensitive(plan, "extensions");

    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(extensions, i),
                                                                       "changes_conditions")),
                         i == 1);
    cJSON_Delete(plan);
}
END_TEST

/* Only features are read for `valid`: what needs targets there is bound to fail. */
START_TEST(refuses_sources_that_a_stream_lacks)
{
    static const struct dataset_source datasets;
    static const char scheme[] = "\"iteration_scheme\": {\"type\": \"SequentialScheme\"";
    char *document = bench_definition(MONITORS_VALID), *found = strstr(document, scheme);
    struct text text = { 0 };
    struct error_list errors = { 0 };

    text_format(&text, "%.*s\"sources\": [\"features\"], %s", (int)(found - document), document, found);
    ck_assert_ptr_null(definition_read(text_bytes(&text), text.length, &datasets, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].pointer, "/extensions/0/variables");
    ck_assert_ptr_nonnull(strstr(errors.items[0].message, "\"targets\" is needed"));
    error_list_fini(&errors);
    text_fini(&text);
    free(document);
}
END_TEST

Suite *plan_suite(void)
{
    Suite *suite = suite_create("plan");
    TCase *tcase = tcase_create("plan");

    tcase_add_loop_test(tcase, warns, 0, COUNT(warnings));
    tcase_add_loop_test(tcase, warns_of_a_smaller_batch, 0, COUNT(uneven));
    tcase_add_loop_test(tcase, knows_the_end, 0, COUNT(ends));
    tcase_add_loop_test(tcase, has_a_timetable, 0, COUNT(timetables));
    tcase_add_test(tcase, knows_whose_conditions_change);
    tcase_add_test(tcase, refuses_sources_that_a_stream_lacks);
    suite_add_tcase(suite, tcase);
    return suite;
}
