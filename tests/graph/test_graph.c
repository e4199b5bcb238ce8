/* tests/graph/test_graph.c -- nodes: what they share, what they refuse, what they are called. */
#include "tests/graph/suites.h"

#include <string.h>

#include "tests/graph/bench.h"

#define DIM(n) INT64_C(n)
#define AXES(...) (const int[]){ __VA_ARGS__ }, (int)(sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))
#define DIMS(...)                                                                                            \
    (const int64_t[]){ __VA_ARGS__ }, (int)(sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

static struct bench bench; /* one per forked test */
static struct graph *g;
static struct error *e;
static struct node *matrix, *other, *row, *cube, *scalar;

static void setup(void)
{
    bench_open(&bench, DTYPE_FLOAT32, GRAPH_TRAINING);
    g = bench.graph;
    e = &bench.err;
    matrix = bench_parameter(&bench, "matrix", &(struct shape){ 2, { 4, 5 } });
    other = bench_parameter(&bench, "other", &(struct shape){ 2, { 6, 7 } });
    row = bench_parameter(&bench, "row", &(struct shape){ 1, { 5 } });
    cube = bench_parameter(&bench, "cube", &(struct shape){ 3, { 2, 3, 4 } });
    scalar = bench_parameter(&bench, "scalar", &(struct shape){ 0, { 0 } });
}

static void teardown(void)
{
    bench_close(&bench);
}

/* Each is refused, and the message holds these words. */
#define REFUSED(X)                                                                                           \
    X(add, node_add(g, matrix, other, e), "add of shapes (4, 5) and (6, 7): 4 and 6 do not broadcast")       \
    X(dot, node_dot(g, matrix, other, e), "dot of shapes (4, 5) and (6, 7): 5 and 6 differ")                 \
    X(dot_transposed, node_dot(g, node_dimshuffle(g, matrix, AXES(1, 0), e), other, e), "(5, 4) and (6, 7)") \
    X(dot_scalar, node_dot(g, scalar, matrix, e), "the first needs an axis")                                 \
    X(dot_cube, node_dot(g, matrix, cube, e), "the second one or two")                                       \
    X(sum_axis, node_reduce(g, REDUCE_SUM, matrix, AXES(2), false, e),                                       \
      "sum of shape (4, 5): there is no axis 2")                                                             \
    X(sum_twice, node_reduce(g, REDUCE_SUM, matrix, AXES(1, -1), false, e), "axis -1 is named twice")        \
    X(argmax_axis, node_argmax(g, row, 1, e), "argmax of shape (5,)")                                        \
    X(reshape, node_reshape(g, matrix, DIMS(3, 7), e), "20 elements do not fill the new shape")              \
    X(reshape_two_rests, node_reshape(g, matrix, DIMS(-1, -1), e), "only one length can be -1")              \
    X(reshape_uneven, node_reshape(g, matrix, DIMS(-1, 3), e), "do not fill")                                \
    X(reshape_negative, node_reshape(g, matrix, DIMS(-9, 3), e), "a length cannot be -9")                    \
    X(reshape_huge, node_reshape(g, matrix, DIMS(INT64_MAX, INT64_MAX), e), "too many elements")             \
    X(flatten, node_flatten(g, matrix, 0, e), "flatten to 0 axes")                                           \
    X(dimshuffle_drop, node_dimshuffle(g, matrix, AXES(0), e), "axis 1 of length 5 cannot be left out")      \
    X(dimshuffle_axis, node_dimshuffle(g, matrix, AXES(0, 1, 2), e), "there is no axis 2")                   \
    X(dimshuffle_twice, node_dimshuffle(g, matrix, AXES(0, 1, 1), e), "axis 1 is named twice")               \
    X(concatenate, node_concatenate(g, (struct node *[]){ matrix, other }, 2, 0, e),                         \
      "only axis 0 may differ")                                                                              \
    X(concatenate_ranks, node_concatenate(g, (struct node *[]){ matrix, row }, 2, 0, e),                     \
      "only axis 0 may differ")                                                                              \
    X(concatenate_axis, node_concatenate(g, (struct node *[]){ matrix }, 1, 2, e), "there is no axis 2")     \
    X(concatenate_nothing, node_concatenate(g, NULL, 0, 0, e), "concatenate of 0 tensors")                   \
    X(slice_axis, node_slice(g, row, 1, 0, 1, e), "slice of shape (5,): there is no axis 1")                 \
    X(at, node_at(g, matrix, 4, e), "there is no element 4")                                                 \
    X(at_negative, node_at(g, matrix, -5, e), "there is no element -5")                                      \
    X(at_scalar, node_at(g, scalar, 0, e), "there is no element 0")                                          \
    X(softmax, node_softmax(g, scalar, e), "softmax of shape (): the last axis holds the classes")           \
    X(maxout, node_maxout(g, row, 6, e), "groups of 6")                                                      \
    X(maxout_none, node_maxout(g, row, 0, e), "groups of 0")                                                 \
    X(one_hot, node_one_hot(g, row, 0, e), "at least 1 class")                                               \
    X(one_hot_matrix, node_one_hot(g, matrix, 3, e), "one label per row")                                    \
    X(cross_entropy, node_categorical_cross_entropy(g, other, matrix, e), "(6, 7) and (4, 5)")               \
    X(cross_entropy_rank, node_categorical_cross_entropy(g, row, row, e), "rows and classes")                \
    X(cross_entropy_rows, node_categorical_cross_entropy(g, row, matrix, e), "(5,) and (4, 5)")              \
    X(misclassification, node_misclassification(g, row, matrix, 1, e), "not_equal of shapes (4,) and (5,)")  \
    X(misclassification_top, node_misclassification(g, row, matrix, 0, e), "top_k cannot be 0")              \
    X(dropout, node_dropout(g, row, 1, 0, e), "the probability 1 is not between 0 and below 1")              \
    X(noise, node_noise(g, row, -1, e), "the standard deviation -1")                                         \
    X(cast, node_cast(g, row, DTYPE_INT8, e), "cannot cast to int8")                                         \
    X(parameter, node_parameter(g, "row", &(struct shape){ 1, { 6 } }, e), "'row' has the shape (5,)")       \
    X(shared, node_shared(g, "row", &(struct shape){ 1, { 5 } }, e), "'row' is a parameter in one place")

#define X(name, expression, words)                                                                           \
    static struct node *refused_##name(void)                                                                 \
    {                                                                                                        \
        return expression;                                                                                   \
    }
REFUSED(X)
#undef X

static const struct {
    struct node *(*build)(void);
    const char *words;
} refused[] = {
#define X(name, expression, words) { refused_##name, words },
    REFUSED(X)
#undef X
};

START_TEST(what_does_not_fit_is_refused)
{
    ck_assert_ptr_null(refused[_i].build());
    ck_assert_int_ne(bench.err.code, ERROR_NONE);
    ck_assert_msg(strstr(bench.err.message, refused[_i].words) != NULL, "'%s' lacks '%s'", bench.err.message,
                  refused[_i].words);
}
END_TEST

START_TEST(the_first_error_of_nested_calls_stays)
{
    struct node *sum = node_mean(g, node_sqr(g, node_add(g, matrix, other, e), e), e);

    ck_assert_ptr_null(sum);
    ck_assert_int_eq(strncmp(bench.err.message, "add of shapes", 13), 0);
}
END_TEST

START_TEST(equal_expressions_are_one_node)
{
    struct node *once = node_tanh(g, node_add(g, matrix, row, e), e);

    ck_assert_ptr_eq(once, node_tanh(g, node_add(g, matrix, row, e), e));
    ck_assert_ptr_ne(once, node_tanh(g, node_add(g, row, matrix, e), e));
    ck_assert_ptr_eq(node_constant(g, 2), node_constant(g, 2));
    ck_assert_ptr_eq(matrix, node_parameter(g, "matrix", node_shape(matrix), e));
    ck_assert_ptr_ne(node_leaky_rectifier(g, matrix, 0.1, e), node_leaky_rectifier(g, matrix, 0.2, e));
    ck_assert_ptr_ne(node_dropout(g, matrix, 0.5, 0, e), node_dropout(g, matrix, 0.5, 0, e));
}
END_TEST

START_TEST(simple_things_stay_simple)
{
    ck_assert_ptr_eq(matrix, node_multiply(g, matrix, node_constant(g, 1), e));
    ck_assert_ptr_eq(matrix, node_add(g, matrix, node_constant(g, 0), e));
    ck_assert_ptr_eq(matrix, node_power(g, matrix, node_constant(g, 1), e));
    ck_assert_ptr_eq(node_sqr(g, matrix, e), node_power(g, matrix, node_constant(g, 2), e));
    ck_assert_ptr_eq(node_multiply(g, matrix, node_sqr(g, node_sqr(g, matrix, e), e), e),
                     node_power(g, matrix, node_constant(g, 5), e));
    ck_assert_ptr_eq(node_divide(g, node_constant(g, 1), node_sqr(g, matrix, e), e),
                     node_power(g, matrix, node_constant(g, -2), e));
    ck_assert_ptr_eq(node_constant(g, 6), node_multiply(g, node_constant(g, 2), node_constant(g, 3), e));
    ck_assert_ptr_eq(node_constant(g, -2), node_negative(g, node_constant(g, 2), e));
    ck_assert_ptr_eq(matrix, node_real(g, matrix, e));
    ck_assert_ptr_eq(cube, node_dimshuffle(g, cube, AXES(0, 1, 2), e));
}
END_TEST

START_TEST(names_find_their_nodes)
{
    enum name_role role;
    struct node *node;

    ck_assert(graph_name(g, matrix, "cost", NAME_VARIABLE, e));
    ck_assert(graph_name(g, matrix, "cost", NAME_VARIABLE, e)); /* the same again */
    ck_assert(graph_name(g, matrix, "W_norm", NAME_AUXILIARY, e));
    ck_assert(!graph_name(g, other, "cost", NAME_VARIABLE, e));
    ck_assert_int_eq(bench.err.code, ERROR_DUPLICATE);
    ck_assert_ptr_eq(graph_find(g, "cost"), matrix);
    ck_assert_ptr_null(graph_find(g, "costs"));
    ck_assert_uint_eq(graph_name_count(g), 2);
    ck_assert_str_eq(graph_name_at(g, 1, &node, &role), "W_norm");
    ck_assert_int_eq(role, NAME_AUXILIARY);
}
END_TEST

START_TEST(dependence_is_known)
{
    const struct shape shape = { 2, { 4, 5 } };
    struct node *x = node_input(g, "features", DTYPE_UINT8, &shape, e);
    struct node *y = node_add(g, x, matrix, e), *norm = node_l2_norm(g, &matrix, 1, e);

    ck_assert(node_depends_on_data(y) && node_depends_on(y, x) && node_depends_on(y, matrix));
    ck_assert(!node_depends_on_data(norm) && !node_depends_on(norm, x));
    ck_assert(node_depends_on(norm, matrix) && !node_depends_on(norm, other));
    ck_assert_int_eq(node_dtype(x), DTYPE_UINT8);
    ck_assert_int_eq(node_dtype(y), DTYPE_FLOAT32);
    ck_assert_int_eq(node_rank(y), 2);
    ck_assert_int_eq(node_dim(y, -1), 5);
}
END_TEST

START_TEST(endless_expressions_are_refused)
{
    struct node *x = scalar;
    int i = 0;

    for (; x && i < 1000000; i++)
        x = node_tanh(g, x, e);
    ck_assert_ptr_null(x);
    ck_assert_int_eq(bench.err.code, ERROR_LIMIT);
}
END_TEST

START_TEST(updates_are_of_shared_variables)
{
    struct node *count = node_shared(g, "count", &(struct shape){ 0, { 0 } }, e);
    size_t updates;

    ck_assert(graph_add_update(g, count, node_add(g, count, node_constant(g, 1), e), e));
    ck_assert(!graph_add_update(g, count, row, e));
    ck_assert_int_eq(bench.err.code, ERROR_SHAPE);
    ck_assert(!graph_add_update(g, node_constant(g, 1), scalar, e));
    ck_assert(!graph_add_update(g, count, NULL, e));
    ck_assert_ptr_eq(graph_updates(g, &updates)[0].variable, count);
    ck_assert_uint_eq(updates, 1);
}
END_TEST

Suite *graph_suite(void)
{
    Suite *suite = suite_create("graph");
    TCase *tests = tcase_create("graph");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, what_does_not_fit_is_refused, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tests, the_first_error_of_nested_calls_stays);
    tcase_add_test(tests, equal_expressions_are_one_node);
    tcase_add_test(tests, simple_things_stay_simple);
    tcase_add_test(tests, names_find_their_nodes);
    tcase_add_test(tests, dependence_is_known);
    tcase_add_test(tests, endless_expressions_are_refused);
    tcase_add_test(tests, updates_are_of_shared_variables);
    suite_add_tcase(suite, tests);
    return suite;
}
