/* tests/graph/test_operations.c -- the value of every operation: against NumPy, in both dtypes, for smaller
 * batches than planned, over and over. */
#include "tests/graph/suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/graph/bench.h"
#include "tests/graph/expressions.h"

/* Every operand is a source, planned with `more` rows than the reference has where its first axis is the
 * batch. */
static struct node *build(struct bench *bench, const struct expression *expression, int64_t more)
{
    static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
    const struct reference *reference = expression_reference(expression);
    struct node *operands[EXPRESSION_OPERANDS_MAX];

    for (int i = 0; i < reference->operand_count; i++) {
        const struct array *array = &reference->operands[i];
        const enum dtype dtype = array->integers ? DTYPE_UINT8 : graph_real(bench->graph);
        struct shape planned = array->shape;

        if (expression->batch >> i & 1)
            planned.dims[0] += more;
        operands[i] = bench_source(bench, names[i], dtype, &planned, &array->shape, array->values);
    }
    return expression->build(bench->graph, operands, &bench->err);
}

static void assert_is_reference(const struct bench *bench, const struct expression *expression,
                                double tolerance)
{
    const struct reference *reference = expression_reference(expression);
    const struct tensor *out = function_output(bench->function, 0);
    char got[SHAPE_TEXT_BYTES], expected[SHAPE_TEXT_BYTES];

    ck_assert_msg(shape_equal(&out->shape, &reference->result.shape), "%s: shape %s, not %s",
                  expression->name, shape_text(&out->shape, got),
                  shape_text(&reference->result.shape, expected));
    for (int64_t i = 0; i < tensor_elements(out); i++) {
        const double value = reference->result.values[i], computed = tensor_read(out, i);
        ck_assert_msg(fabs(computed - value) <= tolerance * (1 + fabs(value)),
                      "%s: element %d is %.17g, not %.17g", expression->name, (int)i, computed, value);
    }
}

START_TEST(values_are_numpys)
{
    const struct expression *expression = &expressions[_i];

    for (enum dtype dtype = DTYPE_FLOAT32; dtype <= DTYPE_FLOAT64; dtype++) {
        struct bench bench;
        struct node *out;

        bench_open(&bench, dtype, GRAPH_TRAINING);
        out = build(&bench, expression, 0);
        bench_compile(&bench, &out, 1, NULL);
        bench_call(&bench);
        assert_is_reference(&bench, expression, dtype == DTYPE_FLOAT32 ? 4e-6 : 1e-13);
        bench_close(&bench);
    }
}
END_TEST

START_TEST(smaller_batches_than_planned)
{
    const struct expression *expression = &expressions[_i];
    struct bench bench;
    struct node *out;

    bench_open(&bench, DTYPE_FLOAT64, GRAPH_TRAINING);
    out = build(&bench, expression, 3);
    bench_compile(&bench, &out, 1, &(struct function_options){ .poison = true });
    for (int call = 0; call < 2; call++) {
        bench_call(&bench);
        assert_is_reference(&bench, expression, 1e-13);
    }
    bench_close(&bench);
}
END_TEST

START_TEST(the_same_bits_on_every_call)
{
    struct bench bench;
    struct node *out;
    char *first;
    size_t bytes;

    bench_open(&bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    out = build(&bench, &expressions[_i], 0);
    bench_compile(&bench, &out, 1, NULL);
    bench_call(&bench);
    bytes = tensor_bytes(function_output(bench.function, 0));
    first = malloc(bytes + 1);
    memcpy(first, function_output(bench.function, 0)->data, bytes);
    for (int call = 0; call < 3; call++) {
        bench_call(&bench);
        ck_assert_mem_eq(function_output(bench.function, 0)->data, first, bytes);
    }
    bench_compile(&bench, &out, 1, &(struct function_options){ .poison = true });
    bench_call(&bench);
    ck_assert_mem_eq(function_output(bench.function, 0)->data, first, bytes);
    free(first);
    bench_close(&bench);
}
END_TEST

Suite *operations_suite(void)
{
    Suite *suite = suite_create("operations");
    TCase *tests = tcase_create("operations");

    tcase_add_loop_test(tests, values_are_numpys, 0, (int)expression_count);
    tcase_add_loop_test(tests, smaller_batches_than_planned, 0, (int)expression_count);
    tcase_add_loop_test(tests, the_same_bits_on_every_call, 0, (int)expression_count);
    suite_add_tcase(suite, tests);
    return suite;
}
