/* tests/graph/trial.h -- an expression of the table, with its gradients. */
#ifndef TESTS_GRAPH_TRIAL_H
#define TESTS_GRAPH_TRIAL_H

#include "tests/graph/bench.h"
#include "tests/graph/expressions.h"

/* An expression of parameters, made a scalar by weights that differ from element to element. */
struct trial {
    struct bench bench;
    struct node *cost;
    struct node *wanted[EXPRESSION_OPERANDS_MAX];
    const char *wanted_names[EXPRESSION_OPERANDS_MAX];
    size_t wanted_count;
    struct node *outputs[EXPRESSION_OPERANDS_MAX + 1]; /* the cost, then the gradients */
};

void trial_open(struct trial *trial, const struct expression *expression, enum dtype dtype);
/* Compiles cost and gradients, these straight into the flat vector, and calls.  Any number of times. */
void trial_derive(struct trial *trial, const struct function_options *options);

#endif
