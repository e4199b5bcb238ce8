/* tests/scenario/test_definition.c -- a wrong definition gets all its errors at once, from the server and
 * from check. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenario/fixture.h"

/* Six different mistakes, one a line from line 2 on. */
static const char mistakes[] =
    "{\"data_streams\": {\"train\": {\"dataset\": \"digits\",\n"
    "  \"iteration_scheme\": {\"type\": \"ShuffledScheme\", \"batch_size\": 0}}},\n"
    " \"bricks\": {\"mlp\": {\"type\": \"MLPP\", \"activations\": [\"Softmax\"], \"dims\": [64, 10]}},\n"
    " \"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, features\"},\n"
    " \"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\", \"step_rule\": {\"type\": \"Adam\", "
    "\"learning_rat\": 1}},\n"
    " \"extensions\": [{\"type\": \"FinishAfter\", \"after_n_epochs\": \"two\"},\n"
    "  {\"type\": \"TrackTheBest\"}]}\n";

static const struct {
    const char *pointer, *code;
    int line;
} expected[] = {
    { "/data_streams/train/iteration_scheme/batch_size", "out_of_range", 2 },
    { "/bricks/mlp/type", "unknown_type", 3 },
    { "/variables/cost", "syntax", 4 },
    { "/algorithm/step_rule/learning_rat", "unknown_member", 5 },
    { "/extensions/0/after_n_epochs", "wrong_type", 6 },
    { "/extensions/1/record_name", "missing_member", 7 },
};

START_TEST(every_mistake_is_an_error_with_its_place_and_a_hint)
{
    struct answer answer = ask_json(&kilnd, "POST", "/v1/jobs", mistakes);
    const cJSON *errors = cJSON_GetObjectItem(answer.json, "errors"), *error;

    ck_assert_int_eq(answer.status, 422);
    ck_assert_ptr_nonnull(strstr(answer.headers, "application/problem+json"));
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        bool found = false;
        cJSON_ArrayForEach(error, errors)
        {
            if (strcmp(json_text(error, "pointer"), expected[i].pointer) != 0)
                continue;
            found = true;
            ck_assert_str_eq(json_text(error, "code"), expected[i].code);
            ck_assert_double_eq(json_number(error, "line"), expected[i].line);
            ck_assert_double_gt(json_number(error, "column"), 0);
            ck_assert(*json_text(error, "message"));
            ck_assert_msg(*json_text(error, "hint"), "no hint for %s", expected[i].pointer);
        }
        ck_assert_msg(found, "no error at %s in %s", expected[i].pointer, answer.body);
    }
    answer_free(&answer);
    struct answer jobs = ask_get(&kilnd, "/v1/jobs");
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(jobs.json, "items")), 0);
    answer_free(&jobs);
}
END_TEST

START_TEST(a_dry_run_answers_with_the_plan_and_creates_nothing)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/examples/digits.json",
             getenv("KILN_SOURCE") ? getenv("KILN_SOURCE") : ".");
    char *definition = file_text(path, NULL);
    struct answer plan = ask_json(&kilnd, "POST", "/v1/jobs?dry_run=true", definition);
    ck_assert_msg(plan.status == 200, "%ld %s", plan.status, plan.body);
    ck_assert_ptr_nonnull(strstr(plan.body, "/mlp/linear_0.W"));
    answer_free(&plan);
    struct answer jobs = ask_get(&kilnd, "/v1/jobs");
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(jobs.json, "items")), 0);
    answer_free(&jobs);
    free(definition);
}
END_TEST

/* Digits row by row: below 4 % of the 297 that are held back, as examples/digits.json. */
START_TEST(the_recurrent_example_learns)
{
    static const char record[] = "\"valid_error_rate\":";
    const char *build = getenv("KILN_BUILD") ? getenv("KILN_BUILD") : "build";
    const char *source = getenv("KILN_SOURCE") ? getenv("KILN_SOURCE") : ".";
    const char *last = NULL;
    char *printed, path[256];

    ck_assert_int_eq(command(&printed, "%s/kilnd run %s/examples/lstm-digits.json --out %s/lstm", build,
                             source, kilnd.data),
                     0);
    free(printed);
    snprintf(path, sizeof(path), "%s/lstm/log.jsonl", kilnd.data);
    char *log = file_text(path, NULL);
    for (const char *next = log; (next = strstr(next, record)) != NULL;)
        last = next += sizeof record - 1;
    ck_assert_ptr_nonnull(last);
    ck_assert_double_lt(strtod(last, NULL), 0.04);
    free(log);
}
END_TEST

START_TEST(check_and_run_speak_to_the_terminal)
{
    const char *build = getenv("KILN_BUILD") ? getenv("KILN_BUILD") : "build";
    const char *source = getenv("KILN_SOURCE") ? getenv("KILN_SOURCE") : ".";
    char *printed, file[256];

    ck_assert_int_eq(command(&printed, "%s/kilnd check %s/examples/digits.json", build, source), 0);
    ck_assert_ptr_nonnull(strstr(printed, "/mlp/linear_0.W"));
    free(printed);

    snprintf(file, sizeof(file), "%s/wrong.json", kilnd.data);
    FILE *out = fopen(file, "w");
    fputs(mistakes, out);
    fclose(out);
    ck_assert_int_eq(command(&printed, "%s/kilnd check %s", build, file), 1);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        ck_assert_msg(strstr(printed, expected[i].pointer) != NULL, "%s is not in %s", expected[i].pointer,
                      printed);
    free(printed);

    ck_assert_int_eq(
        command(&printed, "%s/kilnd run %s/examples/digits.json --out %s/out", build, source, kilnd.data), 0);
    ck_assert_ptr_nonnull(strstr(printed, "TRAINING HAS BEEN FINISHED:"));
    free(printed);
    ck_assert_int_eq(
        command(&printed, "tar -tf %s/out/best.tar && wc -l < %s/out/log.jsonl", kilnd.data, kilnd.data), 0);
    ck_assert_ptr_nonnull(strstr(printed, "_parameters\n_main_loop/manifest.json\n"));
    free(printed);

    ck_assert_int_eq(command(&printed, "%s/kilnd --version", build), 0);
    ck_assert_ptr_nonnull(strstr(printed, "OpenBLAS"));
    free(printed);
    ck_assert_int_eq(command(&printed, "%s/kilnd --help", build), 0);
    ck_assert_ptr_nonnull(strstr(printed, "kilnd check"));
    free(printed);
    ck_assert_int_ne(command(&printed, "%s/kilnd frobnicate", build), 0);
    free(printed);
}
END_TEST

/* A tar as Blocks writes it: an npz under Blocks' names, and a pickle that nobody here reads. */
static const char makes_blocks_tar[] =
    "import io, tarfile, numpy as n\n"
    "W = n.arange(640, dtype='f8').reshape(64, 10) / 1000\n"
    "b = n.linspace(-1, 1, 10)\n"
    "npz = io.BytesIO(); n.savez(npz, **{'|mlp|linear_0.W': W, '|mlp|linear_0.b': b})\n"
    "tar = tarfile.open('out/blocks.tar', 'w')\n"
    "for name, data in (('_parameters', npz.getvalue()), ('_pkl', b'\\x80\\x02N.')):\n"
    "    member = tarfile.TarInfo(name); member.size = len(data); tar.addfile(member, io.BytesIO(data))\n"
    "tar.close()\n";
static const char reads_ours[] =
    "import io, tarfile, numpy as n\n"
    "z = n.load(io.BytesIO(tarfile.open('out/end.tar').extractfile('_parameters').read()))\n"
    "print((z['|mlp|linear_0.W'] == n.arange(640).reshape(64, 10) / 1000).all(),"
    " (z['|mlp|linear_0.b'] == n.linspace(-1, 1, 10)).all())\n";
static const char loads_it[] =
    "{\"dtype\": \"float64\", \"data_streams\": {\"train\": {\"dataset\": \"digits\","
    " \"iteration_scheme\": {\"type\": \"SequentialScheme\", \"batch_size\": 100}}},"
    " \"bricks\": {\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Softmax\"], \"dims\": [64, 10],"
    " \"weights_init\": {\"type\": \"Constant\", \"constant\": 0}, \"biases_init\": {\"type\": \"Constant\", "
    "\"constant\": 0}}},"
    " \"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, mlp(features))\"},"
    " \"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\","
    " \"step_rule\": {\"type\": \"Scale\", \"learning_rate\": 0}},"
    " \"extensions\": [{\"type\": \"Load\", \"path\": \"blocks.tar\"}, {\"type\": \"Checkpoint\", \"path\": "
    "\"end.tar\"},"
    " {\"type\": \"FinishAfter\", \"after_n_batches\": 1}]}";

static void write_file(const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", kilnd.data, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(a_tar_of_blocks_is_loaded)
{
    const char *build = getenv("KILN_BUILD") ? getenv("KILN_BUILD") : "build";
    char *printed;

    write_file("make.py", makes_blocks_tar);
    write_file("read.py", reads_ours);
    write_file("load.json", loads_it);
    ck_assert_msg(command(&printed, "cd %s && mkdir out && /usr/bin/python3 make.py", kilnd.data) == 0, "%s",
                  printed);
    free(printed);
    ck_assert_msg(command(&printed, "%s/kilnd run %s/load.json --out %s/out --quiet", build, kilnd.data,
                          kilnd.data) == 0,
                  "%s", printed);
    free(printed);
    ck_assert_msg(command(&printed, "cd %s && /usr/bin/python3 read.py", kilnd.data) == 0, "%s", printed);
    ck_assert_str_eq(printed, "True True\n");
    free(printed);
}
END_TEST

Suite *definition_suite(void)
{
    Suite *suite = suite_create("definition");
    TCase *tests = scenario_case("definition", 1);

    tcase_add_test(tests, every_mistake_is_an_error_with_its_place_and_a_hint);
    tcase_add_test(tests, a_dry_run_answers_with_the_plan_and_creates_nothing);
    tcase_add_test(tests, check_and_run_speak_to_the_terminal);
    tcase_add_test(tests, the_recurrent_example_learns);
    tcase_add_test(tests, a_tar_of_blocks_is_loaded);
    suite_add_tcase(suite, tests);
    return suite;
}
