/* tests/scenario/test_upload.c -- datasets come in as files of the usual kinds and can be trained on. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenario/fixture.h"

static void python(const char *script)
{
    char path[256], *printed;

    snprintf(path, sizeof(path), "%s/make.py", kilnd.data);
    FILE *file = fopen(path, "w");
    fputs(script, file);
    fclose(file);
    ck_assert_msg(command(&printed, "cd %s && /usr/bin/python3 make.py", kilnd.data) == 0, "%s", printed);
    free(printed);
}

/* A file that makes.py wrote, or one of tests/data/files. */
static struct answer put(const char *target, const char *name)
{
    const char *source = getenv("KILN_SOURCE") ? getenv("KILN_SOURCE") : ".";
    char path[4096];
    size_t length;

    if (strstr(name, ".hdf5"))
        snprintf(path, sizeof(path), "%s/tests/data/files/%s", source, name);
    else
        snprintf(path, sizeof(path), "%s/%s", kilnd.data, name);
    char *bytes = file_text(path, &length);
    struct answer answer = ask(&kilnd, "PUT", target, bytes, length,
                               (const char *[]){ "Content-Type: application/octet-stream", "Expect:", NULL });
    free(bytes);
    return answer;
}

static void train_on(const char *dataset)
{
    char definition[1024], id[64];

    snprintf(definition, sizeof(definition),
             "{\"data_streams\": {\"train\": {\"dataset\": \"%s\", \"iteration_scheme\": {\"type\": "
             "\"SequentialScheme\", \"batch_size\": 4}}},"
             " \"bricks\": {\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Softmax\"], \"dims\": [3, 2],"
             " \"weights_init\": {\"type\": \"Constant\", \"constant\": 0}, \"biases_init\": {\"type\": "
             "\"Constant\", \"constant\": 0}}},"
             " \"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, mlp(features))\"},"
             " \"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\"},"
             " \"extensions\": [{\"type\": \"FinishAfter\", \"after_n_epochs\": 1}]}",
             dataset);
    job_submit(&kilnd, definition, id);
    cJSON_Delete(job_wait(&kilnd, id, "succeeded"));
}

static const char makes_files[] =
    "import numpy as n, gzip, struct\n"
    "x = n.arange(30, dtype='f4').reshape(10, 3) / 30\n"
    "y = (n.arange(10) % 2).astype('i8')\n"
    "n.savez('both.npz', features=x, targets=y)\n"
    "n.savez_compressed('packed.npz', features=x, targets=y)\n"
    "n.save('x.npy', x)\n"
    "open('y.idx', 'wb').write(struct.pack('>HBBI', 0, 8, 1, 10) + bytes(y.tolist()))\n"
    "gzip.open('y.idx.gz', 'wb').write(open('y.idx', 'rb').read())\n"
    "open('table.csv', 'w').write('a,b,c,label\\n' + ''.join('%g,%g,%g,%d\\n' % (*r, t) for r, t in zip(x, "
    "y)))\n";

START_TEST(every_kind_of_upload_can_be_trained_on)
{
    static const struct {
        const char *target, *file;
    } uploads[] = {
        { "/v1/datasets/whole", "both.npz" },
        { "/v1/datasets/packed", "packed.npz" },
        { "/v1/datasets/fuel", "trains.hdf5" },
        { "/v1/datasets/table?target=label", "table.csv" },
        { "/v1/datasets/parts/sources/features", "x.npy" },
        { "/v1/datasets/parts/sources/targets", "y.idx.gz" },
    };
    static const char *const names[] = { "whole", "packed", "fuel", "table", "parts" };

    python(makes_files);
    for (size_t i = 0; i < sizeof(uploads) / sizeof(uploads[0]); i++) {
        struct answer answer = put(uploads[i].target, uploads[i].file);
        ck_assert_msg(answer.status == 201 || answer.status == 200, "%s: %ld %s", uploads[i].target,
                      answer.status, answer.body);
        answer_free(&answer);
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[128];
        snprintf(path, sizeof(path), "/v1/datasets/%s", names[i]);
        struct answer answer = ask_get(&kilnd, path);
        ck_assert_int_eq(answer.status, 200);
        ck_assert_double_eq(json_number(answer.json, "examples"), 10);
        answer_free(&answer);
        train_on(names[i]);
    }
    struct answer list = ask_get(&kilnd, "/v1/datasets");
    ck_assert_ptr_nonnull(strstr(list.body, "\"digits\""));
    ck_assert_ptr_nonnull(strstr(list.body, "\"packed\""));
    answer_free(&list);
}
END_TEST

START_TEST(a_broken_upload_is_refused_and_leaves_nothing)
{
    static const char *const bodies[] = { "", "PK\003\004 this is no zip", "\x93NUMPY\x01", "a,b\n1,x\n" };

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct answer answer =
            ask(&kilnd, "PUT", "/v1/datasets/broken?target=b", bodies[i], strlen(bodies[i]),
                (const char *[]){ "Content-Type: application/octet-stream", NULL });
        ck_assert_msg(answer.status == 422 || answer.status == 400, "%zu: %ld %s", i, answer.status,
                      answer.body);
        ck_assert_ptr_nonnull(strstr(answer.headers, "application/problem+json"));
        answer_free(&answer);
    }
    struct answer answer = ask_get(&kilnd, "/v1/datasets/broken");
    ck_assert_int_eq(answer.status, 404);
    answer_free(&answer);
}
END_TEST

/* Whether the first number of the last vector of each sequence is positive: to be learnt through a mask. */
static const char recurrent[] =
    "{\"name\": \"sequences\", \"seed\": 1, \"data_streams\": {\"train\": {\"dataset\": \"sequences\", "
    "\"iteration_scheme\": {\"type\": \"ShuffledScheme\", \"batch_size\": 7}, \"transformers\": "
    "[{\"type\": \"Padding\", \"mask_sources\": [\"features\"]}]}}, \"bricks\": {\"encoder\": {\"type\": "
    "\"Linear\", \"input_dim\": 3, \"output_dim\": 8, \"weights_init\": {\"type\": "
    "\"IsotropicGaussian\", \"std\": 0.3}, \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}, "
    "\"rnn\": {\"type\": \"SimpleRecurrent\", \"dim\": 8, \"activation\": \"Tanh\", \"weights_init\": "
    "{\"type\": \"Orthogonal\"}, \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}, \"top\": "
    "{\"type\": \"MLP\", \"activations\": [\"Softmax\"], \"dims\": [8, 2], \"weights_init\": {\"type\": "
    "\"IsotropicGaussian\", \"std\": 0.3}, \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}}, "
    "\"variables\": {\"states\": \"rnn(encoder(dimshuffle(features, 1, 0, 2)), {mask = "
    "dimshuffle(features_mask, 1, 0)})\", \"probabilities\": \"top(at(states, -1))\", \"cost\": "
    "\"CategoricalCrossEntropy(targets, probabilities)\", \"error_rate\": "
    "\"MisclassificationRate(targets, probabilities)\"}, \"algorithm\": {\"type\": "
    "\"GradientDescent\", \"cost\": \"cost\", \"step_rule\": {\"type\": \"Adam\", \"learning_rate\": "
    "0.01}}, \"extensions\": [{\"type\": \"DataStreamMonitoring\", \"variables\": [\"cost\", "
    "\"error_rate\"], \"data_stream\": \"train\", \"prefix\": \"all\"}, {\"type\": \"FinishAfter\", "
    "\"after_n_epochs\": 60}]}";

START_TEST(sequences_of_all_lengths_are_learnt)
{
    struct answer answer = put("/v1/datasets/sequences", "sequences.hdf5");
    double error_rate = 1;
    char id[64];

    ck_assert_msg(answer.status == 201, "%ld %s", answer.status, answer.body);
    ck_assert_ptr_nonnull(strstr(answer.body, "\"shape\":[60,7,3],\"ragged\":true"));
    answer_free(&answer);
    job_submit(&kilnd, recurrent, id);
    cJSON_Delete(job_wait(&kilnd, id, "succeeded"));

    cJSON *log = job_log(&kilnd, id), *row;
    cJSON_ArrayForEach(row, log)
    {
        const cJSON *records = cJSON_GetObjectItem(row, "records");
        if (cJSON_HasObjectItem(records, "all_error_rate"))
            error_rate = json_number(records, "all_error_rate");
    }
    ck_assert_double_eq(error_rate, 0);
    cJSON_Delete(log);
}
END_TEST

/* crash.hdf5 makes libhdf5 1.10 read where there is no memory: the service does not notice. */
START_TEST(hdf5_files_that_cannot_be_read_are_refused)
{
    static const struct {
        const char *file, *part;
    } uploads[] = {
        { "crash.hdf5", "libhdf5" },
        { "refused_text.hdf5", "source \\\"x\\\": it holds texts" },
        { "refused_huge.hdf5", "limit_exceeded" },
    };

    for (size_t i = 0; i < sizeof(uploads) / sizeof(uploads[0]); i++) {
        struct answer answer = put("/v1/datasets/broken", uploads[i].file);
        ck_assert_msg(answer.status == 422, "%zu: %ld %s", i, answer.status, answer.body);
        ck_assert_msg(strstr(answer.body, uploads[i].part) != NULL, "%s", answer.body);
        answer_free(&answer);
    }
    struct answer answer = ask_get(&kilnd, "/v1/datasets/broken");
    ck_assert_int_eq(answer.status, 404);
    answer_free(&answer);
}
END_TEST

Suite *upload_suite(void)
{
    Suite *suite = suite_create("upload");
    TCase *tests = scenario_case("upload", 1);

    tcase_add_test(tests, every_kind_of_upload_can_be_trained_on);
    tcase_add_test(tests, a_broken_upload_is_refused_and_leaves_nothing);
    tcase_add_test(tests, sequences_of_all_lengths_are_learnt);
    tcase_add_test(tests, hdf5_files_that_cannot_be_read_are_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
