/* engine/definition/plan_memory.c -- what a job is going to need: roughly how much memory, and how many
 * threads.
 *
 * Counted are the vectors of the parameters, the state of the step rule, what the training step and an
 * evaluation keep of one batch, and the datasets, which jobs share.  Not counted are what monitoring adds to
 * the training step, buffers of reading ahead, and the program itself. */
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/definition/plan_parts.h"
#include "engine/graph/function.h"
#include "engine/rules/step_rule.h"
#include "engine/training/gradient_descent.h"

/* What is to be known of a function. */
struct needs {
    size_t bytes;
    bool worth_sharing;
};

static struct needs needs_of(struct graph *graph, struct node *const *nodes, size_t count)
{
    const struct function_options options = { .plan_only = true };
    struct function *function;
    struct error err;
    struct needs needs = { 0 };

    function = count ? function_compile(graph, nodes, count, &options, &err) : NULL;
    if (function)
        needs = (struct needs){ function_bytes(function), function_is_worth_sharing(function) };
    function_free(function);
    return needs;
}

/* The gradients are among its results. */
static struct needs training_needs(struct assembly *assembly)
{
    size_t count = 0, variables = variables_count(assembly->variables);
    struct needs needs;
    struct node **nodes = memory_new(variables + 1, sizeof(struct node *));

    for (size_t i = 0; i < variables; i++) {
        const struct variable *variable = variables_at(assembly->variables, i);
        struct error err;

        if (variable->role != VARIABLE_PARAMETER)
            continue;
        nodes[count] = gradient_descent_gradient(assembly->algorithm, variable->name, &err);
        count += nodes[count] != NULL;
    }
    needs = needs_of(assembly->training.graph, nodes, count);
    free(nodes);
    return needs;
}

/* As if every variable were evaluated at once. */
static struct needs evaluation_needs(struct assembly *assembly)
{
    const struct definition *definition = assembly->definition;
    struct node **nodes = memory_new(definition->variable_count + 1, sizeof(struct node *));
    struct needs needs;
    size_t count = 0;

    for (size_t i = 0; definition->stream_count > 1 && i < definition->variable_count; i++) {
        struct error err;

        nodes[count] = expression_variable(assembly->evaluation.scope, definition->variables[i].name, &err);
        count += nodes[count] != NULL;
    }
    needs = needs_of(assembly->evaluation.graph, nodes, count);
    free(nodes);
    return needs;
}

static int64_t parameter_bytes(const struct assembly *assembly)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < variables_count(assembly->variables); i++) {
        const struct variable *variable = variables_at(assembly->variables, i);

        bytes += shape_elements(&variable->value.shape) * (int64_t)dtype_bytes(variable->value.dtype);
    }
    return bytes;
}

/* As if all parameters were trained. */
static int64_t rule_bytes(const struct assembly *assembly)
{
    const struct gradient_descent_settings *settings = assembly->definition->settings.algorithm->settings;
    size_t variables = variables_count(assembly->variables);
    struct step_parameter *parameters = memory_new(variables + 1, sizeof *parameters);
    struct step_layout layout = { .dtype = assembly->real, .parameters = parameters };
    int64_t offset = 0, bytes = 0;

    for (size_t i = 0; i < variables; i++) {
        const struct variable *variable = variables_at(assembly->variables, i);
        int64_t count = shape_elements(&variable->value.shape);

        if (variable->role != VARIABLE_PARAMETER)
            continue;
        parameters[layout.parameter_count++] = (struct step_parameter){
            .path = variable->name, .shape = variable->value.shape, .offset = offset, .count = count
        };
        offset += count;
    }
    if (settings->step_rule)
        bytes = step_rule_state_bytes(settings->step_rule, &layout);
    free(parameters);
    return bytes;
}

static int64_t dataset_bytes(const struct definition *definition)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < definition->stream_count; i++) {
        bool seen = !definition->streams[i].dataset;

        for (size_t k = 0; k < i; k++)
            seen |= definition->streams[k].dataset == definition->streams[i].dataset;
        if (!seen)
            bytes += (int64_t)definition->streams[i].dataset->bytes;
    }
    return bytes;
}

/* On how many threads a step and an evaluation run: small ones stay on one. */
static void add_threads(const struct assembly *assembly, const struct needs *training,
                        const struct needs *evaluation, cJSON *plan)
{
    const double wanted = (double)assembly->definition->settings.threads;
    cJSON *threads = cJSON_AddObjectToObject(plan, "threads");

    cJSON_AddNumberToObject(threads, "taken", wanted);
    cJSON_AddNumberToObject(threads, "training_step", training->worth_sharing ? wanted : 1);
    cJSON_AddNumberToObject(threads, "evaluation", evaluation->worth_sharing ? wanted : 1);
}

void plan_add_needs(struct assembly *assembly, cJSON *plan)
{
    const struct needs training = training_needs(assembly), evaluation = evaluation_needs(assembly);
    const struct {
        const char *name;
        int64_t bytes;
    } parts[] = {
        { "parameters", parameter_bytes(assembly) },
        { "training_step", (int64_t)training.bytes },
        { "step_rule", rule_bytes(assembly) },
        { "evaluation", (int64_t)evaluation.bytes },
        { "datasets", dataset_bytes(assembly->definition) },
    };
    cJSON *memory = cJSON_AddObjectToObject(plan, "memory_bytes");
    int64_t total = 0;

    for (size_t i = 0; i < COUNT(parts); i++) {
        cJSON_AddNumberToObject(memory, parts[i].name, (double)parts[i].bytes);
        total += parts[i].bytes;
    }
    cJSON_AddNumberToObject(memory, "total", (double)total);
    add_threads(assembly, &training, &evaluation, plan);
}
