/* tests/script/workbench.h -- a small net, a batch, and expressions that are evaluated over them.
 *
 *   x (2, 3) reals 1 to 6, y (2, 1) labels 1, 0, images (2, 1, 2, 2); bricks mlp (3-4-2, Tanh, Softmax),
 * bias (3), lstm (1), gru (1) and fork (3 columns, for the gru); shared.decay, a scalar, and shared.bias of
 * shape (3). */
#ifndef TESTS_SCRIPT_WORKBENCH_H
#define TESTS_SCRIPT_WORKBENCH_H

#include "engine/script/expression.h"
#include "tests/graph/bench.h"
#include "tests/support/components.h"

struct workbench {
    struct bench graph;
    struct components components;
    struct brick *bricks[5];
    struct expression_source sources[3];
    struct expression_names names;
    struct expression_scope *scope;
};

/* `variables` are borrowed; expressions stand at "/variables/NAME". */
void workbench_open(struct workbench *bench, enum graph_mode mode,
                    const struct expression_variable *variables, size_t variable_count);
/* The same in another dtype than float64. */
void workbench_open_as(struct workbench *bench, enum dtype real, enum graph_mode mode,
                       const struct expression_variable *variables, size_t variable_count);
void workbench_fill(struct workbench *bench); /* the parameters, with 0.1, 0.2, ... */
void workbench_close(struct workbench *bench);

/* The one result of an expression that has to be right. */
struct node *workbench_node(struct workbench *bench, const char *expression);
/* Its elements, as "1 2.5 3"; the parameters are 0.1, 0.2, 0.3 ... in their order. */
void workbench_expect(struct workbench *bench, const char *expression, const char *expected);
/* An expression, standing at "/here", that fails with `code`; message, pointer and hint hold the fragments.
 */
void workbench_refuse(struct workbench *bench, const char *expression, enum error_code code,
                      const char *message, const char *pointer, const char *hint);

#endif
