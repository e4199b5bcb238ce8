/* tests/conformance/numeric_graph.c -- costs and activations, with their gradients. */
#include <stdlib.h>

#include "engine/bricks/brick.h"
#include "engine/bricks/costs/cost.h"
#include "engine/graph/function.h"
#include "tests/conformance/job.h"
#include "tests/conformance/members.h"
#include "tests/conformance/numeric.h"

/* One expression of a variable `x`, and what a case expects of it. */
struct bench {
    struct variables *variables;
    struct graph *graph;
    struct tensor x, y; /* y is the truth of a cost */
    struct node *x_node;
    struct error err;
};

static bool bench_open(struct bench *bench, const cJSON *x, const cJSON *y)
{
    *bench = (struct bench){ .variables = variables_new(DTYPE_FLOAT64) };
    bench->graph = graph_new(&(struct graph_options){ bench->variables, GRAPH_TRAINING, 1 });
    if (!numeric_tensor(x, &bench->x) || (y && !numeric_tensor(y, &bench->y)))
        return false;
    if (bench->x.dtype == DTYPE_INT64) { /* a vector that is no labels */
        for (int64_t i = 0; i < tensor_elements(&bench->x); i++)
            ((double *)bench->x.data)[i] = (double)((int64_t *)bench->x.data)[i];
        bench->x.dtype = DTYPE_FLOAT64;
    }
    bench->x_node = node_parameter(bench->graph, "x", &bench->x.shape, &bench->err);
    return bench->x_node != NULL;
}

static void bench_close(struct bench *bench)
{
    graph_free(bench->graph);
    variables_free(bench->variables);
    free(bench->x.data);
    free(bench->y.data);
}

static spellings value_names = { "value", "values", "cost", "output", "outputs", "result", "y", NULL };
static spellings gradient_names = { "gradient", "~grad", "~deriv", "dy_hat", "d_y_hat", "dx", "d_x", NULL };
static spellings errors = { "error", "construction_error", "message", "type", NULL };

/* Under one of its names, or what is neither a gradient nor an error. */
static const cJSON *value_of(const cJSON *expected)
{
    const cJSON *value = member_of(expected, value_names);

    return value ? value
                 : member_besides(expected, (const char *const *const[]){ gradient_names, errors, NULL });
}

static bool expectation_is_understood(const cJSON *expected, struct verdict *verdict)
{
    const cJSON *value = value_of(expected);
    spellings name = { value ? value->string : NULL, NULL };

    if (!value && !member_of(expected, gradient_names) && !member_of(expected, errors))
        return verdict_fail(verdict, "the case expects nothing");
    members_note_unread(expected, (const char *const *const[]){ name, gradient_names, errors, NULL },
                        "the expectation", verdict);
    return true;
}

static void compare(const struct function *function, const cJSON *expected, struct verdict *verdict)
{
    const cJSON *wanted[] = { value_of(expected), member_of(expected, gradient_names) };

    for (size_t i = 0; i < COUNT(wanted) && i < function_output_count(function); i++) {
        cJSON *lists = numeric_lists(function_output(function, i));

        if (wanted[i])
            json_matches(wanted[i], lists, &numeric_tolerance, wanted[i]->string, verdict);
        cJSON_Delete(lists);
    }
}

/* `scalar` NULL: there is no gradient. */
static void evaluate(struct bench *bench, struct node *output, struct node *scalar, const cJSON *json,
                     struct verdict *verdict)
{
    struct node *nodes[2] = { output, NULL };
    struct function *function = NULL;
    struct batch_source source = { .name = "y", .tensor = bench->y };
    const struct batch batch = { &source, bench->y.data ? 1 : 0, 1 };
    bool done =
        output &&
        (!scalar || graph_gradient(bench->graph, scalar, &bench->x_node, 1, &nodes[1], &bench->err)) &&
        variables_allocate(bench->variables, &bench->err);

    if (done) {
        tensor_convert(&bench->x, &variables_find(bench->variables, "x")->value);
        function = function_compile(bench->graph, nodes, scalar ? 2 : 1, NULL, &bench->err);
        done = function && function_call(function, &batch, &bench->err);
    }
    if (!numeric_must_fail(json, !done, verdict)) {
        if (done)
            compare(function, cJSON_GetObjectItemCaseSensitive(json, "expected"), verdict);
        else
            verdict_fail(verdict, "%s", bench->err.message);
    }
    function_free(function);
}

/* The component of a case: its type under one of `names`, its arguments inside, in `args`, or beside. */
static cJSON *component_of(const cJSON *json, const char *const *names, const struct family *family)
{
    cJSON *flat = numeric_flatten(member_of(json, names));
    const struct component_type *type = family_find(family, job_at(flat, "type", ""));
    const cJSON *member;

    cJSON_ArrayForEach(member, cJSON_GetObjectItemCaseSensitive(json, "args"))
    {
        cJSON_AddItemToObject(flat, member->string, cJSON_Duplicate(member, true));
    }
    cJSON_ArrayForEach(member, json)
    {
        if (type && param_find(type->params, member->string))
            cJSON_AddItemToObject(flat, member->string, cJSON_Duplicate(member, true));
    }
    return flat;
}

/* Which arguments a type has beside the case is known only when it is. */
static bool case_is_understood(const cJSON *json, const cJSON *flat, const char *const *const *lists,
                               struct verdict *verdict)
{
    cJSON *rest = cJSON_Duplicate(json, true);
    const cJSON *member;
    bool understood;

    cJSON_ArrayForEach(member, flat)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(rest, member->string);
    }
    members_note_unread(rest, lists, "the case", verdict);
    understood = expectation_is_understood(cJSON_GetObjectItemCaseSensitive(json, "expected"), verdict);
    cJSON_Delete(rest);
    return understood;
}

/* ---- Costs ---- */

static spellings arguments = { "args", NULL };
static spellings cost_names = { "cost", "brick", "type", "component", NULL };
static spellings truths = { "y", "~true", "~target", "~truth", "~label", NULL };
static spellings predictions = { "~hat", "~pred", "~prob", "p", "x", "~output", "~score", "~input", NULL };

static void play_cost(struct bench *bench, const struct bound *bound, const cJSON *json,
                      struct verdict *verdict)
{
    const cJSON *gradient = member_of(cJSON_GetObjectItemCaseSensitive(json, "expected"), gradient_names);
    struct shape shape = bench->y.shape;
    struct node *y = node_input(bench->graph, "y", bench->y.dtype, &shape, &bench->err);
    struct node *value = cost_apply((const struct cost_type *)bound->component->type,
                                    bound->component->settings, bench->graph, y, bench->x_node, &bench->err);

    evaluate(bench, value, gradient && !cJSON_IsNull(gradient) ? value : NULL, json, verdict);
}

void cost_case(const cJSON *json, struct verdict *verdict)
{
    cJSON *flat = component_of(json, cost_names, &cost_family);
    const cJSON *truth = member_of(json, truths), *prediction = member_of(json, predictions);
    struct bound bound;
    struct bench bench = { 0 };

    bound_init(&bound, &cost_family, flat);
    if (!case_is_understood(json, flat,
                            (const char *const *const[]){ members_of_every_case, arguments, cost_names,
                                                          truths, predictions, NULL },
                            verdict)) {
        ;
    } else if (!truth || !prediction || !bench_open(&bench, prediction, truth)) {
        verdict_fail(verdict, "its %s is not understood", truth ? "prediction" : "truth");
    } else if (bound.component) {
        play_cost(&bench, &bound, json, verdict);
    } else if (!numeric_must_fail(json, true, verdict)) {
        verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
    }
    if (bench.graph)
        bench_close(&bench);
    bound_fini(&bound);
    cJSON_Delete(flat);
}

/* ---- Activations ---- */

/* sum(output[:, j] * (j + 1)), also of outputs with more axes than two. */
static struct node *weighted_sum(struct bench *bench, struct node *output)
{
    const int axis = node_rank(output) > 1 ? 1 : 0;
    int64_t width = node_dim(output, axis);
    double *weights = calloc((size_t)width, sizeof *weights);
    struct tensor tensor = { DTYPE_FLOAT64, { .rank = node_rank(output) - axis }, weights };
    struct node *sum;

    for (int i = 0; i < tensor.shape.rank; i++)
        tensor.shape.dims[i] = i == 0 ? width : 1;

    for (int64_t j = 0; j < width; j++)
        weights[j] = (double)(j + 1);
    sum = node_sum(bench->graph,
                   node_multiply(bench->graph, output,
                                 node_constant_tensor(bench->graph, &tensor, &bench->err), &bench->err),
                   &bench->err);
    free(weights);
    return sum;
}

void activation_case(const cJSON *json, struct verdict *verdict)
{
    static spellings inputs = { "x", "~input", "~value", "data", "features", NULL };
    static spellings names = { "activation", "brick", "type", "component", NULL };
    cJSON *flat = component_of(json, names, &brick_family);
    const cJSON *input = member_of(json, inputs);
    struct brick *brick = NULL;
    struct bound bound;
    struct bench bench = { 0 };

    bound_init(&bound, &brick_family, flat);
    if (bound.component)
        brick = brick_new(bound.component, "activation", &bound.errors);
    if (!case_is_understood(
            json, flat, (const char *const *const[]){ members_of_every_case, arguments, names, inputs, NULL },
            verdict)) {
        ;
    } else if (!input || !bench_open(&bench, input, NULL)) {
        verdict_fail(verdict, "its input is not understood");
    } else if (brick) {
        struct node *output = brick_apply_one(brick, bench.graph, bench.x_node, &bench.err);

        evaluate(&bench, output, output ? weighted_sum(&bench, output) : NULL, json, verdict);
    } else if (!numeric_must_fail(json, true, verdict)) {
        verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
    }
    if (bench.graph)
        bench_close(&bench);
    brick_free(brick);
    bound_fini(&bound);
    cJSON_Delete(flat);
}
