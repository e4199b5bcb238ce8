/* tests/extensions/test_threads.c -- whole jobs on several threads: the same bits every time, and about those
 * of one thread. */
#include "tests/extensions/suites.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/extensions/bench.h"

/* 4 epochs of batches of 64, 64 and 22; with Adam, and monitoring of every kind. */
static const char job[] =
    "{\"seed\": 3, \"dtype\": \"%s\", \"threads\": %d,"
    " \"data_streams\": {\"train\": {\"dataset\": {\"type\": \"synthetic\", \"examples\": 150, \"seed\": 1,"
    "   \"sources\": {\"features\": {\"shape\": [300]}, \"targets\": {\"classes\": 10}}},"
    "   \"iteration_scheme\": {\"type\": \"ShuffledScheme\", \"batch_size\": 64}},"
    "  \"valid\": {\"dataset\": {\"type\": \"synthetic\", \"examples\": 230, \"seed\": 2,"
    "   \"sources\": {\"features\": {\"shape\": [300]}, \"targets\": {\"classes\": 10}}},"
    "   \"iteration_scheme\": {\"type\": \"SequentialScheme\", \"batch_size\": 100}}},"
    " \"bricks\": {\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Tanh\", \"Rectifier\", \"Softmax\"],"
    "   \"dims\": [300, 200, 90, 10], \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.05},"
    "   \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}},"
    " \"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, mlp(dropout(features, 0.1)))\","
    "  \"error_rate\": \"MisclassificationRate(targets, mlp(features))\"},"
    " \"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\","
    "  \"step_rule\": {\"type\": \"CompositeRule\", \"components\": [{\"type\": \"StepClipping\","
    "   \"threshold\": 1}, {\"type\": \"Adam\", \"learning_rate\": 0.001}]}},"
    " \"extensions\": [{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\", \"error_rate\","
    "   \"algorithm.total_gradient_norm\"], \"prefix\": \"train\", \"after_batch\": true},"
    "  {\"type\": \"DataStreamMonitoring\", \"variables\": [\"cost\", \"error_rate\"],"
    "   \"data_stream\": \"valid\", \"prefix\": \"valid\"},"
    "  {\"type\": \"Checkpoint\", \"path\": \"end.tar\"},"
    "  {\"type\": \"FinishAfter\", \"after_n_epochs\": 4}]}";

static const char *const dtypes[] = { "float32", "float64" };
static const double tolerances[] = { 1e-4, 1e-10 };

static void run_job(struct outcome *outcome, const char *dtype, int threads, int64_t pause_after)
{
    struct text document = { 0 };

    text_format(&document, job, dtype, threads);
    if (pause_after)
        bench_train_in_two(outcome, text_bytes(&document), pause_after);
    else
        bench_train(outcome, text_bytes(&document));
    ck_finished(outcome);
    text_fini(&document);
}

static double number(const struct outcome *outcome, int64_t iteration, const char *name)
{
    char text[256];
    const char *value = bench_record(outcome, iteration, name, text);

    ck_assert_msg(value != NULL, "row %d has no %s", (int)iteration, name);
    return strtod(value, NULL);
}

static void check_about_equal(const struct outcome *a, const struct outcome *b, double tolerance)
{
    for (int64_t i = 1; i <= 12; i++) {
        static const char *const names[] = { "train_cost", "train_total_gradient_norm", "valid_cost" };

        for (int k = 0; k < (i % 3 == 0 ? 3 : 2); k++) {
            const double x = number(a, i, names[k]), y = number(b, i, names[k]);
            ck_assert_msg(fabs(x - y) <= tolerance * (1 + fabs(x)), "row %d: %s is %.17g and %.17g", (int)i,
                          names[k], x, y);
        }
    }
}

START_TEST(runs_repeat_bit_for_bit_and_resemble_that_of_one_thread)
{
    struct outcome alone;

    run_job(&alone, dtypes[_i], 1, 0);
    for (int threads = 1; threads <= 3; threads++) {
        struct outcome first, again, in_two;

        run_job(&first, dtypes[_i], threads, 0);
        run_job(&again, dtypes[_i], threads, 0);
        run_job(&in_two, dtypes[_i], threads, 5);
        ck_same_rows(&again, &first);
        ck_same_rows(&in_two, &first);
        check_about_equal(&alone, &first, tolerances[_i]);
        bench_fini(&first);
        bench_fini(&again);
        bench_fini(&in_two);
    }
    bench_fini(&alone);
}
END_TEST

START_TEST(checkpoints_tell_the_number_of_threads)
{
    struct outcome outcome;
    char file[128], bytes[4096];
    size_t length, kept = 0;
    bool found = false;
    FILE *stream;

    run_job(&outcome, "float32", 2, 0);
    snprintf(file, sizeof file, "%s/end.tar", outcome.folder);
    stream = fopen(file, "rb");
    ck_assert_ptr_nonnull(stream);
    while ((length = fread(bytes + kept, 1, sizeof bytes - kept, stream)) > 0) {
        found = found || memmem(bytes, kept + length, ", threads 2\"", 12);
        length += kept;
        kept = length < 16 ? length : 16;
        memmove(bytes, bytes + length - kept, kept);
    }
    fclose(stream);
    ck_assert(found);
    bench_fini(&outcome);
}
END_TEST

/* The training step has work for several threads; with two units in each hidden layer it has not. */
static const struct {
    bool small;
    int training_step;
} sizes[] = { { false, 3 }, { true, 1 } };

START_TEST(the_plan_tells_how_many_threads_are_used)
{
    static const struct dataset_source datasets;
    struct text document = { 0 }, plan = { 0 }, expected = { 0 };
    struct error_list errors = { 0 };
    struct definition *definition;
    const char *threads, *found;

    text_format(&document, job, "float32", 3);
    if (sizes[_i].small) {
        char *dims = strstr(document.bytes, "300, 200, 90, 10");
        memcpy(dims, "300,   2,  2, 10", 16);
    }
    definition = definition_read(text_bytes(&document), document.length, &datasets, &errors);
    ck_assert_msg(definition != NULL, "%s", errors.count ? errors.items[0].message : "");
    definition_plan(definition, &plan);
    threads = strstr(text_bytes(&plan), "\"threads\"");
    ck_assert_ptr_nonnull(threads);
    ck_assert_ptr_nonnull(strstr(threads, "\"taken\":\t3"));
    text_format(&expected, "\"training_step\":\t%d", sizes[_i].training_step);
    found = strstr(threads, text_bytes(&expected));
    ck_assert_msg(found != NULL, "%.100s", threads);
    definition_free(definition);
    error_list_fini(&errors);
    text_fini(&document);
    text_fini(&plan);
    text_fini(&expected);
}
END_TEST

Suite *threads_suite(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");

    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, runs_repeat_bit_for_bit_and_resemble_that_of_one_thread, 0, 2);
    tcase_add_loop_test(tests, the_plan_tells_how_many_threads_are_used, 0,
                        (int)(sizeof sizes / sizeof *sizes));
    tcase_add_test(tests, checkpoints_tell_the_number_of_threads);
    suite_add_tcase(suite, tests);
    return suite;
}
