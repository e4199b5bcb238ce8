/* tests/graph/expressions.h -- the expressions whose values reference.py computed, by the same names. */
#ifndef TESTS_GRAPH_EXPRESSIONS_H
#define TESTS_GRAPH_EXPRESSIONS_H

#include "engine/graph/graph.h"

enum { EXPRESSION_OPERANDS_MAX = 8 };

typedef struct node *expression_fn(struct graph *graph, struct node *const *x, struct error *err);

struct expression {
    const char *name;
    expression_fn *build;
    unsigned batch; /* bit i: the first axis of operand i runs over the batch, and the others do not depend on
                       it */
    bool flat;      /* no gradient to compare: corners, steps, integers */
};

extern const struct expression expressions[];
extern const size_t expression_count;

struct array {
    const double *values;
    struct shape shape;
    bool integers;
};

struct reference {
    const char *name;
    int operand_count;
    struct array operands[EXPRESSION_OPERANDS_MAX];
    struct array result;
};

const struct reference *expression_reference(const struct expression *expression);

#endif
