/* tests/graph/trial.c -- see trial.h. */
#include "tests/graph/trial.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };

static struct node *weighted_sum(struct bench *bench, struct node *out)
{
    const int64_t elements = shape_elements(node_shape(out));
    double *weights = malloc(((size_t)elements + 1) * sizeof *weights);
    const struct tensor tensor = { DTYPE_FLOAT64, *node_shape(out), weights };
    struct node *constant;

    for (int64_t i = 0; i < elements; i++)
        weights[i] = (double)(i * 37 % 11 - 4) / 3 + 0.1;
    constant = node_constant_tensor(bench->graph, &tensor, &bench->err);
    free(weights);
    return node_sum(bench->graph, node_multiply(bench->graph, out, constant, &bench->err), &bench->err);
}

void trial_open(struct trial *trial, const struct expression *expression, enum dtype dtype)
{
    const struct reference *reference = expression_reference(expression);
    struct node *operands[EXPRESSION_OPERANDS_MAX], *out;

    memset(trial, 0, sizeof *trial);
    bench_open(&trial->bench, dtype, GRAPH_TRAINING);
    for (int i = 0; i < reference->operand_count; i++) {
        const struct array *array = &reference->operands[i];

        if (array->integers) {
            operands[i] = bench_source(&trial->bench, names[i], DTYPE_INT32, &array->shape, &array->shape,
                                       array->values);
            continue;
        }
        operands[i] = bench_parameter(&trial->bench, names[i], &array->shape);
        trial->wanted_names[trial->wanted_count] = names[i];
        trial->wanted[trial->wanted_count++] = operands[i];
    }
    out = expression->build(trial->bench.graph, operands, &trial->bench.err);
    ck_assert_msg(out != NULL, "%s", trial->bench.err.message);
    trial->cost = weighted_sum(&trial->bench, out);
    ck_assert_msg(trial->cost != NULL, "%s", trial->bench.err.message);
    bench_allocate(&trial->bench);
    for (int i = 0; i < reference->operand_count; i++)
        if (!reference->operands[i].integers)
            bench_set(&trial->bench, names[i], reference->operands[i].values);
}

void trial_derive(struct trial *trial, const struct function_options *options)
{
    struct tensor destinations[EXPRESSION_OPERANDS_MAX + 1] = { { .data = NULL } };
    struct function_options with_destinations = *options;

    if (!trial->outputs[0]) {
        trial->outputs[0] = trial->cost;
        ck_assert_msg(graph_gradient(trial->bench.graph, trial->cost, trial->wanted, trial->wanted_count,
                                     trial->outputs + 1, &trial->bench.err),
                      "%s", trial->bench.err.message);
    }
    for (size_t i = 0; i < trial->wanted_count; i++)
        destinations[i + 1] = variables_find(trial->bench.variables, trial->wanted_names[i])->gradient;
    with_destinations.destinations = destinations;
    bench_compile(&trial->bench, trial->outputs, trial->wanted_count + 1, &with_destinations);
    bench_call(&trial->bench);
}
