/* engine/definition/plan.c -- see plan.h. */
#include "engine/definition/plan.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "engine/definition/plan_parts.h"
#include "engine/extensions/scripted.h"

static cJSON *shape_to_json(const struct shape *shape)
{
    cJSON *json = cJSON_CreateArray();

    for (int axis = 0; axis < shape->rank; axis++)
        cJSON_AddItemToArray(json, cJSON_CreateNumber((double)shape->dims[axis]));
    return json;
}

static void add_parameters(const struct assembly *assembly, cJSON *plan)
{
    cJSON *parameters = cJSON_AddArrayToObject(plan, "parameters");
    int64_t count = 0;

    for (size_t i = 0; i < variables_count(assembly->variables); i++) {
        const struct variable *variable = variables_at(assembly->variables, i);
        cJSON *parameter;
        if (variable->role != VARIABLE_PARAMETER)
            continue;
        parameter = cJSON_CreateObject();
        cJSON_AddStringToObject(parameter, "name", variable->name);
        cJSON_AddItemToObject(parameter, "shape", shape_to_json(&variable->value.shape));
        cJSON_AddItemToArray(parameters, parameter);
        count += shape_elements(&variable->value.shape);
    }
    cJSON_AddNumberToObject(plan, "parameter_count", (double)count);
    cJSON_AddNumberToObject(plan, "parameter_bytes", (double)(count * (int64_t)dtype_bytes(assembly->real)));
}

static cJSON *sources_to_json(const struct data_stream *stream)
{
    cJSON *sources = cJSON_CreateArray();

    for (size_t i = 0; i < stream->source_count; i++) {
        cJSON *source = cJSON_CreateObject();
        cJSON_AddStringToObject(source, "name", stream->sources[i].name);
        cJSON_AddStringToObject(source, "dtype", dtype_name(stream->sources[i].dtype));
        cJSON_AddItemToObject(source, "shape", shape_to_json(&stream->sources[i].shape));
        cJSON_AddItemToArray(sources, source);
    }
    return sources;
}

static void add_streams(const struct assembly *assembly, cJSON *plan)
{
    const struct definition *definition = assembly->definition;
    cJSON *streams = cJSON_AddArrayToObject(plan, "data_streams");

    for (size_t i = 0; i < definition->stream_count; i++) {
        const struct data_stream *stream = assembly->others[i];
        int64_t batches = stream->type->batches_per_epoch(stream);
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "name", definition->streams[i].name);
        cJSON_AddBoolToObject(json, "trained_on", &definition->streams[i] == definition->training_stream);
        cJSON_AddItemToObject(json, "batches_per_epoch",
                              batches < 0 ? cJSON_CreateNull() : cJSON_CreateNumber((double)batches));
        cJSON_AddItemToObject(json, "sources", sources_to_json(stream));
        cJSON_AddItemToArray(streams, json);
    }
}

static void add_variables(struct assembly *assembly, cJSON *plan)
{
    const struct definition *definition = assembly->definition;
    cJSON *variables = cJSON_AddArrayToObject(plan, "variables");

    for (size_t i = 0; i < definition->variable_count; i++) {
        struct error err = { 0 };
        const struct node *node =
            expression_variable(assembly->training.scope, definition->variables[i].name, &err);
        cJSON *variable = cJSON_CreateObject();
        cJSON_AddStringToObject(variable, "name", definition->variables[i].name);
        cJSON_AddItemToObject(variable, "shape", node ? shape_to_json(node_shape(node)) : cJSON_CreateNull());
        cJSON_AddItemToArray(variables, variable);
    }
}

struct names {
    cJSON *written, *read;
};

static void add_name(void *context, const char *record, bool written)
{
    struct names *names = context;

    cJSON_AddItemToArray(written ? names->written : names->read, cJSON_CreateString(record));
}

static void add_extensions(const struct assembly *assembly, cJSON *plan)
{
    cJSON *extensions = cJSON_AddArrayToObject(plan, "extensions");

    for (size_t i = 0; i < assembly->extension_count; i++) {
        const struct extension *extension = assembly->extensions[i];
        cJSON *json = cJSON_CreateObject();
        struct names names;
        cJSON_AddStringToObject(json, "name", extension->base.name);
        cJSON_AddStringToObject(json, "type", extension->base.type_name);
        cJSON_AddBoolToObject(json, "changes_conditions",
                              extension->type->scripted && scripted_changes_conditions(extension));
        names.written = cJSON_AddArrayToObject(json, "records_written");
        names.read = cJSON_AddArrayToObject(json, "records_read");
        extension_each_name(extension, add_name, &names);
        cJSON_AddItemToArray(extensions, json);
    }
}

/* When it ends, at the latest. */
static void add_training(const struct schedule *schedule, cJSON *plan)
{
    cJSON *training = cJSON_AddObjectToObject(plan, "training");

    cJSON_AddItemToObject(training, "batches_per_epoch", plan_number(schedule->batches_per_epoch));
    cJSON_AddItemToObject(training, "batches", plan_number(schedule->batches));
    cJSON_AddItemToObject(training, "epochs", plan_number(schedule->epochs));
    cJSON_AddItemToObject(training, "ended_by",
                          schedule->ended_by ? cJSON_CreateString(schedule->ended_by->base.pointer)
                                             : cJSON_CreateNull());
}

void plan_write(struct assembly *assembly, struct text *out_json, struct error_list *errors)
{
    cJSON *plan = cJSON_CreateObject();
    struct schedule schedule;
    char *printed;

    schedule_init(&schedule, assembly);
    cJSON_AddStringToObject(plan, "name", assembly->definition->settings.name);
    cJSON_AddStringToObject(plan, "dtype", dtype_name(assembly->real));
    add_parameters(assembly, plan);
    add_streams(assembly, plan);
    add_variables(assembly, plan);
    add_extensions(assembly, plan);
    add_training(&schedule, plan);
    plan_add_needs(assembly, plan, errors);
    plan_add_timetable(&schedule, plan);
    plan_add_warnings(assembly, &schedule, plan);
    schedule_fini(&schedule);
    printed = cJSON_Print(plan);
    text_add(out_json, printed ? printed : "{}");
    free(printed);
    cJSON_Delete(plan);
}
