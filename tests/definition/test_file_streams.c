/* tests/definition/test_file_streams.c -- jobs whose examples are in a file, which is read once. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/definition/definition.h"
#include "engine/run.h"
#include "tests/definition/suites.h"

#define STREAM(name, path, target, examples)                                                                 \
    "'" name "': {'dataset': {'type': 'file', 'path': '" path "', 'target': '" target                        \
    "'}, 'examples': " examples ", 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2}}"

/* A job that trains on the stream "train" of these. */
#define JOB(streams)                                                                                         \
    "{'data_streams': {" streams "}, 'data_stream': 'train', 'bricks': {'mlp': {'type': 'MLP',"              \
    " 'activations': ['Softmax'], 'dims': [3, 3], 'weights_init': {'type': 'IsotropicGaussian'},"            \
    " 'biases_init': {'type': 'Constant', 'constant': 0}}},"                                                 \
    " 'variables': {'cost': 'CategoricalCrossEntropy(targets, mlp(features))'},"                             \
    " 'algorithm': {'type': 'GradientDescent', 'cost': 'cost'},"                                             \
    " 'extensions': [{'type': 'FinishAfter', 'after_n_epochs': 1}]}"

static void write_table(char *path)
{
    static const char table[] = "1,2,0,1\n3,4,1,0\n5,6,2,0\n7,8,0,2\n";
    const int file = mkstemp(path);

    ck_assert_int_eq(write(file, table, strlen(table)), (int)strlen(table));
    ck_assert_int_eq(close(file), 0);
}

/* Quotes are single ones. */
static struct definition *read_job(const char *json, struct error_list *errors)
{
    const struct dataset_source files = { .files_allowed = true };
    struct text text = { 0 };
    struct definition *definition;

    text_add(&text, json);
    for (char *at = text.bytes; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    definition = definition_read(text.bytes, text.length, &files, errors);
    text_fini(&text);
    return definition;
}

static enum run_outcome train(const struct definition *definition)
{
    const struct sink sink = { 0 };
    struct control control = { 0 };
    struct error err = { 0 };
    struct run *run = run_new(definition, &(struct run_options){ .sink = &sink, .control = &control }, &err);
    enum run_outcome outcome;

    ck_assert_msg(run, "%s", err.message);
    outcome = run_train(run, &err);
    run_free(run);
    return outcome;
}

/* The file is gone when training begins. */
START_TEST(a_file_is_read_once_for_all_streams)
{
    char path[] = "/tmp/kiln-table-XXXXXX";
    struct error_list errors = { 0 };
    struct definition *definition;
    struct text job = { 0 };

    write_table(path);
    text_format(&job,
                JOB(STREAM("train", "%s", "3", "[0, 3]") "," STREAM("valid", "%s", "3", "[3, 4]") "," STREAM(
                    "other", "%s", "4", "[0, 4]")),
                path, path, path);
    definition = read_job(text_bytes(&job), &errors);
    unlink(path);
    ck_assert_msg(definition, "%s", errors.count ? errors.items[0].message : "");
    ck_assert_ptr_eq(definition->streams[0].dataset, definition->streams[1].dataset);
    ck_assert_ptr_ne(definition->streams[0].dataset, definition->streams[2].dataset);
    ck_assert_int_eq(train(definition), RUN_FINISHED);
    definition_free(definition);
    text_fini(&job);
}
END_TEST

/* One error for each stream that names it. */
START_TEST(a_file_that_is_not_there_is_reported_everywhere)
{
    struct error_list errors = { 0 };

    ck_assert_ptr_null(read_job(JOB(STREAM("train", "/nowhere/a.csv", "3",
                                           "[0, 3]") "," STREAM("valid", "/nowhere/a.csv", "3", "[3, 4]")),
                                &errors));
    ck_assert_uint_eq(errors.count, 2);
    ck_assert_str_eq(errors.items[0].pointer, "/data_streams/train/dataset/path");
    ck_assert_str_eq(errors.items[1].pointer, "/data_streams/valid/dataset/path");
    error_list_fini(&errors);
}
END_TEST

Suite *file_streams_suite(void)
{
    Suite *suite = suite_create("file_streams");
    TCase *tests = tcase_create("file_streams");

    tcase_add_test(tests, a_file_is_read_once_for_all_streams);
    tcase_add_test(tests, a_file_that_is_not_there_is_reported_everywhere);
    suite_add_tcase(suite, tests);
    return suite;
}
