/* tests/definition/test_threads.c -- whole jobs on several threads: the same bits on every run, and nearly
 * the numbers of one thread. */
#include "tests/definition/suites.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run.h"

/* What differs between the jobs: examples and batches, sources, bricks, variables, the algorithm. */
static const struct job {
    const char *name, *examples, *batch_size, *features, *bricks, *variables, *step_rule;
    double tolerance; /* relative, after one epoch */
} jobs[] = {
    { "an MLP as digits are learned with", "2570", "128", "[196]",
      "\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Tanh\", \"Softmax\"], \"dims\": [196, 125, 10],"
      " \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.05},"
      " \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}",
      "\"cost\": \"CategoricalCrossEntropy(targets, mlp(features))\"",
      "{\"type\": \"Scale\", \"learning_rate\": 0.01}", 1e-5 },
    { "a wide MLP", "320", "64", "[60]",
      "\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Rectifier\", \"Rectifier\", \"Softmax\"],"
      " \"dims\": [60, 1030, 520, 10], \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.05},"
      " \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}",
      "\"cost\": \"CategoricalCrossEntropy(targets, mlp(features))\"",
      "{\"type\": \"Momentum\", \"learning_rate\": 0.01, \"momentum\": 0.5}", 1e-5 },
    { "an LSTM", "300", "70", "[9, 12]",
      "\"rows\": {\"type\": \"Linear\", \"input_dim\": 12, \"output_dim\": 160,"
      " \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.1},"
      " \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}},"
      "\"lstm\": {\"type\": \"LSTM\", \"dim\": 40,"
      " \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.1}},"
      "\"top\": {\"type\": \"MLP\", \"activations\": [\"Softmax\"], \"dims\": [40, 10],"
      " \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.1},"
      " \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}",
      "\"states\": \"lstm(rows(dimshuffle(features, 1, 0, 2)))\","
      "\"cost\": \"CategoricalCrossEntropy(targets, top(at(states, -1)))\"",
      "{\"type\": \"Momentum\", \"learning_rate\": 0.05, \"momentum\": 0.5}", 1e-5 },
};

static char *definition_of(const struct job *job, int threads)
{
    struct text text = { 0 };

    text_format(&text,
                "{\"seed\": 3, \"dtype\": \"float32\", \"threads\": %d, \"data_streams\": {\"train\": {",
                threads);
    text_format(&text,
                "\"dataset\": {\"type\": \"synthetic\", \"examples\": %s, \"seed\": 2,"
                " \"sources\": {\"features\": {\"shape\": %s}, \"targets\": {\"classes\": 10}}},"
                "\"iteration_scheme\": {\"type\": \"ShuffledScheme\", \"batch_size\": %s}}},",
                job->examples, job->features, job->batch_size);
    text_format(&text,
                "\"bricks\": {%s}, \"variables\": {%s},"
                "\"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\", \"step_rule\": %s},",
                job->bricks, job->variables, job->step_rule);
    text_add(&text, "\"extensions\": [{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"],"
                    " \"after_batch\": true}, {\"type\": \"FinishAfter\", \"after_n_epochs\": 1}]}");
    return text_take(&text);
}

/* The costs of all batches, in order. */
struct costs {
    double values[64];
    size_t count;
};

static bool note(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    struct costs *costs = context;

    (void)err;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(records[i].name, "cost") != 0)
            continue;
        ck_assert_uint_lt(costs->count, sizeof costs->values / sizeof *costs->values);
        ck_assert(value_as_real(records[i].value, &costs->values[costs->count++]));
    }
    return true;
}

static struct costs train(const struct job *job, int threads)
{
    char *text = definition_of(job, threads);
    struct error_list errors = { 0 };
    struct definition *definition = definition_read(text, strlen(text), NULL, &errors);
    struct costs costs = { .count = 0 };
    const struct sink sink = { .context = &costs, .records = note };
    struct control control = { 0 };
    struct error err = { 0 };
    struct text plan = { 0 };
    char shared[32];
    struct run *run;

    ck_assert_msg(definition != NULL, "%s: %s: %s", job->name, errors.items[0].pointer,
                  errors.items[0].message);
    definition_plan(definition, &plan);
    snprintf(shared, sizeof shared, "\"training_step\":\t%d", threads);
    ck_assert_msg(strstr(text_bytes(&plan), shared) != NULL, "%s", text_bytes(&plan));
    text_fini(&plan);
    run = run_new(definition, &(struct run_options){ .sink = &sink, .control = &control }, &err);
    ck_assert_msg(run != NULL, "%s: %s", job->name, err.message);
    ck_assert_msg(run_train(run, &err) == RUN_FINISHED, "%s: %s", job->name, err.message);
    run_free(run);
    definition_free(definition);
    free(text);
    return costs;
}

START_TEST(the_same_number_of_threads_gives_the_same_bits)
{
    for (int threads = 1; threads <= 3; threads++) {
        const struct costs first = train(&jobs[_i], threads);

        ck_assert_uint_gt(first.count, 4);
        for (int repeat = 0; repeat < 3; repeat++) {
            const struct costs again = train(&jobs[_i], threads);

            ck_assert_uint_eq(again.count, first.count);
            ck_assert_msg(memcmp(again.values, first.values, first.count * sizeof(double)) == 0, "%s on %d",
                          jobs[_i].name, threads);
        }
    }
}
END_TEST

START_TEST(other_numbers_of_threads_give_nearly_the_same_costs)
{
    const struct costs alone = train(&jobs[_i], 1);

    for (int threads = 2; threads <= 4; threads++) {
        const struct costs together = train(&jobs[_i], threads);

        ck_assert_uint_eq(together.count, alone.count);
        for (size_t i = 0; i < alone.count; i++)
            ck_assert_double_le(fabs(together.values[i] - alone.values[i]),
                                jobs[_i].tolerance * fabs(alone.values[i]));
    }
    /* Something has been learned. */
    ck_assert_double_lt(alone.values[alone.count - 1], alone.values[0]);
}
END_TEST

static void start_engine(void)
{
    struct error err;

    ck_assert_msg(engine_start(NULL, &err), "%s", err.message);
}

Suite *threads_suite(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");
    const int count = (int)(sizeof jobs / sizeof *jobs);

    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, start_engine, NULL);
    tcase_add_loop_test(tests, the_same_number_of_threads_gives_the_same_bits, 0, count);
    tcase_add_loop_test(tests, other_numbers_of_threads_give_nearly_the_same_costs, 0, count);
    suite_add_tcase(suite, tests);
    return suite;
}
