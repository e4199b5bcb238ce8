/* tests/extensions/test_plan_memory.c -- what a plan says of the memory that a job takes. */
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

/* Weights 3 x 2 and biases 2 in float64, and a number that is shared; Scale has no state. */
START_TEST(estimates_memory)
{
    cJSON *plan = bench_plan(bench_definition(MONITORS_VALID));
    const cJSON *memory = cJSON_GetObjectItemCaseSensitive(plan, "memory_bytes");
    int step = cJSON_GetObjectItemCaseSensitive(memory, "training_step")->valueint;

    bench_check_number(memory, "parameters", 8 * 8);
    bench_check_number(memory, "step_rule", 0);
    ck_assert_int_ge(step, 8 * 8); /* The gradients at least ... */
    ck_assert_int_le(step, 16384); /* ... and little more for so small a net. */
    ck_assert_int_gt(cJSON_GetObjectItemCaseSensitive(memory, "evaluation")->valueint, 0);
    bench_check_number(memory, "datasets", (20 + 12) * (3 * 4 + 1));
    cJSON_Delete(plan);
}
END_TEST

/* Only the labels of this dataset are held. */
START_TEST(rows_that_are_made_when_they_are_read_take_no_memory)
{
    static const char document[] =
        "{\"data_streams\": {\"train\": {\"dataset\": {\"type\": \"synthetic\", \"examples\": 100000, "
        "\"sources\": {\"features\": {\"shape\": [784]}, \"targets\": {\"classes\": 10}}}, "
        "\"iteration_scheme\": {\"type\": \"ShuffledScheme\", \"batch_size\": 2}}}, "
        "\"bricks\": {\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Softmax\"], \"dims\": [784, 10], "
        "\"weights_init\": {\"type\": \"Constant\", \"constant\": 0}, \"biases_init\": {\"type\": "
        "\"Constant\", \"constant\": 0}}}, "
        "\"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, mlp(features))\"}, "
        "\"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\", "
        "\"step_rule\": {\"type\": \"Scale\"}}, \"extensions\": []}";
    cJSON *plan = bench_plan(memory_text(document));

    bench_check_number(cJSON_GetObjectItemCaseSensitive(plan, "memory_bytes"), "datasets", 100000);
    cJSON_Delete(plan);
}
END_TEST

static int part_of_memory(const char *extensions, const char *part)
{
    cJSON *plan = bench_plan(bench_definition(extensions));
    const cJSON *memory = cJSON_GetObjectItemCaseSensitive(plan, "memory_bytes");
    const int bytes = cJSON_GetObjectItemCaseSensitive(memory, part)->valueint;

    cJSON_Delete(plan);
    return bytes;
}

/* Whatever is monitored is part of the training step, or a function of its own. */
START_TEST(counts_what_is_monitored)
{
    static const char nothing[] = "{\"type\": \"Timing\"}";
    const int step = part_of_memory(nothing, "training_step");

    ck_assert_int_eq(part_of_memory(nothing, "evaluation"), 0);
    ck_assert_int_eq(part_of_memory(MONITORS_VALID, "training_step"), step);
    ck_assert_int_eq(part_of_memory(MONITORS_VALID "," MONITORS_VALID, "evaluation"),
                     2 * part_of_memory(MONITORS_VALID, "evaluation"));
    ck_assert_int_gt(part_of_memory("{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"error_rate\", "
                                    "{\"name\": \"s\", \"variable\": \"step('/mlp/linear_0.W')\", "
                                    "\"aggregation\": \"take_last\"}], \"after_epoch\": true}",
                                    "training_step"),
                     step);
    ck_assert_int_eq(part_of_memory("{\"type\": \"CompositeExtension\", \"sub_extensions\": [" MONITORS_VALID
                                    "]}",
                                    "evaluation"),
                     part_of_memory(MONITORS_VALID, "evaluation"));
    /* 5 and 4 examples of three features in float64 and a label in 8 bits */
    ck_assert_int_ge(part_of_memory(nothing, "batches"), (5 + 4) * (3 * 8 + 1));
}
END_TEST

Suite *plan_memory_suite(void)
{
    Suite *suite = suite_create("plan: memory");
    TCase *tcase = tcase_create("memory");

    tcase_add_test(tcase, estimates_memory);
    tcase_add_test(tcase, rows_that_are_made_when_they_are_read_take_no_memory);
    tcase_add_test(tcase, counts_what_is_monitored);
    suite_add_tcase(suite, tcase);
    return suite;
}
