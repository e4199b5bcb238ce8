/* tests/conformance/numeric_graph.c -- costs and activations, with their gradients. */
#include <stdlib.h>
#include <string.h>

#include "engine/bricks/brick.h"
#include "engine/bricks/costs/cost.h"
#include "engine/graph/function.h"
#include "tests/conformance/job.h"
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

static bool is_gradient(const cJSON *member)
{
    static const char *const words[] = { "grad", "deriv", "d_", "dx" };

    for (size_t i = 0; i < COUNT(words); i++)
        if (strstr(member->string, words[i]))
            return true;
    return false;
}

/* Any member of the expectation: a gradient by its name, else the value. */
static void compare(const struct function *function, const cJSON *expected, struct verdict *verdict)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, expected)
    {
        bool gradient = is_gradient(member);
        cJSON *lists;

        if (gradient && function_output_count(function) < 2)
            continue;
        lists = numeric_lists(function_output(function, gradient ? 1 : 0));
        json_matches(member, lists, &numeric_tolerance, member->string, verdict);
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

static const cJSON *first_of(const cJSON *json, const char *const *names)
{
    for (; *names; names++)
        if (cJSON_GetObjectItemCaseSensitive(json, *names))
            return cJSON_GetObjectItemCaseSensitive(json, *names);
    return NULL;
}

/* The member of one of these names; else the array of the case with that number. */
static const cJSON *array_of(const cJSON *json, const char *const *names, int number)
{
    const cJSON *found = first_of(json, names), *member;

    if (found)
        return found;
    cJSON_ArrayForEach(member, json)
    {
        if (cJSON_IsArray(member) && number-- == 0)
            return member;
    }
    return NULL;
}

/* ---- Costs ---- */

void cost_case(const cJSON *json, struct verdict *verdict)
{
    static const char *const truths[] = { "y", "y_true", "target", "targets", "truth", "true", NULL };
    static const char *const predictions[] = { "y_hat",       "y_pred",    "p",           "prediction",
                                               "predictions", "predicted", "predictions", "x",
                                               "output",      "outputs",   NULL };
    static const char *const names[] = { "cost", "type", NULL };
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(json, "expected"), *member;
    cJSON *flat = numeric_flatten(first_of(json, names));
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(json, "args");
    const cJSON *truth = array_of(json, truths, 0), *prediction = array_of(json, predictions, 1);
    bool gradient = false;
    struct bound bound;
    struct bench bench = { 0 };
    struct shape shape;
    struct node *y, *value = NULL;

    cJSON_ArrayForEach(member, arguments)
    {
        cJSON_AddItemToObject(flat, member->string, cJSON_Duplicate(member, true));
    }
    cJSON_ArrayForEach(member, expected)
    {
        gradient |= is_gradient(member) && !cJSON_IsNull(member);
    }
    bound_init(&bound, &cost_family, flat);
    if (!truth || !prediction || !bench_open(&bench, prediction, truth)) {
        verdict_skip(verdict, "not understood");
    } else if (!bound.component) {
        if (!numeric_must_fail(json, true, verdict))
            verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
    } else {
        shape = bench.y.shape;
        y = node_input(bench.graph, "y", bench.y.dtype, &shape, &bench.err);
        value = cost_apply((const struct cost_type *)bound.component->type, bound.component->settings,
                           bench.graph, y, bench.x_node, &bench.err);
        evaluate(&bench, value, gradient ? value : NULL, json, verdict);
    }
    if (bench.graph)
        bench_close(&bench);
    bound_fini(&bound);
    cJSON_Delete(flat);
}

/* ---- Activations ---- */

/* sum(output[:, j] * (j + 1)) */
static struct node *weighted_sum(struct bench *bench, struct node *output)
{
    int64_t width = node_dim(output, -1);
    double *weights = calloc((size_t)width, sizeof *weights);
    struct tensor tensor = { DTYPE_FLOAT64, shape_of(1, width), weights };
    struct node *sum;

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
    static const char *const inputs[] = { "x", "input", "inputs", "value", "values", NULL };
    static const char *const names[] = { "activation", "brick", "type", NULL };
    cJSON *flat = numeric_flatten(first_of(json, names));
    const cJSON *input = array_of(json, inputs, 0), *member;
    struct brick *brick = NULL;
    struct bound bound;
    struct bench bench = { 0 };

    cJSON_ArrayForEach(member, cJSON_GetObjectItemCaseSensitive(json, "args"))
    {
        cJSON_AddItemToObject(flat, member->string, cJSON_Duplicate(member, true));
    }
    bound_init(&bound, &brick_family, flat);
    if (bound.component)
        brick = brick_new(bound.component, "activation", &bound.errors);
    if (!input || !bench_open(&bench, input, NULL)) {
        verdict_skip(verdict, "not understood");
    } else if (!brick) {
        if (!numeric_must_fail(json, true, verdict))
            verdict_fail(verdict, "was refused: %.300s", bound_error(&bound));
    } else {
        struct node *output = brick_apply_one(brick, bench.graph, bench.x_node, &bench.err);

        evaluate(&bench, output, output ? weighted_sum(&bench, output) : NULL, json, verdict);
    }
    if (bench.graph)
        bench_close(&bench);
    brick_free(brick);
    bound_fini(&bound);
    cJSON_Delete(flat);
}
