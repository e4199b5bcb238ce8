/* tests/script/test_all_functions.c -- every function and operator of expressions: gradients against central
 * differences in float64, values and gradients in float32 against those; and shapes that do not fit.
 *
 * A function without a case fails the test. */
#include <math.h>
#include <string.h>

#include "tests/script/suites.h"
#include "tests/script/workbench.h"

/* W (3, 4) holds 0.1 to 1.2, V (4, 2) 0.1 to 0.8, b (4) and c (3) 0.1, 0.2 ... */
#define W "param('/mlp/linear_0.W')"
#define V "param('/mlp/linear_1.W')"
#define B "param('/mlp/linear_0.b')"
#define C "param('/bias.b')"
#define COLUMN "dimshuffle(" C ", 0, 'x')"

enum kind { SMOOTH, FLAT /* steps: the gradient is zero, or there is none */ };

static const struct {
    const char *function, *expression;
    enum kind kind;
} cases[] = {
    { "abs", "abs(" W " - 0.55)", SMOOTH },
    { "argmax", "argmax(" W ", 0)", FLAT },
    { "at", "at(" W ", -1)", SMOOTH },
    { "concatenate", "concatenate({" W ", sqr(" W "), dimshuffle(" V ", 1, 0)})", SMOOTH },
    { "dimshuffle", "sqr(dimshuffle(" W ", 1, 'x', 0))", SMOOTH },
    { "dot", "dot(" W ", " V ")", SMOOTH },
    { "dot", "dot(" C ", " W ")", SMOOTH },
    { "dropout", "dropout(" W ", 0.25)", SMOOTH },
    { "eq", "eq(" W ", 0.5)", FLAT },
    { "exp", "exp(" W ")", SMOOTH },
    { "ge", "ge(" W ", 0.55)", FLAT },
    { "grad", "grad('/bias.b')", FLAT },
    { "gt", "gt(" W ", 0.55)", FLAT },
    { "l2_norm", "l2_norm(" W ", " C ")", SMOOTH },
    { "le", "le(" W ", 0.55)", FLAT },
    { "log", "log(" W ")", SMOOTH },
    { "lt", "lt(" W ", 0.55)", FLAT },
    { "max", "max(" W ", 1)", SMOOTH },
    { "maximum", "maximum(" W ", " COLUMN " + 0.05)", SMOOTH },
    { "mean", "mean(sqr(" W "), 0)", SMOOTH },
    { "min", "min(" W ", {0, 1}, true)", SMOOTH },
    { "minimum", "minimum(" W ", " B " + 0.05)", SMOOTH },
    { "neq", "neq(" W ", 0.5)", FLAT },
    { "noise", "noise(" W ", 2)", SMOOTH },
    { "param", W, SMOOTH },
    { "reshape", "sqr(reshape(" W ", 2, -1))", SMOOTH },
    { "slice", "slice(" W ", 1, 1, 3)", SMOOTH },
    { "sqr", "sqr(" W ")", SMOOTH },
    { "sqrt", "sqrt(" W ")", SMOOTH },
    { "step", "step('/bias.b')", FLAT },
    { "sum", "sum(sqr(" W "), {0}, true)", SMOOTH },
    { "tanh", "tanh(" W ")", SMOOTH },
    /* operators, broadcast as NumPy does: (3, 4) with (4), (3, 1) and a number */
    { "+", W " + " B, SMOOTH },
    { "+", COLUMN " + " B, SMOOTH },
    { "-", W " - " COLUMN, SMOOTH },
    { "-", "-" W, SMOOTH },
    { "*", COLUMN " * " W, SMOOTH },
    { "/", B " / " W, SMOOTH },
    { "/", W " / 3", SMOOTH },
    { "^", W " ^ 3", SMOOTH },
    { "^", "2 ^ " W, SMOOTH },
    { "^", W " ^ " COLUMN, SMOOTH },
};

START_TEST(every_function_has_a_case)
{
    const char *function;

    for (size_t i = 0; (function = expression_function(i)); i++) {
        size_t found = 0;

        for (size_t k = 0; k < COUNT(cases); k++)
            found += strcmp(cases[k].function, function) == 0;
        ck_assert_msg(found > 0, "%s has no case", function);
    }
}
END_TEST

/* ---- one expression in one dtype ---- */

enum { WANTED_MAX = 4, NUMBERS_MAX = 256 };
static const char *const paths[WANTED_MAX] = { "/mlp/linear_0.W", "/mlp/linear_1.W", "/mlp/linear_0.b",
                                               "/bias.b" };

struct trial {
    struct workbench bench;
    struct node *node, *cost;
    const struct variable *places[WANTED_MAX]; /* of the gradients, in the order of `wanted` */
    struct node *wanted[WANTED_MAX];
    size_t wanted_count;
};

/* What grad and step answer: that of sum(sqr(b)). */
static struct node *twice(void *context, const char *path, struct error *err)
{
    struct trial *trial = context;

    (void)err;
    (void)path;
    return workbench_node(&trial->bench, C " * 2");
}

static struct expression_gradients gradients_of(struct trial *trial)
{
    return (struct expression_gradients){ trial, twice, twice };
}

/* sum(node * weights), so that every element counts differently. */
static struct node *weigh(struct trial *trial)
{
    struct graph *graph = trial->bench.graph.graph;
    double numbers[NUMBERS_MAX];
    struct tensor weights = { DTYPE_FLOAT64, *node_shape(trial->node), numbers };
    struct error err;

    ck_assert_int_le(tensor_elements(&weights), NUMBERS_MAX);
    for (int64_t i = 0; i < tensor_elements(&weights); i++)
        numbers[i] = 1 + 0.3 * sin(2.1 * (double)i);
    return node_sum(
        graph, node_multiply(graph, trial->node, node_constant_tensor(graph, &weights, &err), &err), &err);
}

static void trial_open(struct trial *trial, int index, enum dtype real)
{
    struct expression_gradients gradients;

    memset(trial, 0, sizeof *trial);
    gradients = gradients_of(trial);
    workbench_open_as(&trial->bench, real, GRAPH_EVALUATION, NULL, 0);
    expression_scope_allow_gradients(trial->bench.scope, &gradients);
    trial->node = workbench_node(&trial->bench, cases[index].expression);
    expression_scope_allow_gradients(trial->bench.scope, NULL);
    if (cases[index].kind == SMOOTH)
        trial->cost = weigh(trial);
    workbench_fill(&trial->bench);
    for (size_t i = 0; trial->cost && i < WANTED_MAX; i++) {
        const struct variable *variable = variables_find(trial->bench.graph.variables, paths[i]);
        struct node *node = variable ? node_parameter(trial->bench.graph.graph, paths[i],
                                                      &variable->value.shape, &trial->bench.graph.err)
                                     : NULL;

        if (!node || !node_depends_on(trial->cost, node))
            continue;
        trial->places[trial->wanted_count] = variable;
        trial->wanted[trial->wanted_count++] = node;
    }
}

static size_t compute(struct trial *trial, struct node *const *nodes, size_t count, double *out)
{
    size_t numbers = 0;

    bench_compile(&trial->bench.graph, nodes, count, NULL);
    bench_call(&trial->bench.graph);
    for (size_t k = 0; k < count; k++)
        for (int64_t i = 0; i < tensor_elements(function_output(trial->bench.graph.function, k)); i++)
            out[numbers++] = bench_read(&trial->bench.graph, k, i);
    return numbers;
}

static size_t derive(struct trial *trial, double *out)
{
    struct node *gradients[WANTED_MAX];
    struct error err;

    ck_assert_uint_gt(trial->wanted_count, 0);
    ck_assert_msg(graph_gradient(trial->bench.graph.graph, trial->cost, trial->wanted, trial->wanted_count,
                                 gradients, &err),
                  "%s", err.message);
    return compute(trial, gradients, trial->wanted_count, out);
}

/* ---- comparisons ---- */

static void compare(const char *expression, const double *one, const double *other, size_t count,
                    double tolerance)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(fabs(one[i] - other[i]) <= tolerance * (1 + fabs(other[i])), "%s: %.12g, not %.12g",
                      expression, one[i], other[i]);
}

static size_t difference(struct trial *trial, double *out)
{
    const double step = 1e-6;
    size_t count = 0;
    double above, below;

    bench_compile(&trial->bench.graph, &trial->cost, 1, NULL);
    for (size_t k = 0; k < trial->wanted_count; k++) {
        const struct tensor *place = &trial->places[k]->value;

        for (int64_t i = 0; i < tensor_elements(place); i++) {
            const double start = tensor_read(place, i);

            tensor_write(place, i, start + step);
            bench_call(&trial->bench.graph);
            above = bench_read(&trial->bench.graph, 0, 0);
            tensor_write(place, i, start - step);
            bench_call(&trial->bench.graph);
            below = bench_read(&trial->bench.graph, 0, 0);
            tensor_write(place, i, start);
            out[count++] = (above - below) / (2 * step);
        }
    }
    return count;
}

START_TEST(a_function_is_right_in_both_dtypes)
{
    double one[NUMBERS_MAX], other[NUMBERS_MAX], differences[NUMBERS_MAX];
    struct trial singles, doubles;
    size_t count;

    trial_open(&singles, _i, DTYPE_FLOAT32);
    trial_open(&doubles, _i, DTYPE_FLOAT64);
    count = compute(&singles, &singles.node, 1, one);
    ck_assert_uint_eq(count, compute(&doubles, &doubles.node, 1, other));
    compare(cases[_i].expression, one, other, count, 2e-6);
    if (cases[_i].kind == SMOOTH) {
        count = derive(&doubles, other);
        ck_assert_uint_eq(count, difference(&doubles, differences));
        compare(cases[_i].expression, other, differences, count, 1e-7);
        ck_assert_uint_eq(count, derive(&singles, one));
        compare(cases[_i].expression, one, other, count, 1e-5);
    }
    workbench_close(&singles.bench);
    workbench_close(&doubles.bench);
}
END_TEST

/* ---- shapes that do not fit: operation, shapes and place are named ---- */

static const struct {
    const char *expression, *operation, *shapes;
} misfits[] = {
    { "1 + (" W " + " V ")", "line 1, column ", "(3, 4) and (4, 2)" },
    { "1 + (" W " - " V ")", "line 1, column ", "(3, 4) and (4, 2)" },
    { "1 + " W " * " C, "line 1, column ", "(3, 4) and (3,)" },
    { W " / " C, "line 1, column ", "(3, 4) and (3,)" },
    { W " ^ " C, "line 1, column ", "(3, 4) and (3,)" },
    { "eq(" W ", " C ")", "line 1, column 1: eq of", "(3, 4) and (3,)" },
    { "ge(" W ", " C ")", "line 1, column 1: ge of", "(3, 4) and (3,)" },
    { "gt(" W ", " C ")", "line 1, column 1: gt of", "(3, 4) and (3,)" },
    { "le(" W ", " C ")", "line 1, column 1: le of", "(3, 4) and (3,)" },
    { "lt(" W ", " C ")", "line 1, column 1: lt of", "(3, 4) and (3,)" },
    { "neq(" W ", " C ")", "line 1, column 1: neq of", "(3, 4) and (3,)" },
    { "maximum(" W ", " C ")", "line 1, column 1: maximum", "(3, 4) and (3,)" },
    { "minimum(" W ", " C ")", "line 1, column 1: minimum", "(3, 4) and (3,)" },
    { "2 * dot(" W ", " C ")", "line 1, column 5: dot", "(3, 4) and (3,)" },
    { "concatenate({" W ", " V "})", "line 1, column 1: concatenate", "(3, 4) and (4, 2)" },
    { "reshape(" W ", 5, 2)", "line 1, column 1: reshape", "(3, 4)" },
    { "dimshuffle(" W ", 0)", "line 1, column 1: dimshuffle", "(3, 4)" },
    { "dimshuffle(" W ", 0, 1, 2)", "line 1, column 1: dimshuffle", "(3, 4)" },
    { "at(" W ", 3)", "line 1, column 1: at", "(3, 4)" },
    { "slice(" W ", 2, 0, 1)", "line 1, column 1: slice", "(3, 4)" },
    { "slice(" W ", -3, 0, 1)", "line 1, column 1: slice", "(3, 4)" },
    { "sum(" W ", 2)", "line 1, column 1: sum", "(3, 4)" },
    { "mean(" W ", 2)", "line 1, column 1: mean", "(3, 4)" },
    { "max(" W ", -3)", "line 1, column 1: max", "(3, 4)" },
    { "min(" W ", {0, 0})", "line 1, column 1: min", "(3, 4)" },
    { "argmax(" W ", 2)", "line 1, column 1: argmax", "(3, 4)" },
};

START_TEST(a_misfit_names_operation_shapes_and_place)
{
    struct brick_values values;
    struct workbench bench;
    struct error err = { 0 };

    workbench_open(&bench, GRAPH_EVALUATION, NULL, 0);
    ck_assert_msg(!expression_evaluate(bench.scope, misfits[_i].expression, "/here", &values, &err), "%s",
                  misfits[_i].expression);
    ck_assert_msg(strstr(err.message, misfits[_i].operation) && strstr(err.message, misfits[_i].shapes),
                  "%s: %s", misfits[_i].expression, err.message);
    ck_assert_str_eq(err.pointer, "/here");
    workbench_close(&bench);
}
END_TEST

Suite *all_functions_suite(void)
{
    Suite *suite = suite_create("all_functions");
    TCase *tests = tcase_create("all_functions");

    tcase_add_test(tests, every_function_has_a_case);
    tcase_add_loop_test(tests, a_function_is_right_in_both_dtypes, 0, COUNT(cases));
    tcase_add_loop_test(tests, a_misfit_names_operation_shapes_and_place, 0, COUNT(misfits));
    suite_add_tcase(suite, tests);
    return suite;
}
