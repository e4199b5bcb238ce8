/* tests/conformance/numeric_training.c -- whole trainings: the case becomes a job definition like any other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/definition/assembly.h"
#include "engine/definition/read.h"
#include "tests/conformance/job.h"
#include "tests/conformance/members.h"
#include "tests/conformance/numeric.h"
#include "tests/conformance/python_expression.h"

static cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* ---- Data ---- */

static bool add_source(struct dataset *dataset, const char *name, const cJSON *lists, struct error *err)
{
    struct tensor tensor;
    struct array array;
    bool added;

    if (!numeric_tensor(lists, &tensor))
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "%s are not understood", name);
    added = array_new(tensor.dtype, &tensor.shape, DATASET_BYTES_MAX, &array, err);
    if (added) {
        memcpy(array.tensor.data, tensor.data, tensor_bytes(&tensor));
        added = dataset_add(dataset, name, &array, err);
    }
    free(tensor.data);
    return added;
}

static bool open_dataset(void *context, const char *name, struct dataset **out, struct error *err)
{
    const cJSON *json = context, *data = strcmp(name, "valid") == 0 ? get(json, "valid") : json;
    struct dataset *dataset = dataset_new();

    if (!add_source(dataset, "features", get(data, "features"), err) ||
        !add_source(dataset, "targets", get(data, "targets"), err)) {
        dataset_unref(dataset);
        return false;
    }
    *out = dataset;
    return true;
}

/* ---- The definition ---- */

static cJSON *stream_json(const char *dataset, cJSON *scheme)
{
    cJSON *stream = cJSON_CreateObject();

    cJSON_AddStringToObject(stream, "dataset", dataset);
    cJSON_AddItemToObject(stream, "iteration_scheme", scheme);
    return stream;
}

static void add_streams(cJSON *definition, const cJSON *json)
{
    cJSON *streams = cJSON_AddObjectToObject(definition, "data_streams");
    cJSON *scheme = numeric_flatten(get(json, "scheme")), *valid = cJSON_CreateObject();
    const cJSON *of_scheme = get(scheme, "seed"), *of_case = get(json, "seed");
    double seed = of_scheme ? of_scheme->valuedouble : of_case ? of_case->valuedouble : -1;

    cJSON_DeleteItemFromObjectCaseSensitive(scheme, "seed");
    if (seed >= 0 && strncmp(job_at(scheme, "type", ""), "Shuffled", strlen("Shuffled")) == 0 &&
        !get(scheme, "rng"))
        cJSON_AddNumberToObject(scheme, "rng", seed);
    cJSON_AddStringToObject(valid, "type", "SequentialScheme");
    cJSON_AddNumberToObject(valid, "batch_size", job_number(get(json, "valid"), "batch_size", 1));
    cJSON_AddItemToObject(streams, "train", stream_json("train", scheme));
    cJSON_AddItemToObject(streams, "valid", stream_json("valid", valid));
}

static void add_net(cJSON *definition, const cJSON *json)
{
    cJSON *net = cJSON_AddObjectToObject(cJSON_AddObjectToObject(definition, "bricks"), "mlp"), *dims, *list,
          *zero;
    const cJSON *parameters = get(json, "parameters"), *activation;
    int layers = 0;

    cJSON_AddStringToObject(net, "type", "MLP");
    list = cJSON_AddArrayToObject(net, "activations");
    dims = cJSON_AddArrayToObject(net, "dims");
    cJSON_ArrayForEach(activation, get(json, "activations"))
    {
        char name[64];
        const cJSON *weights;

        snprintf(name, sizeof name, "/mlp/linear_%d.W", layers);
        weights = get(parameters, name);
        if (layers++ == 0)
            cJSON_AddItemToArray(dims, cJSON_CreateNumber(cJSON_GetArraySize(weights)));
        cJSON_AddItemToArray(dims, cJSON_CreateNumber(cJSON_GetArraySize(weights->child)));
        cJSON_AddItemToArray(list,
                             cJSON_IsNull(activation) ? cJSON_CreateNull() : numeric_flatten(activation));
    }
    zero = cJSON_CreateObject();
    cJSON_AddStringToObject(zero, "type", "Constant");
    cJSON_AddNumberToObject(zero, "constant", 0);
    cJSON_AddItemToObject(net, "weights_init", zero);
    cJSON_AddItemToObject(net, "biases_init", cJSON_Duplicate(zero, true));
    if (!get(parameters, "/mlp/linear_0.b"))
        cJSON_AddFalseToObject(net, "use_bias");
}

static void add_variables(cJSON *definition, const cJSON *json)
{
    cJSON *variables = cJSON_AddObjectToObject(definition, "variables");
    double penalty = job_number(json, "l2_on_weights", 0);
    struct text cost = { 0 };
    const cJSON *parameter;
    const char *name = job_at(json, "cost", job_at(get(json, "cost"), "type", ""));
    char digits[REAL_TEXT_BYTES];

    text_format(&cost, "%s(targets, prediction)", name);
    real_to_text(penalty, digits);
    cJSON_ArrayForEach(parameter, get(json, "parameters"))
    {
        size_t length = strlen(parameter->string);

        if (penalty != 0 && strcmp(parameter->string + length - 2, ".W") == 0)
            text_format(&cost, " + %s * sum(sqr(param('%s')))", digits, parameter->string);
    }
    cJSON_AddStringToObject(variables, "prediction", "mlp(features)");
    cJSON_AddStringToObject(variables, "cost", text_bytes(&cost));
    text_fini(&cost);
}

static cJSON *add_extension(cJSON *extensions, const char *type)
{
    cJSON *extension = cJSON_CreateObject();

    cJSON_AddStringToObject(extension, "type", type);
    cJSON_AddItemToArray(extensions, extension);
    return extension;
}

/* Where the rule has its learning rate: itself, or the first of its components that has one. */
static void rate_path(const cJSON *rule, struct text *out)
{
    static const char *const without[] = { "BasicMomentum",    "AdaDelta",     "BasicRMSProp",
                                           "StepClipping",     "Restrict",     "RemoveNotFinite",
                                           "VariableClipping", "CompositeRule" };
    const cJSON *component;
    int index = 0;

    text_add(out, "algorithm.step_rule");
    cJSON_ArrayForEach(component, get(rule, "components"))
    {
        bool has_none = false;

        for (size_t i = 0; i < COUNT(without); i++)
            has_none |= strcmp(job_at(component, "type", ""), without[i]) == 0;
        if (!has_none) {
            text_format(out, ".components[%d]", index);
            break;
        }
        index++;
    }
    text_add(out, ".learning_rate");
}

/* The arithmetic of a modification and its parameters: a text alone is of n and old, a number alone or called
 * a factor multiplies.  Its members may stand in "args". */
static bool modification(const cJSON *modifier, cJSON **out_params, struct text *out, struct verdict *verdict)
{
    static spellings functions = { "function", "~express", "~func", NULL };
    static spellings factors = { "~factor", "~multipl", "~scale", NULL };
    static spellings others = { "params", "num_args", "args", "parameter", "type", NULL };
    const cJSON *args = get(modifier, "args");
    const cJSON *from = cJSON_IsObject(args) ? args : modifier, *params = get(from, "params");
    const cJSON *function = cJSON_IsString(modifier) ? modifier : member_of(from, functions);
    const cJSON *factor = cJSON_IsNumber(modifier) ? modifier : member_of(from, factors);
    char digits[REAL_TEXT_BYTES];

    *out_params = cJSON_IsArray(params) ? cJSON_Duplicate(params, true) : cJSON_Parse("[\"n\", \"old\"]");
    members_note_unread(from, (const char *const *const[]){ functions, factors, others, NULL },
                        "modify_learning_rate", verdict);
    if (cJSON_IsString(function)) {
        text_add(out, function->valuestring);
    } else if (cJSON_IsNumber(factor)) {
        real_to_text(factor->valuedouble, digits);
        text_format(out, "old * %s", digits);
    } else if (modifier && !cJSON_IsNull(modifier)) {
        verdict_fail(verdict, "modify_learning_rate is not understood");
    }
    return out->length > 0;
}

static void add_modifier(cJSON *extensions, const cJSON *json, const cJSON *rule, struct verdict *verdict)
{
    const cJSON *modifier = get(json, "modify_learning_rate");
    struct text path = { 0 }, lua = { 0 }, body = { 0 };
    cJSON *params, *extension;

    if (modification(modifier, &params, &body, verdict)) {
        extension = add_extension(extensions, "SharedVariableModifier");
        rate_path(rule, &path);
        if (!python_function_to_lua(text_bytes(&body), params, &lua))
            verdict_fail(verdict, "the function \"%.200s\" is not understood", text_bytes(&body));
        cJSON_AddStringToObject(extension, "parameter", text_bytes(&path));
        cJSON_AddStringToObject(extension, "function", text_bytes(&lua));
        if (cJSON_IsNumber(get(modifier, "num_args")))
            cJSON_AddNumberToObject(extension, "num_args", get(modifier, "num_args")->valuedouble);
    }
    text_fini(&path);
    text_fini(&lua);
    text_fini(&body);
    cJSON_Delete(params);
}

static void add_monitoring(cJSON *extensions, const char *type, const char *names, const char *prefix,
                           const char *trigger)
{
    cJSON *extension = add_extension(extensions, type);

    cJSON_AddItemToObject(extension, "variables", cJSON_Parse(names));
    cJSON_AddStringToObject(extension, "prefix", prefix);
    if (trigger)
        cJSON_AddTrueToObject(extension, trigger);
    else
        cJSON_AddStringToObject(extension, "data_stream", "valid");
}

static char *definition_text(const cJSON *json, struct verdict *verdict)
{
    cJSON *definition = cJSON_CreateObject(), *algorithm, *extensions;
    cJSON *rule = numeric_flatten(get(json, "step_rule"));
    char *text;

    cJSON_AddStringToObject(definition, "dtype", "float64");
    add_streams(definition, json);
    add_net(definition, json);
    add_variables(definition, json);
    algorithm = cJSON_AddObjectToObject(definition, "algorithm");
    cJSON_AddStringToObject(algorithm, "type", "GradientDescent");
    cJSON_AddStringToObject(algorithm, "cost", "cost");
    if (get(rule, "type")) /* else the default */
        cJSON_AddItemToObject(algorithm, "step_rule", cJSON_Duplicate(rule, true));
    extensions = cJSON_AddArrayToObject(definition, "extensions");
    add_modifier(extensions, json, rule, verdict);
    add_monitoring(extensions, "TrainingDataMonitoring",
                   "[\"cost\", \"algorithm.total_gradient_norm\", \"algorithm.total_step_norm\"]", "batch",
                   "after_batch");
    add_monitoring(extensions, "TrainingDataMonitoring", "[\"cost\"]", "train", "after_epoch");
    add_monitoring(extensions, "DataStreamMonitoring", "[\"cost\"]", "valid", NULL);
    cJSON_AddNumberToObject(add_extension(extensions, "FinishAfter"), "after_n_epochs",
                            job_number(json, "epochs", 1));
    text = cJSON_Print(definition);
    cJSON_Delete(rule);
    cJSON_Delete(definition);
    return text;
}

/* ---- The run ---- */

struct training {
    struct assembly *assembly;
    cJSON *after_each_batch;
    int64_t iterations_seen;
};

static void batch_done(void *context, const struct run_progress *progress)
{
    struct training *training = context;

    if (progress->iterations_done == training->iterations_seen)
        return;
    training->iterations_seen = progress->iterations_done;
    cJSON_AddItemToArray(training->after_each_batch, numeric_parameters(training->assembly->variables));
}

static bool set_parameters(struct variables *variables, const cJSON *parameters, struct error *err)
{
    const cJSON *parameter;

    cJSON_ArrayForEach(parameter, parameters)
    {
        struct variable *variable = variables_find(variables, parameter->string);
        struct tensor tensor;

        if (!variable || !numeric_tensor(parameter, &tensor))
            return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no %s", parameter->string);
        for (int64_t i = 0; i < tensor_elements(&variable->value); i++)
            tensor_write(&variable->value, i, tensor_read(&tensor, i));
        free(tensor.data);
    }
    return true;
}

static void train(struct training *training, const cJSON *json, struct verdict *verdict)
{
    const cJSON *expected = get(json, "expected");
    struct assembly *assembly = training->assembly;
    struct error err;
    cJSON *log;

    if (!assembly_initialize(assembly, &err) ||
        !set_parameters(assembly->variables, get(json, "parameters"), &err) ||
        main_loop_run(&assembly->loop, &err) != TRAINING_FINISHED) {
        verdict_fail(verdict, "%s", err.message);
        return;
    }
    log = observe_log(assembly->log);
    json_matches(get(expected, "log"), log, &numeric_tolerance, "log", verdict);
    if (get(expected, "parameters_after_each_batch"))
        json_matches(get(expected, "parameters_after_each_batch"), training->after_each_batch,
                     &numeric_tolerance, "parameters_after_each_batch", verdict);
    cJSON_Delete(log);
}

static void look_at_members(const cJSON *json, struct verdict *verdict)
{
    static spellings of_case = { "activations", "parameters", "cost",          "features",
                                 "targets",     "step_rule",  "epochs",        "scheme",
                                 "seed",        "valid",      "l2_on_weights", "modify_learning_rate",
                                 NULL };
    static spellings of_valid = { "features", "targets", "batch_size", NULL };
    static spellings of_expectation = { "log", "parameters_after_each_batch", NULL };
    static spellings of_cost = { "type", "args", NULL };

    if (cJSON_GetArraySize(get(get(json, "cost"), "args")) > 0)
        verdict_fail(verdict, "a cost with arguments is not understood");
    members_note_unread(json, (const char *const *const[]){ members_of_every_case, of_case, NULL },
                        "the case", verdict);
    members_note_unread(get(json, "valid"), (const char *const *const[]){ of_valid, NULL }, "valid", verdict);
    members_note_unread(get(json, "cost"), (const char *const *const[]){ of_cost, NULL }, "the cost",
                        verdict);
    members_note_unread(get(json, "expected"), (const char *const *const[]){ of_expectation, NULL },
                        "the expectation", verdict);
}

void training_case(const cJSON *json, struct verdict *verdict)
{
    struct training training = { .after_each_batch = cJSON_CreateArray() };
    const struct sink sink = { .context = &training, .progress = batch_done };
    const struct dataset_source source = { .context = (void *)(uintptr_t)json, .open = open_dataset };
    char *text = definition_text(json, verdict);
    struct error_list errors = { 0 };
    struct definition *definition = definition_read(text, strlen(text), &source, &errors);

    look_at_members(json, verdict);
    if (definition)
        training.assembly =
            assembly_new(definition, &(struct assembly_ports){ .sink = &sink }, false, &errors);
    if (training.assembly)
        train(&training, json, verdict);
    else
        verdict_fail(verdict, "was refused: %.200s: %.300s", errors.count ? errors.items[0].pointer : "",
                     errors.count ? errors.items[0].message : "");
    assembly_free(training.assembly);
    definition_free(definition);
    error_list_fini(&errors);
    cJSON_Delete(training.after_each_batch);
    free(text);
}
