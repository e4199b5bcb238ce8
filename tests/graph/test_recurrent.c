/* tests/graph/test_recurrent.c -- recurrent cells over whole sequences: values against NumPy, gradients
 * against central differences, in both dtypes, for shorter sequences and smaller batches than planned. */
#include "tests/graph/suites.h"

#include <math.h>
#include <string.h>

#include "engine/graph/recurrent.h"
#include "tests/graph/bench.h"

enum { TIME = 4, BATCH = 3, DIM = 5, OPERANDS_MAX = 8, ELEMENTS_MAX = TIME * BATCH * 4 * DIM };
enum cell { CELL_SIMPLE, CELL_LSTM, CELL_GATED };

struct recurrent_case {
    enum cell cell;
    enum activation_kind activation, gate;
    bool masked, reverse, per_row; /* per_row: initial states for each row of the batch */
    const double *results;         /* states, then cells, each (time, batch, dim) */
};

#include "tests/graph/recurrent.inc"

/* What a cell takes; `number` is the operand's in recurrent.py, and the axes are those of the shape. */
enum kind { KIND_NONE, KIND_INPUT, KIND_WEIGHTS, KIND_PEEPHOLE, KIND_STATE };
static const struct operand {
    enum kind kind;
    int number;
    int64_t factor; /* of the width */
} operands[][OPERANDS_MAX] = {
    [CELL_SIMPLE] = { { KIND_INPUT, 0, 1 }, { KIND_WEIGHTS, 2, 1 }, { KIND_STATE, 6, 1 } },
    [CELL_LSTM] = { { KIND_INPUT, 0, 4 },
                    { KIND_WEIGHTS, 2, 4 },
                    { KIND_PEEPHOLE, 3, 1 },
                    { KIND_PEEPHOLE, 4, 1 },
                    { KIND_PEEPHOLE, 5, 1 },
                    { KIND_STATE, 6, 1 },
                    { KIND_STATE, 7, 1 } },
    [CELL_GATED] = { { KIND_INPUT, 0, 1 },
                     { KIND_INPUT, 1, 2 },
                     { KIND_WEIGHTS, 2, 1 },
                     { KIND_WEIGHTS, 3, 2 },
                     { KIND_STATE, 6, 1 } },
};
static const char *const names[OPERANDS_MAX] = { "a", "b", "c", "d", "e", "f", "g", "h" };

static struct shape shape_of_operand(const struct operand *operand, bool per_row, int64_t more)
{
    const int64_t dim = DIM, width = operand->factor * dim;

    switch (operand->kind) {
    case KIND_INPUT:
        return shape_of(3, TIME + more, BATCH + more, width);
    case KIND_WEIGHTS:
        return shape_of(2, dim, width);
    case KIND_STATE:
        return per_row ? shape_of(2, BATCH + more, dim) : shape_of(1, dim);
    default:
        return shape_of(1, dim);
    }
}

static void fill_operand(const struct operand *operand, int64_t count, double *out)
{
    ck_assert_int_le(count, ELEMENTS_MAX);
    for (int64_t i = 0; i < count; i++)
        out[i] = 0.8 * sin(1.3 * (double)i + operand->number + 0.5);
}

static struct node *mask_source(struct bench *bench, int64_t more)
{
    const struct shape planned = shape_of(2, TIME + more, BATCH + more);
    const struct shape shape = shape_of(2, (int64_t)TIME, (int64_t)BATCH);
    double values[TIME * BATCH];

    for (int i = 0; i < TIME * BATCH; i++)
        values[i] = i * 7 % 5 != 0;
    return bench_source(bench, "mask", DTYPE_UINT8, &planned, &shape, values);
}

/* All results of a cell. */
static size_t apply_cell(struct bench *bench, const struct recurrent_case *c, struct node *const *x,
                         struct node *mask, struct node *out[2])
{
    const struct recurrence recurrence = { .activation = { c->activation, 0.2 },
                                           .gate_activation = { c->gate, 0.2 },
                                           .mask = mask,
                                           .reverse = c->reverse };
    const struct lstm_operands lstm = { x[0], x[1], x[2], x[3], x[4], x[5], x[6] };
    const struct gated_operands gated = { x[0], x[1], x[2], x[3], x[4] };
    size_t count = 1;

    if (c->cell == CELL_LSTM) {
        ck_assert_msg(node_lstm(bench->graph, &recurrence, &lstm, &out[0], &out[1], &bench->err), "%s",
                      bench->err.message);
        count = 2;
    } else if (c->cell == CELL_GATED) {
        out[0] = node_gated_recurrent(bench->graph, &recurrence, &gated, &bench->err);
    } else {
        out[0] = node_simple_recurrent(bench->graph, &recurrence, x[0], x[1], x[2], &bench->err);
    }
    ck_assert_msg(out[0] != NULL, "%s", bench->err.message);
    return count;
}

/* Operands as sources, planned with `more` steps and rows than there are. */
static size_t build(struct bench *bench, const struct recurrent_case *c, int64_t more, struct node *out[2])
{
    struct node *x[OPERANDS_MAX] = { NULL }, *mask = c->masked ? mask_source(bench, more) : NULL;
    double values[ELEMENTS_MAX];

    for (int i = 0; i < OPERANDS_MAX && operands[c->cell][i].kind; i++) {
        const struct operand *operand = &operands[c->cell][i];
        const struct shape planned = shape_of_operand(operand, c->per_row, more);
        const struct shape shape = shape_of_operand(operand, c->per_row, 0);

        fill_operand(operand, shape_elements(&shape), values);
        if (operand->kind == KIND_INPUT || (operand->kind == KIND_STATE && c->per_row)) {
            x[i] = bench_source(bench, names[i], graph_real(bench->graph), &planned, &shape, values);
        } else {
            x[i] = bench_parameter(bench, names[i], &planned);
        }
    }
    for (int i = 0; i < OPERANDS_MAX && operands[c->cell][i].kind; i++) {
        const struct operand *operand = &operands[c->cell][i];

        if (!node_variable(x[i]))
            continue;
        fill_operand(operand, shape_elements(node_shape(x[i])), values);
        bench_set(bench, names[i], values);
    }
    return apply_cell(bench, c, x, mask, out);
}

static void assert_is_reference(const struct bench *bench, size_t count, const double *results,
                                double tolerance)
{
    const struct shape shape = shape_of(3, (int64_t)TIME, (int64_t)BATCH, (int64_t)DIM);

    for (size_t k = 0; k < count; k++) {
        ck_assert(shape_equal(&function_output(bench->function, k)->shape, &shape));
        for (int64_t i = 0; i < shape_elements(&shape); i++, results++) {
            const double value = bench_read(bench, k, i);
            ck_assert_msg(fabs(value - *results) <= tolerance * (1 + fabs(*results)),
                          "result %d, element %d: %.17g, not %.17g", (int)k, (int)i, value, *results);
        }
    }
}

START_TEST(values_are_those_of_plain_steps)
{
    for (enum dtype dtype = DTYPE_FLOAT32; dtype <= DTYPE_FLOAT64; dtype++) {
        struct bench bench;
        struct node *out[2];
        size_t count;

        bench_open(&bench, dtype, GRAPH_TRAINING);
        count = build(&bench, &cases[_i], 0, out);
        bench_compile(&bench, out, count, NULL);
        bench_call(&bench);
        assert_is_reference(&bench, count, cases[_i].results, dtype == DTYPE_FLOAT32 ? 4e-6 : 1e-14);
        bench_close(&bench);
    }
}
END_TEST

START_TEST(shorter_sequences_and_smaller_batches)
{
    struct bench bench;
    struct node *out[2];
    size_t count;

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    count = build(&bench, &cases[_i], 3, out);
    bench_compile(&bench, out, count, &(struct function_options){ .poison = true });
    for (int call = 0; call < 2; call++) {
        bench_call(&bench);
        assert_is_reference(&bench, count, cases[_i].results, 1e-14);
    }
    bench_close(&bench);
}
END_TEST

/* ---- Gradients ---- */

/* Operands as parameters, and the sum of all results with a weight for each. */
struct trial {
    struct bench bench;
    struct node *cost, *wanted[OPERANDS_MAX];
    size_t count;
};

static struct node *weighted_sum(struct bench *bench, struct node *x, double offset)
{
    double weights[ELEMENTS_MAX];
    const struct tensor tensor = { DTYPE_FLOAT64, *node_shape(x), weights };

    for (int64_t i = 0; i < tensor_elements(&tensor); i++)
        weights[i] = 0.5 + sin(2.1 * (double)i + offset);
    return node_sum(
        bench->graph,
        node_multiply(bench->graph, x, node_constant_tensor(bench->graph, &tensor, &bench->err), &bench->err),
        &bench->err);
}

/* `used`: bit k, result k is part of the cost. */
static void open_trial(struct trial *trial, const struct recurrent_case *c, enum dtype dtype, unsigned used)
{
    struct bench *bench = &trial->bench;
    struct node *out[2], *mask;
    double values[ELEMENTS_MAX];
    size_t results;

    memset(trial, 0, sizeof *trial);
    bench_open(bench, dtype, GRAPH_TRAINING);
    for (; trial->count < OPERANDS_MAX && operands[c->cell][trial->count].kind; trial->count++) {
        const struct operand *operand = &operands[c->cell][trial->count];
        const struct shape shape = shape_of_operand(operand, c->per_row, 0);

        trial->wanted[trial->count] = bench_parameter(bench, names[trial->count], &shape);
    }
    for (size_t i = 0; i < trial->count; i++) {
        fill_operand(&operands[c->cell][i], shape_elements(node_shape(trial->wanted[i])), values);
        bench_set(bench, names[i], values);
    }
    mask = c->masked ? mask_source(bench, 0) : NULL;
    results = apply_cell(bench, c, trial->wanted, mask, out);
    for (size_t k = 0; k < results; k++) {
        struct node *part = used >> k & 1 ? weighted_sum(bench, out[k], (double)k) : NULL;
        if (part)
            trial->cost = trial->cost ? node_add(bench->graph, trial->cost, part, &bench->err) : part;
    }
    ck_assert_ptr_nonnull(trial->cost);
}

static void derive(struct trial *trial, bool poison)
{
    struct node *outputs[OPERANDS_MAX + 1] = { trial->cost };
    struct tensor destinations[OPERANDS_MAX + 1] = { { .data = NULL } };
    struct bench *bench = &trial->bench;

    ck_assert_msg(
        graph_gradient(bench->graph, trial->cost, trial->wanted, trial->count, outputs + 1, &bench->err),
        "%s", bench->err.message);
    for (size_t i = 0; i < trial->count; i++)
        destinations[i + 1] = variables_find(bench->variables, names[i])->gradient;
    bench_compile(bench, outputs, trial->count + 1,
                  &(struct function_options){ .destinations = destinations, .poison = poison });
    bench_call(bench);
}

/* Of all results together, and of each alone. */
START_TEST(gradients_are_central_differences)
{
    const struct recurrent_case *c = &cases[_i / 3];
    const unsigned used = 3U - (unsigned)(_i % 3);
    struct trial trial;

    if (used != 1 && c->cell != CELL_LSTM)
        return; /* One result: 1 is all of them. */
    open_trial(&trial, c, DTYPE_FLOAT64, used);
    derive(&trial, true);
    for (size_t k = 0; k < trial.count; k++) {
        const struct variable *variable = variables_find(trial.bench.variables, names[k]);

        for (int64_t i = 0; i < tensor_elements(&variable->value); i++) {
            bench_call(&trial.bench);
            const double gradient = tensor_read(&variable->gradient, i);
            const double difference = bench_central_difference(&trial.bench, &variable->value, i);
            ck_assert_msg(fabs(gradient - difference) <= 2e-8 * (1 + fabs(gradient)),
                          "case %d: d cost / d %s[%d] is %.12g, not %.12g", _i / 3, names[k], (int)i,
                          gradient, difference);
        }
    }
    bench_close(&trial.bench);
}
END_TEST

START_TEST(float32_gradients_are_near_and_repeat_to_the_bit)
{
    struct trial single, real;

    open_trial(&single, &cases[_i], DTYPE_FLOAT32, 3);
    open_trial(&real, &cases[_i], DTYPE_FLOAT64, 3);
    derive(&single, false);
    derive(&real, false);
    for (size_t k = 0; k < single.count; k++) {
        const struct tensor *a = &variables_find(single.bench.variables, names[k])->gradient;
        const struct tensor *b = &variables_find(real.bench.variables, names[k])->gradient;
        char first[ELEMENTS_MAX * sizeof(float)];

        for (int64_t i = 0; i < tensor_elements(a); i++)
            ck_assert_double_le(fabs(tensor_read(a, i) - tensor_read(b, i)),
                                2e-5 * (1 + fabs(tensor_read(b, i))));
        memcpy(first, a->data, tensor_bytes(a));
        bench_call(&single.bench);
        ck_assert_mem_eq(a->data, first, tensor_bytes(a));
    }
    bench_close(&single.bench);
    bench_close(&real.bench);
}
END_TEST

/* Gradients of the sum of squares for the operands that are parameters, planned with `more` steps and rows.
 */
static void derive_planned(struct bench *bench, const struct recurrent_case *c, int64_t more)
{
    struct node *out[2], *outputs[OPERANDS_MAX], *wanted[OPERANDS_MAX], *cost = NULL, *part;
    struct tensor destinations[OPERANDS_MAX];
    size_t results, count;

    bench_open(bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    results = build(bench, c, more, out);
    count = variables_count(bench->variables);
    for (size_t k = 0; k < results; k++) {
        part = node_sum(bench->graph, node_sqr(bench->graph, out[k], &bench->err), &bench->err);
        cost = cost ? node_add(bench->graph, cost, part, &bench->err) : part;
    }
    for (size_t i = 0; i < count; i++) {
        const struct variable *variable = variables_at(bench->variables, i);

        wanted[i] = bench_parameter(bench, variable->name, &variable->value.shape);
        destinations[i] = variable->gradient;
    }
    ck_assert_msg(graph_gradient(bench->graph, cost, wanted, count, outputs, &bench->err), "%s",
                  bench->err.message);
    bench_compile(bench, outputs, count,
                  &(struct function_options){ .destinations = destinations, .poison = true });
    bench_call(bench);
}

START_TEST(gradients_of_shorter_sequences_and_smaller_batches)
{
    struct bench exact, larger;

    derive_planned(&exact, &cases[_i], 0);
    derive_planned(&larger, &cases[_i], 3);
    for (size_t k = 0; k < variables_count(exact.variables); k++) {
        const struct tensor *a = &variables_at(exact.variables, k)->gradient;
        const struct tensor *b = &variables_at(larger.variables, k)->gradient;

        ck_assert_mem_eq(a->data, b->data, tensor_bytes(a));
    }
    bench_close(&exact);
    bench_close(&larger);
}
END_TEST

/* ---- What does not fit ---- */

static void assert_refused(const struct shape *x, const struct shape *w, const struct shape *h,
                           const struct shape *mask, const char *message)
{
    struct bench bench;
    struct recurrence recurrence = { .activation = { ACTIVATION_TANH, 0 } };
    struct node *inputs, *weights, *states;

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    inputs = bench_parameter(&bench, "x", x);
    weights = bench_parameter(&bench, "w", w);
    states = bench_parameter(&bench, "h", h);
    if (mask)
        recurrence.mask = bench_parameter(&bench, "mask", mask);
    ck_assert_ptr_null(node_simple_recurrent(bench.graph, &recurrence, inputs, weights, states, &bench.err));
    ck_assert_int_eq(bench.err.code, ERROR_SHAPE);
    ck_assert_str_eq(bench.err.message, message);
    bench_close(&bench);
}

START_TEST(shapes_that_do_not_fit_are_named)
{
    const struct shape x = { 3, { 4, 3, 5 } }, flat = { 2, { 4, 5 } }, w = { 2, { 5, 5 } };
    const struct shape wide = { 2, { 6, 6 } }, h = { 1, { 5 } }, rows = { 2, { 2, 5 } },
                       long_h = { 1, { 6 } };
    const struct shape mask = { 2, { 3, 4 } };

    assert_refused(&flat, &w, &rows, NULL,
                   "simple_recurrent of shape (4, 5): inputs need three axes: time, batch, width");
    assert_refused(&x, &wide, &long_h, NULL,
                   "simple_recurrent of shapes (4, 3, 5) and (6, 6): the inputs have to be as wide as the "
                   "weights, (dim, dim)");
    assert_refused(&x, &w, &rows, NULL,
                   "simple_recurrent of shapes (4, 3, 5) and (2, 5): an initial state has to be (dim) or "
                   "(batch, dim)");
    assert_refused(&x, &w, &long_h, NULL,
                   "simple_recurrent of shapes (4, 3, 5) and (6,): an initial state has to be (dim) or "
                   "(batch, dim)");
    assert_refused(&x, &w, &h, &mask,
                   "simple_recurrent of shapes (4, 3, 5) and (3, 4): a mask has to be (time, batch)");
}
END_TEST

Suite *recurrent_suite(void)
{
    Suite *suite = suite_create("recurrent");
    TCase *tests = tcase_create("recurrent");
    const int count = (int)(sizeof cases / sizeof cases[0]);

    tcase_add_loop_test(tests, values_are_those_of_plain_steps, 0, count);
    tcase_add_loop_test(tests, shorter_sequences_and_smaller_batches, 0, count);
    tcase_add_loop_test(tests, gradients_are_central_differences, 0, 3 * count);
    tcase_add_loop_test(tests, float32_gradients_are_near_and_repeat_to_the_bit, 0, count);
    tcase_add_loop_test(tests, gradients_of_shorter_sequences_and_smaller_batches, 0, count);
    tcase_add_test(tests, shapes_that_do_not_fit_are_named);
    suite_add_tcase(suite, tests);
    return suite;
}
