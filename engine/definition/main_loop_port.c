/* engine/definition/main_loop_port.c -- see main_loop_port.h. */
#include "engine/definition/main_loop_port.h"

static const struct tensor *parameter(void *context, const char *path)
{
    const struct assembly *assembly = context;
    const struct variable *variable = variables_find(assembly->variables, path);

    return variable && variable->role == VARIABLE_PARAMETER ? &variable->value : NULL;
}

static const char *parameter_path(void *context, size_t index)
{
    const struct assembly *assembly = context;

    for (size_t i = 0; i < variables_count(assembly->variables); i++) {
        const struct variable *variable = variables_at(assembly->variables, i);

        if (variable->role == VARIABLE_PARAMETER && index-- == 0)
            return variable->name;
    }
    return NULL;
}

static double *live(const struct assembly *assembly, const char *path)
{
    return assembly->algorithm ? assembly->algorithm->type->live(assembly->algorithm, path) : NULL;
}

static bool live_get(void *context, const char *path, double *out)
{
    const double *number = live(context, path);

    if (number)
        *out = *number;
    return number;
}

static bool live_set(void *context, const char *path, double value, struct error *err)
{
    double *number = live(context, path);

    if (!number)
        return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no live hyper-parameter \"%s\"", path);
    *number = value;
    return true;
}

void main_loop_port_open(struct assembly *assembly)
{
    assembly->model_port =
        (struct script_model_port){ .context = assembly, .parameter = parameter, .path = parameter_path };
    assembly->algorithm_port =
        (struct script_algorithm_port){ .context = assembly, .get = live_get, .set = live_set };
    assembly->main_loop_port = (struct script_main_loop_port){ .log = &assembly->log_port,
                                                               .model = &assembly->model_port,
                                                               .algorithm = &assembly->algorithm_port };
}
