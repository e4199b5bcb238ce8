/* tests/definition/test_streams.c -- streams of whole jobs: functions of transformers, labels that are none,
 * and every error at once. */
#include <stdlib.h>
#include <string.h>

#include "engine/run.h"
#include "tests/definition/suites.h"

/* A job over 40 made-up examples of 3 classes, with the members of its stream; quotes are single ones. */
static struct definition *read_job(const char *stream, const char *cost, struct error_list *errors)
{
    struct text text = { 0 };
    struct definition *definition;

    text_format(&text,
                "{'data_streams': {'train': {'dataset': {'type': 'synthetic', 'examples': 40,"
                " 'sources': {'features': {'shape': [4]}, 'targets': {'classes': 3}}}, %s}},"
                "'bricks': {'mlp': {'type': 'MLP', 'activations': ['Softmax'], 'dims': [4, 3],"
                " 'weights_init': {'type': 'IsotropicGaussian'}, 'biases_init': {'type': 'Constant',"
                " 'constant': 0}}}, 'variables': {'cost': '%s'},"
                "'algorithm': {'type': 'GradientDescent', 'cost': 'cost'},"
                "'extensions': [{'type': 'TrainingDataMonitoring', 'variables': ["
                "{'name': 'largest', 'variable': 'max(targets)', 'aggregation': 'maximum'}],"
                " 'after_epoch': true}, {'type': 'FinishAfter', 'after_n_epochs': 1}]}",
                stream, cost);
    for (char *at = text.bytes; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    definition = definition_read(text.bytes, text.length, NULL, errors);
    text_fini(&text);
    return definition;
}

struct seen {
    double largest;
    int64_t iterations;
};

static bool note(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    struct seen *seen = context;

    (void)err;
    for (size_t i = 0; i < count; i++)
        if (strcmp(records[i].name, "largest") == 0) {
            ck_assert(value_as_real(records[i].value, &seen->largest));
            seen->iterations = (int64_t)records[i].iteration;
        }
    return true;
}

static enum run_outcome train(struct definition *definition, struct seen *seen, struct error *err)
{
    const struct sink sink = { .context = seen, .records = note };
    struct control control = { 0 };
    struct run *run = run_new(definition, &(struct run_options){ .sink = &sink, .control = &control }, err);
    enum run_outcome outcome;

    ck_assert_msg(run, "%s", err->message);
    outcome = run_train(run, err);
    run_free(run);
    definition_free(definition);
    return outcome;
}

#define COST "CategoricalCrossEntropy(targets, mlp(features))"
#define EXAMPLES(predicate)                                                                                  \
    "'iteration_scheme': {'type': 'SequentialExampleScheme'}, 'transformers': [{'type': 'Filter',"           \
    " 'predicate': '" predicate "'}, {'type': 'Batch', 'iteration_scheme': {'type': 'ConstantScheme',"       \
    " 'batch_size': 8}}]"

#define SCHEME "'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 8}"
#define FOLD(num_folds, fold, part)                                                                          \
    "'cross_validation': {'num_folds': " #num_folds ", 'fold': " #fold ", 'part': '" part "'}"

static struct definition *read_good(const char *stream, const char *cost)
{
    struct error_list errors = { 0 };
    struct definition *definition = read_job(stream, cost, &errors);

    ck_assert_msg(definition, "%s: %s", errors.items[0].pointer, errors.items[0].message);
    return definition;
}

START_TEST(a_predicate_sees_the_example)
{
    struct seen seen = { 0 };
    struct error err = { 0 };

    ck_assert_int_eq(
        train(read_good(EXAMPLES("function(e) return e.targets[1] < 2 and #e.features == 4 end"), COST),
              &seen, &err),
        RUN_FINISHED);
    ck_assert_double_eq(seen.largest, 1);
    ck_assert_int_lt(seen.iterations, 5); /* 5 batches are all the examples */
}
END_TEST

static const struct {
    const char *stream;
    int64_t iterations; /* batches of 8 */
} folds[] = {
    { SCHEME ", " FOLD(5, 1, "train"), 4 },
    { SCHEME ", " FOLD(5, 1, "valid"), 1 },
    { SCHEME ", 'examples': [0, 32], " FOLD(4, 3, "train"), 3 },
};

START_TEST(a_job_trains_on_its_part_of_the_examples)
{
    struct seen seen = { 0 };
    struct error err = { 0 };

    ck_assert_int_eq(train(read_good(folds[_i].stream, COST), &seen, &err), RUN_FINISHED);
    ck_assert_int_eq(seen.iterations, folds[_i].iterations);
}
END_TEST

static const struct {
    const char *stream, *cost, *message;
} failing[] = {
    { EXAMPLES("function(e) return e.nothing[1] end"), COST,
      "attempt to index a nil value (field 'nothing')" },
    { EXAMPLES("function(e) while true do end end"), COST, "instructions were used" },
    { "'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 8}",
      "CategoricalCrossEntropy(sum(features, 1) * 0 / 0, mlp(features))",
      "nan in row 0 is not a whole number" },
    { "'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 8}",
      "CategoricalCrossEntropy(targets + 0.5, mlp(features))", "is not a whole number, as labels are" },
};

START_TEST(what_fails_while_reading_ends_the_job)
{
    struct seen seen = { 0 };
    struct error err = { 0 };

    ck_assert_int_eq(train(read_good(failing[_i].stream, failing[_i].cost), &seen, &err), RUN_FAILED);
    ck_assert_msg(strstr(err.message, failing[_i].message), "%s", err.message);
    if (strstr(failing[_i].stream, "predicate"))
        ck_assert_str_eq(err.pointer, "/data_streams/train/transformers/0/predicate");
}
END_TEST

static const struct {
    const char *stream, *pointers;
} refused[] = {
    { "'examples': [5, 2], 'sources': ['a'], 'shuffle': true, 'iteration_scheme': {'type': "
      "'SequentialScheme',"
      " 'batch_size': 0}, 'transformers': [{'type': 'Cast', 'dtype': 'int7'}]",
      "/data_streams/train/examples /data_streams/train/iteration_scheme/batch_size"
      " /data_streams/train/shuffle /data_streams/train/sources/0 "
      "/data_streams/train/transformers/0/dtype " },
    { EXAMPLES("function() return true end"), "/data_streams/train/transformers/0/predicate " },
    { SCHEME ", 'cross_validation': 5", "/data_streams/train/cross_validation " },
    { SCHEME ", 'cross_validation': {'num_folds': 0, 'part': 'test', 'k': 1}",
      "/data_streams/train/cross_validation/fold /data_streams/train/cross_validation/k"
      " /data_streams/train/cross_validation/num_folds /data_streams/train/cross_validation/part " },
    { SCHEME ", 'cross_validation': {'num_folds': 3, 'fold': 0, 'part': 'train'}",
      "/data_streams/train/cross_validation/num_folds " },
    { EXAMPLES("function(e"), "/data_streams/train/transformers/0/predicate " },
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct error *)a)->pointer, ((const struct error *)b)->pointer);
}

START_TEST(all_errors_of_a_stream_are_reported_once)
{
    struct error_list errors = { 0 };
    struct text text = { 0 };

    ck_assert_ptr_null(read_job(refused[_i].stream, COST, &errors));
    qsort(errors.items, errors.count, sizeof *errors.items, by_text);
    for (size_t i = 0; i < errors.count; i++)
        text_format(&text, "%s ", errors.items[i].pointer);
    ck_assert_str_eq(text_bytes(&text), refused[_i].pointers);
    text_fini(&text);
    error_list_fini(&errors);
}
END_TEST

Suite *streams_suite(void)
{
    Suite *suite = suite_create("streams");
    TCase *tests = tcase_create("streams");

    tcase_add_test(tests, a_predicate_sees_the_example);
    tcase_add_loop_test(tests, a_job_trains_on_its_part_of_the_examples, 0, COUNT(folds));
    tcase_add_loop_test(tests, what_fails_while_reading_ends_the_job, 0, COUNT(failing));
    tcase_add_loop_test(tests, all_errors_of_a_stream_are_reported_once, 0, COUNT(refused));
    suite_add_tcase(suite, tests);
    return suite;
}
