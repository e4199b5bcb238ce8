/* engine/definition/plan_memory.c -- what a job is going to need: roughly how much memory, and how many
 * threads.
 *
 * Counted are the vectors of the parameters, the state of the step rule, what the training step with all that
 * is observed of it and each evaluation keep of one batch, the batches that streams hold and read ahead, and
 * the datasets, which jobs share, save what is read from disk or made when it is read.  Not counted is the
 * program itself. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/data/read_ahead.h"
#include "engine/definition/plan_parts.h"
#include "engine/extensions/monitoring.h"
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

struct nodes {
    struct node **items;
    size_t count;
};

/* Everything that extensions observe of the training step. */
static void collect_observed(const struct extension *extension, struct nodes *nodes)
{
    bool training = false;
    const struct monitoring *monitoring =
        extension->type->monitoring ? extension->type->monitoring(extension, &training) : NULL;

    for (size_t i = 0; training && i < monitoring->node_count; i++) {
        nodes->items = memory_grow(nodes->items, nodes->count + 1, sizeof *nodes->items);
        nodes->items[nodes->count++] = monitoring->nodes[i];
    }
    for (size_t i = 0; i < extension->owned_child_count; i++)
        collect_observed(extension->children[i], nodes);
}

static struct needs training_needs(struct assembly *assembly)
{
    struct gradient_descent_needs needs = { 0 };
    struct nodes observed = { 0 };
    struct error err;

    for (size_t i = 0; i < assembly->extension_count; i++)
        collect_observed(assembly->extensions[i], &observed);
    gradient_descent_plan(assembly->algorithm, observed.items, observed.count, &needs, &err);
    free(observed.items);
    return (struct needs){ needs.bytes, needs.worth_sharing };
}

static int64_t machine_bytes(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);

    return pages > 0 && bytes > 0 && pages < INT64_MAX / bytes ? (int64_t)pages * bytes : INT64_MAX;
}

/* What is larger than the memory of the machine is bound to fail. */
static void refuse_too_much(const char *pointer, const char *what, size_t bytes, struct error_list *errors)
{
    enum { MIB = 1 << 20 };
    const int64_t machine = machine_bytes();
    struct error err;

    if (bytes <= (size_t)machine)
        return;
    RAISE(&err, ERROR_LIMIT, NULL, "%s takes %zu MiB, this machine has %lld MiB", what, bytes / MIB,
          (long long)(machine / MIB));
    error_hint(&err,
               "kilnd check prints the shapes of all variables: take smaller batches, or fewer columns.");
    snprintf(err.pointer, sizeof err.pointer, "%s", pointer);
    error_list_add(errors, &err);
}

/* Every extension that evaluates by itself has a function of its own. */
static void add_evaluation(struct assembly *assembly, const struct extension *extension, struct needs *needs,
                           struct error_list *errors)
{
    bool training = true;
    const struct monitoring *monitoring =
        extension->type->monitoring ? extension->type->monitoring(extension, &training) : NULL;

    if (!training) {
        const struct needs own =
            needs_of(assembly->evaluation.graph, monitoring->nodes, monitoring->node_count);

        refuse_too_much(extension->component->pointer, "an evaluation", own.bytes, errors);
        needs->bytes += own.bytes;
        needs->worth_sharing |= own.worth_sharing;
    }
    for (size_t i = 0; i < extension->owned_child_count; i++)
        add_evaluation(assembly, extension->children[i], needs, errors);
}

static struct needs evaluation_needs(struct assembly *assembly, struct error_list *errors)
{
    struct needs needs = { 0 };

    for (size_t i = 0; i < assembly->extension_count; i++)
        add_evaluation(assembly, assembly->extensions[i], &needs, errors);
    return needs;
}

/* Those of the stream that is trained on, and of those that are evaluated. */
static int64_t batch_bytes(const struct assembly *assembly)
{
    int64_t bytes = (int64_t)read_ahead_bytes(assembly->stream);

    for (size_t i = 0; i < assembly->definition->stream_count; i++)
        if (&assembly->definition->streams[i] != assembly->definition->training_stream)
            bytes += (int64_t)read_ahead_bytes(assembly->others[i]);
    return bytes;
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
        const struct dataset *dataset = definition->streams[i].dataset;
        bool seen = !dataset || dataset->on_disk;

        for (size_t k = 0; k < i; k++)
            seen |= definition->streams[k].dataset == dataset;
        if (!seen)
            bytes += (int64_t)(dataset->bytes - dataset->made_bytes);
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

void plan_add_needs(struct assembly *assembly, cJSON *plan, struct error_list *errors)
{
    const struct needs training = training_needs(assembly), evaluation = evaluation_needs(assembly, errors);
    const struct {
        const char *name;
        int64_t bytes;
    } parts[] = {
        { "parameters", parameter_bytes(assembly) }, { "training_step", (int64_t)training.bytes },
        { "step_rule", rule_bytes(assembly) },       { "evaluation", (int64_t)evaluation.bytes },
        { "batches", batch_bytes(assembly) },        { "datasets", dataset_bytes(assembly->definition) },
    };
    cJSON *memory = cJSON_AddObjectToObject(plan, "memory_bytes");
    int64_t total = 0;

    for (size_t i = 0; i < COUNT(parts); i++) {
        cJSON_AddNumberToObject(memory, parts[i].name, (double)parts[i].bytes);
        total += parts[i].bytes;
    }
    cJSON_AddNumberToObject(memory, "total", (double)total);
    refuse_too_much("/algorithm", "a training step", training.bytes, errors);
    refuse_too_much("/bricks", "all parameters and the state of the step rule",
                    (size_t)(parts[0].bytes + parts[2].bytes), errors);
    add_threads(assembly, &training, &evaluation, plan);
}
