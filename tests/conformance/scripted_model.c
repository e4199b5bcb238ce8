/* tests/conformance/scripted_model.c -- parameters, named numbers, and the graphs over them; see job.h. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/training/aggregator.h"
#include "tests/conformance/job.h"

static void declare_layer(struct scripted_model *model, const char *top, int layer, int64_t in, int64_t out)
{
    struct shape weights = shape_of(2, in, out), biases = shape_of(1, out);
    struct error err;
    char name[128];

    snprintf(name, sizeof name, "/%s/linear_%d.W", top, layer);
    variables_declare(model->variables, VARIABLE_PARAMETER, name, DTYPE_FLOAT64, &weights, &err);
    snprintf(name, sizeof name, "/%s/linear_%d.b", top, layer);
    variables_declare(model->variables, VARIABLE_PARAMETER, name, DTYPE_FLOAT64, &biases, &err);
}

static void declare_net(struct scripted_model *model, const cJSON *net)
{
    const cJSON *dims = cJSON_GetObjectItemCaseSensitive(net, "dims");

    for (int i = 0; i + 1 < cJSON_GetArraySize(dims); i++)
        declare_layer(model, job_at(net, "name", "mlp"), i, (int64_t)cJSON_GetArrayItem(dims, i)->valuedouble,
                      (int64_t)cJSON_GetArrayItem(dims, i + 1)->valuedouble);
}

static void declare_number(struct scripted_model *model, const char *name)
{
    struct shape scalar = shape_of(0);
    struct error err;

    variables_declare(model->variables, VARIABLE_SHARED, name, DTYPE_FLOAT64, &scalar, &err);
    model->shared[model->count] = (struct expression_shared){ name, scalar };
    model->named[model->count++] = (struct expression_variable){ name, memory_text(""), "" };
}

/* An expression sees a number under its own name: "p" is shared.p. */
static void name_numbers(struct scripted_model *model)
{
    for (size_t i = 0; i < model->count; i++) {
        struct text text = { 0 };

        free((char *)(uintptr_t)model->named[i].expression);
        text_format(&text, "shared.%s", model->named[i].name);
        model->named[i].expression = text_take(&text);
    }
}

static struct expression_scope *scope_of(struct scripted_model *model, struct graph *graph)
{
    struct error err;

    model->names = (struct expression_names){ .sources = &model->source,
                                              .source_count = model->source.name ? 1 : 0,
                                              .variables = model->named,
                                              .variable_count = model->count,
                                              .shared = model->shared,
                                              .shared_count = model->count };
    return expression_scope_new(graph, &model->names, &err);
}

static void set_all(struct scripted_model *model, bool biases, double value)
{
    for (size_t i = 0; i < variables_count(model->variables); i++) {
        struct variable *variable = variables_at(model->variables, i);
        bool is_bias = variable->value.shape.rank == 1;

        for (int64_t j = 0; variable->role == VARIABLE_PARAMETER && is_bias == biases &&
                            j < tensor_elements(&variable->value);
             j++)
            tensor_write(&variable->value, j, value);
    }
}

static void set_number(struct scripted_model *model, const char *name, double value)
{
    tensor_write(&variables_find(model->variables, name)->value, 0, value);
}

static int longer(int longest, const cJSON *vectors)
{
    const cJSON *vector;

    cJSON_ArrayForEach(vector, vectors)
    {
        longest = cJSON_GetArraySize(vector) > longest ? cJSON_GetArraySize(vector) : longest;
    }
    return longest;
}

static int longest_of(int longest, const cJSON *extensions)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, extensions)
    {
        const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(extension, "args");

        longest = longer(longest, cJSON_GetObjectItemCaseSensitive(arguments, "data"));
        longest = longest_of(longest, cJSON_GetObjectItemCaseSensitive(extension, "sub_extensions"));
    }
    return longest;
}

/* The graphs are planned for every batch of the case, those of later runs included. */
static int longest_vector(const cJSON *trace)
{
    int longest = longer(1, cJSON_GetObjectItemCaseSensitive(trace, "data"));
    const cJSON *run;

    longest = longest_of(longest, cJSON_GetObjectItemCaseSensitive(trace, "extensions"));
    cJSON_ArrayForEach(run, cJSON_GetObjectItemCaseSensitive(trace, "runs"))
    {
        longest = longest_of(longest, cJSON_GetObjectItemCaseSensitive(run, "extensions"));
    }
    return longest;
}

struct scripted_model *scripted_model_new(const cJSON *trace, const cJSON *net)
{
    struct scripted_model *model = memory_new(1, sizeof *model);
    const cJSON *tensor_job = cJSON_GetObjectItemCaseSensitive(trace, "tensor_job"), *number;
    struct error err;

    model->net = net;
    model->variables = variables_new(DTYPE_FLOAT64);
    declare_net(model, net);
    if (tensor_job)
        declare_number(model, "p");
    cJSON_ArrayForEach(number, cJSON_GetObjectItemCaseSensitive(trace, "variables"))
    {
        declare_number(model, number->string);
    }
    name_numbers(model);
    if (cJSON_GetObjectItemCaseSensitive(trace, "data") || tensor_job)
        model->source =
            (struct expression_source){ "x", DTYPE_FLOAT64, shape_of(1, (int64_t)longest_vector(trace)) };
    model->training = graph_new(&(struct graph_options){ model->variables, GRAPH_TRAINING, 1 });
    model->evaluation = graph_new(&(struct graph_options){ model->variables, GRAPH_EVALUATION, 1 });
    model->training_scope = scope_of(model, model->training);
    model->evaluation_scope = scope_of(model, model->evaluation);
    variables_allocate(model->variables, &err);
    set_all(model, false, job_number(net, "weights", 0));
    set_all(model, true, job_number(net, "biases", 0));
    if (tensor_job)
        set_number(model, "p", job_number(tensor_job, "p", 0));
    cJSON_ArrayForEach(number, cJSON_GetObjectItemCaseSensitive(trace, "variables"))
    {
        set_number(model, number->string, number->valuedouble);
    }
    return model;
}

void scripted_model_free(struct scripted_model *model)
{
    expression_scope_free(model->training_scope);
    expression_scope_free(model->evaluation_scope);
    graph_free(model->training);
    graph_free(model->evaluation);
    variables_free(model->variables);
    for (size_t i = 0; i < model->count; i++)
        free((char *)(uintptr_t)model->named[i].expression);
    free(model);
}

void scripted_model_add(struct scripted_model *model, double addend)
{
    for (size_t i = 0; i < variables_count(model->variables); i++) {
        struct variable *variable = variables_at(model->variables, i);

        for (int64_t j = 0; variable->role == VARIABLE_PARAMETER && j < tensor_elements(&variable->value);
             j++)
            tensor_write(&variable->value, j, tensor_read(&variable->value, j) + addend);
    }
}

/* Named numbers outlive the nets of a case. */
void scripted_model_take_numbers(struct scripted_model *model, const struct scripted_model *from)
{
    for (size_t i = 0; i < model->count; i++)
        set_number(model, model->named[i].name,
                   tensor_read(&variables_find(from->variables, model->named[i].name)->value, 0));
}

void scripted_model_reset(struct scripted_model *model, double value)
{
    set_all(model, false, value);
    set_all(model, true, value);
}

cJSON *scripted_model_values(const struct scripted_model *model)
{
    cJSON *values = cJSON_CreateObject();

    for (size_t i = 0; i < variables_count(model->variables); i++) {
        const struct variable *variable = variables_at(model->variables, i);
        struct value value;

        if (variable->role != VARIABLE_PARAMETER)
            continue;
        value = tensor_value(&variable->value);
        cJSON_AddItemToObject(values, variable->name, json_of_value(&value));
        value_fini(&value);
    }
    return values;
}
