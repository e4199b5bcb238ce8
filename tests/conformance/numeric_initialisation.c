/* tests/conformance/numeric_initialisation.c -- start values: of one scheme, and of a whole net. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/bricks/brick.h"
#include "engine/bricks/initialization/initialization.h"
#include "tests/conformance/job.h"
#include "tests/conformance/members.h"
#include "tests/conformance/numeric.h"

static bool generate(const struct bound *bound, const cJSON *json, struct tensor *out,
                     struct error_list *errors)
{
    struct random_state random;
    struct shape shape = { 0 };
    struct error err;
    const cJSON *dim;

    cJSON_ArrayForEach(dim, cJSON_GetObjectItemCaseSensitive(json, "shape"))
    {
        shape.dims[shape.rank++] = (int64_t)dim->valuedouble;
    }
    *out = (struct tensor){ DTYPE_FLOAT64, shape, NULL };
    if (!bound->component || !initialization_check(bound->component, &shape, errors))
        return false;
    out->data = memory_new((size_t)shape_elements(&shape) + 1, sizeof(double));
    random_seed(&random, (uint32_t)job_number(json, "seed", 1));
    return initialization_generate(bound->component, &random, out, &err) || error_list_add(errors, &err);
}

void initialisation_case(const cJSON *json, struct verdict *verdict)
{
    static spellings of_case = { "scheme", "seed", "shape", NULL };
    cJSON *flat = numeric_flatten(cJSON_GetObjectItemCaseSensitive(json, "scheme"));
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(json, "expected");
    struct tensor out;
    struct bound bound;
    bool generated;

    bound_init(&bound, &initialization_family, flat);
    members_note_unread(json, (const char *const *const[]){ members_of_every_case, of_case, NULL },
                        "the case", verdict);
    generated = generate(&bound, json, &out, &bound.errors);
    if (!numeric_must_fail(json, !generated, verdict)) {
        if (generated) {
            cJSON *lists = numeric_lists(&out);

            json_matches(cJSON_GetObjectItemCaseSensitive(expected, "value"), lists, &numeric_tolerance,
                         "value", verdict);
            cJSON_Delete(lists);
        } else {
            verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
        }
    }
    free(out.data);
    bound_fini(&bound);
    cJSON_Delete(flat);
}

/* ---- A net of linear layers ---- */

static spellings of_dims = { "dims", "~dim", "~layer", "~shape", NULL };
static const struct {
    const char *name; /* as an MLP knows it */
    const char *in_case[4];
} settings[] = {
    { "seed", { "seed", "~seed", NULL } },
    { "use_bias", { "use_bias", NULL } },
    { "weights_init", { "weights_init", "~weight", NULL } },
    { "biases_init", { "biases_init", "~biases", "~bias_", NULL } },
};
static spellings of_net = { "activations", "brick_name", NULL };

/* The members of the net itself may stand in an object of their own. */
static cJSON *gathered(const cJSON *json)
{
    static spellings groups = { "mlp", "brick", "args", NULL };
    cJSON *net = cJSON_Duplicate(json, true);
    const cJSON *member;

    for (size_t i = 0; groups[i]; i++) {
        cJSON_ArrayForEach(member, cJSON_GetObjectItemCaseSensitive(json, groups[i]))
        {
            if (strcmp(member->string, "type") != 0)
                cJSON_AddItemToObject(net, member->string, cJSON_Duplicate(member, true));
        }
        cJSON_DeleteItemFromObjectCaseSensitive(net, groups[i]);
    }
    return net;
}

static cJSON *net_json(const cJSON *json)
{
    cJSON *net = cJSON_CreateObject(), *activations;
    const cJSON *dims = member_of(json, of_dims), *member;

    cJSON_AddStringToObject(net, "type", "MLP");
    cJSON_AddItemToObject(net, "dims", dims ? cJSON_Duplicate(dims, true) : cJSON_CreateArray());
    for (size_t i = 0; i < COUNT(settings); i++) {
        member = member_of(json, settings[i].in_case);
        if (member && !cJSON_IsNull(member))
            cJSON_AddItemToObject(net, settings[i].name,
                                  cJSON_IsObject(member) ? numeric_flatten(member)
                                                         : cJSON_Duplicate(member, true));
    }
    activations = cJSON_AddArrayToObject(net, "activations");
    for (int i = 1; i < cJSON_GetArraySize(dims); i++)
        cJSON_AddItemToArray(activations, cJSON_CreateNull());
    return net;
}

static bool apply(struct brick *brick, struct graph *graph, const cJSON *json, struct error *err)
{
    const cJSON *dims = member_of(json, of_dims);
    struct shape shape = shape_of(2, (int64_t)1, (int64_t)cJSON_GetArrayItem(dims, 0)->valuedouble);

    return brick_apply_one(brick, graph, node_input(graph, "features", DTYPE_FLOAT64, &shape, err), err) !=
           NULL;
}

/* The parameters, in a member of their own or as the whole expectation; by their path, with the name of the
 * net or without. */
static cJSON *parameters_of(const cJSON *expected, const char *net)
{
    static spellings names = { "parameters", "value", "values", "~param", NULL };
    const cJSON *inside = member_of(expected, names), *parameters = inside ? inside : expected, *parameter;
    cJSON *by_path = cJSON_CreateObject();
    struct text path = { 0 };

    cJSON_ArrayForEach(parameter, parameters)
    {
        const char *name = parameter->string ? parameter->string : "";

        text_clear(&path);
        if (name[0] == '/')
            text_add(&path, name);
        else if (strncmp(name, net, strlen(net)) == 0 && name[strlen(net)] == '/')
            text_format(&path, "/%s", name);
        else
            text_format(&path, "/%s/%s", net, name);
        cJSON_AddItemToObject(by_path, text_bytes(&path), cJSON_Duplicate(parameter, true));
    }
    text_fini(&path);
    return by_path;
}

static void initialise(struct brick *brick, const cJSON *json, struct verdict *verdict)
{
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(json, "expected");
    struct variables *variables = variables_new(DTYPE_FLOAT64);
    struct graph *graph = graph_new(&(struct graph_options){ variables, GRAPH_TRAINING, 1 });
    struct random_state seeds;
    struct error err;
    cJSON *values, *wanted;

    random_seed(&seeds, 1);
    if (!apply(brick, graph, json, &err) || !variables_allocate(variables, &err) ||
        !brick_initialize(brick, variables, &seeds, &err)) {
        verdict_fail(verdict, "%s", err.message);
    } else {
        values = numeric_parameters(variables);
        wanted = parameters_of(expected, brick->name);
        json_matches(wanted, values, &numeric_tolerance, "parameters", verdict);
        cJSON_Delete(wanted);
        cJSON_Delete(values);
    }
    graph_free(graph);
    variables_free(variables);
}

void mlp_initialisation_case(const cJSON *json, struct verdict *verdict)
{
    cJSON *whole = gathered(json), *net = net_json(whole);
    struct brick *brick = NULL;
    struct bound bound;

    bound_init(&bound, &brick_family, net);
    members_note_unread(whole,
                        (const char *const *const[]){ members_of_every_case, of_net, of_dims,
                                                      settings[0].in_case, settings[1].in_case,
                                                      settings[2].in_case, settings[3].in_case, NULL },
                        "the case", verdict);
    if (bound.component)
        brick = brick_new(bound.component, job_at(whole, "brick_name", "mlp"), &bound.errors);
    if (!numeric_must_fail(whole, !brick, verdict)) {
        if (brick)
            initialise(brick, whole, verdict);
        else
            verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
    }
    brick_free(brick);
    bound_fini(&bound);
    cJSON_Delete(net);
    cJSON_Delete(whole);
}
