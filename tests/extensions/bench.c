/* tests/extensions/bench.c -- see bench.h. */
#include "tests/extensions/bench.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/data/shipped_dataset.h"

static const char job[] =
    "{\"seed\": 7, \"dtype\": \"float64\","
    " \"data_streams\": {"
    "  \"train\": {\"dataset\": {\"type\": \"synthetic\", \"examples\": 20, \"seed\": 1,"
    "    \"sources\": {\"features\": {\"shape\": [3]}, \"targets\": {\"classes\": 2}}},"
    "    \"iteration_scheme\": {\"type\": \"ShuffledScheme\", \"batch_size\": 5}},"
    "  \"valid\": {\"dataset\": {\"type\": \"synthetic\", \"examples\": 12, \"seed\": 2,"
    "    \"sources\": {\"features\": {\"shape\": [3]}, \"targets\": {\"classes\": 2}}},"
    "    \"iteration_scheme\": {\"type\": \"SequentialScheme\", \"batch_size\": 4}}},"
    " \"bricks\": {\"mlp\": {\"type\": \"MLP\", \"activations\": [\"Softmax\"], \"dims\": [3, 2],"
    "   \"weights_init\": {\"type\": \"IsotropicGaussian\", \"std\": 0.1},"
    "   \"biases_init\": {\"type\": \"Constant\", \"constant\": 0}}},"
    " \"shared\": {\"counter\": 0},"
    " \"variables\": {\"cost\": \"CategoricalCrossEntropy(targets, mlp(features))\","
    "   \"error_rate\": \"MisclassificationRate(targets, mlp(features))\"},"
    " \"algorithm\": {\"type\": \"GradientDescent\", \"cost\": \"cost\","
    "   \"step_rule\": {\"type\": \"Scale\", \"learning_rate\": 0.25}},"
    " \"extensions\": [%s, {\"type\": \"FinishAfter\", \"name\": \"end\", \"after_n_epochs\": 3}]}";

static bool open_shipped(void *context, const char *name, struct dataset **out, struct error *err)
{
    (void)context;
    return dataset_open_shipped(name, out, err);
}

static const struct dataset_source datasets = { .open = open_shipped };

char *bench_definition(const char *extensions)
{
    struct text text = { 0 };

    text_format(&text, job, extensions);
    return text_take(&text);
}

/* ---- the sink ---- */

static bool note_records(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    struct outcome *outcome = context;

    (void)err;
    for (size_t i = 0; i < count; i++) {
        text_format(&outcome->rows, "%lld %s ", (long long)records[i].iteration, records[i].name);
        value_to_json(records[i].value, &outcome->rows);
        text_add_char(&outcome->rows, '\n');
    }
    return true;
}

static void note_progress(void *context, const struct run_progress *progress)
{
    struct outcome *outcome = context;

    if (outcome->suspend_at && progress->iterations_done == outcome->suspend_at)
        control_stop(&outcome->control, STOP_SUSPEND);
}

static void note_bar(void *context, const char *line)
{
    struct outcome *outcome = context;

    if (line)
        snprintf(outcome->bar, sizeof outcome->bar, "%s", line);
}

static bool place(void *context, const char *name, bool automatic, char out_file[PATH_MAX], struct error *err)
{
    const struct outcome *outcome = context;

    (void)automatic, (void)err;
    snprintf(out_file, PATH_MAX, "%s/%s", outcome->folder, name);
    return true;
}

static bool find(void *context, const char *name, char out_file[PATH_MAX], struct error *err)
{
    place(context, name, false, out_file, err);
    return access(out_file, R_OK) == 0 || RAISE(err, ERROR_NOT_FOUND, NULL, "there is no \"%s\"", name);
}

static struct run *open_run(struct outcome *outcome, const struct sink *sink)
{
    const struct run_options options = { .sink = sink, .control = &outcome->control };
    struct run *run = run_new(outcome->definition, &options, &outcome->err);

    ck_assert_msg(run != NULL, "%s", outcome->err.message);
    return run;
}

static struct sink sink_of(struct outcome *outcome)
{
    return (struct sink){ .context = outcome,
                          .records = note_records,
                          .progress_bar = note_bar,
                          .progress = note_progress,
                          .checkpoint_place = place,
                          .checkpoint_find = find };
}

static void start_engine(void)
{
    struct error err;

    if (!engine_start(NULL, &err))
        ck_abort_msg("%s", err.message);
}

static void prepare(struct outcome *outcome, const char *document)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* Jobs of one test may run side by side. */
    struct error_list errors = { 0 };

    ck_assert_int_eq(pthread_once(&once, start_engine), 0);
    *outcome = (struct outcome){ .folder = "/tmp/kiln-extensions.XXXXXX" };
    ck_assert_ptr_nonnull(mkdtemp(outcome->folder));
    outcome->definition = definition_read(document, strlen(document), &datasets, &errors);
    ck_assert_msg(outcome->definition != NULL, "%s: %s", errors.count ? errors.items[0].pointer : "",
                  errors.count ? errors.items[0].message : "");
    error_list_fini(&errors);
}

void bench_train(struct outcome *outcome, const char *document)
{
    struct sink sink = sink_of(outcome);
    struct run *run;

    prepare(outcome, document);
    run = open_run(outcome, &sink);
    outcome->outcome = run_train(run, &outcome->err);
    run_free(run);
}

void bench_run(struct outcome *outcome, const char *extensions)
{
    char *document = bench_definition(extensions);

    bench_train(outcome, document);
    free(document);
}

static void restore(struct outcome *outcome, struct run *run, const char *folder, const char *name,
                    enum run_restore how)
{
    char file[128];

    snprintf(file, sizeof file, "%s/%s", folder, name);
    if (!run_restore(run, file, how, &outcome->err))
        ck_abort_msg("%s: %s", file, outcome->err.message);
}

void bench_train_in_two(struct outcome *outcome, const char *document, int64_t iterations)
{
    struct sink sink = sink_of(outcome);
    struct run *run;

    prepare(outcome, document);
    outcome->suspend_at = iterations;
    run = open_run(outcome, &sink);
    outcome->outcome = run_train(run, &outcome->err);
    ck_assert_msg(outcome->outcome == RUN_SUSPENDED, "outcome %d: %s", outcome->outcome,
                  outcome->err.message);
    if (!run_save(run, &outcome->err))
        ck_abort_msg("%s", outcome->err.message);
    run_free(run);
    outcome->suspend_at = 0;
    atomic_store(&outcome->control.stop, STOP_NONE);
    run = open_run(outcome, &sink);
    restore(outcome, run, outcome->folder, "_autosave.tar", RESTORE_CONTINUE);
    outcome->outcome = run_train(run, &outcome->err);
    run_free(run);
}

void bench_run_in_two(struct outcome *outcome, const char *extensions, int64_t iterations)
{
    char *document = bench_definition(extensions);

    bench_train_in_two(outcome, document, iterations);
    free(document);
}

void bench_resume(struct outcome *outcome, const struct outcome *first, const char *extensions,
                  const char *name)
{
    char *document = bench_definition(extensions);
    struct sink sink = sink_of(outcome);
    struct run *run;

    prepare(outcome, document);
    free(document);
    run = open_run(outcome, &sink);
    restore(outcome, run, first->folder, name, RESTORE_RESUME);
    outcome->outcome = run_train(run, &outcome->err);
    run_free(run);
}

void bench_fini(struct outcome *outcome)
{
    char command[sizeof outcome->folder + 16];

    snprintf(command, sizeof command, "rm -rf '%s'", outcome->folder);
    ck_assert_int_eq(system(command), 0);
    definition_free(outcome->definition);
    text_fini(&outcome->rows);
}

const char *bench_record(const struct outcome *outcome, int64_t iteration, const char *name, char out[256])
{
    char start[128];
    const char *found = NULL;

    snprintf(start, sizeof start, "%lld %s ", (long long)iteration, name);
    for (const char *line = text_bytes(&outcome->rows); *line; line += strcspn(line, "\n") + 1)
        if (strncmp(line, start, strlen(start)) == 0)
            found = line + strlen(start); /* The last one counts. */
    if (!found)
        return NULL;
    snprintf(out, 256, "%.*s", (int)strcspn(found, "\n"), found);
    return out;
}

void bench_expect(const struct outcome *outcome, const struct expected_record *records, size_t count_max)
{
    for (size_t i = 0; i < count_max && records[i].name; i++) {
        const struct expected_record *record = &records[i];
        char text[256];

        if (record->value)
            ck_record(outcome, record->iteration, record->name, record->value);
        else
            ck_assert_msg(!bench_record(outcome, record->iteration, record->name, text), "row %d has %s",
                          (int)record->iteration, record->name);
    }
}

void bench_refused(const char *extensions, const char *pointer, const char *fragment)
{
    struct error_list errors = { 0 };
    char *text = bench_definition(extensions);
    struct definition *definition = definition_read(text, strlen(text), &datasets, &errors);
    bool found = false;

    ck_assert_msg(definition == NULL, "not refused: %s", extensions);
    for (size_t i = 0; i < errors.count; i++) {
        found |= strcmp(errors.items[i].pointer, pointer) == 0 && strstr(errors.items[i].message, fragment);
        ck_assert_msg(*errors.items[i].hint, "no hint for: %s", errors.items[i].message);
    }
    ck_assert_msg(found, "%s: the first error is %s: %s", extensions, errors.items[0].pointer,
                  errors.items[0].message);
    error_list_fini(&errors);
    free(text);
}

cJSON *bench_plan(char *document)
{
    struct text plan = { 0 };
    struct error_list errors = { 0 };
    struct definition *definition = definition_read(document, strlen(document), &datasets, &errors);
    cJSON *json;

    ck_assert_msg(definition != NULL, "%s: %s: %s", document, errors.count ? errors.items[0].pointer : "",
                  errors.count ? errors.items[0].message : "");
    definition_plan(definition, &plan);
    json = cJSON_Parse(text_bytes(&plan));
    ck_assert_ptr_nonnull(json);
    definition_free(definition);
    error_list_fini(&errors);
    text_fini(&plan);
    free(document);
    return json;
}

void bench_check_number(const cJSON *object, const char *name, int expected)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, name);

    if (expected < 0)
        ck_assert(cJSON_IsNull(number));
    else
        ck_assert_int_eq(number->valueint, expected);
}
