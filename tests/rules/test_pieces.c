/* tests/rules/test_pieces.c -- gradients that come piece by piece move parameters as those that come at once.
 */
#include "tests/rules/rules.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROWS = 70,
    COLUMNS = 53,
    WEIGHTS = ROWS * COLUMNS,
    BIAS_AT = 3712,
    BIAS = 90,
    ELEMENTS = BIAS_AT + 96,
    STEPS = 4
};

static const struct step_parameter parameters[] = {
    { "/W", { 2, { ROWS, COLUMNS } }, 0, WEIGHTS },
    { "/b", { 1, { BIAS } }, BIAS_AT, BIAS },
};

#define RMS_PROP_AND_MOMENTUM_OF_W                                                                           \
    "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"RMSProp\"}, {\"type\": \"Restrict\", "      \
    "\"variables\": [\"/W\"], \"step_rule\": {\"type\": \"Momentum\", \"learning_rate\": 0.1}}]}"
static const char *const elementwise[] = {
    "{\"type\": \"Scale\", \"learning_rate\": 0.1}",
    "{\"type\": \"BasicMomentum\", \"momentum\": 0.7}",
    "{\"type\": \"Momentum\", \"learning_rate\": 0.1, \"momentum\": 0.9}",
    "{\"type\": \"NesterovMomentum\", \"learning_rate\": 0.1, \"momentum\": 0.9}",
    "{\"type\": \"AdaDelta\"}",
    "{\"type\": \"BasicRMSProp\"}",
    "{\"type\": \"RMSProp\"}",
    "{\"type\": \"AdaGrad\"}",
    "{\"type\": \"Adam\", \"decay_factor\": 0.99}",
    "{\"type\": \"Restrict\", \"variables\": [\"/b\"], \"step_rule\": {\"type\": \"Adam\"}}",
    RMS_PROP_AND_MOMENTUM_OF_W,
};

static const char *const others[] = {
    "{\"type\": \"StepClipping\", \"threshold\": 0.5}",
    "{\"type\": \"VariableClipping\", \"threshold\": 3}",
    "{\"type\": \"RemoveNotFinite\"}",
    "{\"type\": \"CompositeRule\", \"components\": [{\"type\": \"Scale\"}, {\"type\": \"StepClipping\"}]}",
    "{\"type\": \"Restrict\", \"variables\": [\"/b\"], \"step_rule\": {\"type\": \"RemoveNotFinite\"}}",
};

struct job {
    struct step_layout layout;
    struct tensor values, steps;
    struct step_rule *rule;
};

static void open_job(struct job *job, const struct component *component, enum dtype dtype)
{
    struct error err;

    job->layout = (struct step_layout){ dtype, parameters, 2 };
    job->values = (struct tensor){ dtype, { 1, { ELEMENTS } }, calloc(ELEMENTS, sizeof(double)) };
    job->steps = (struct tensor){ dtype, { 1, { ELEMENTS } }, calloc(ELEMENTS, sizeof(double)) };
    job->rule = step_rule_new(component, &job->layout, &err);
    ck_assert_ptr_nonnull(job->rule);
    for (int i = 0; i < ELEMENTS; i++)
        tensor_write(&job->values, i, i < WEIGHTS || i >= BIAS_AT ? (i * 31 % 97) / 50.0 - 1 : 0);
}

static void close_job(struct job *job)
{
    step_rule_free(job->rule);
    free(job->values.data);
    free(job->steps.data);
}

static void set_gradients(struct job *job, int step)
{
    for (int k = 0; k < 2; k++)
        for (int64_t i = 0; i < parameters[k].count; i++)
            tensor_write(&job->steps, parameters[k].offset + i, (double)((i + step) * 17 % 101) / 50.0 - 1);
}

static double sum_of_squares(const struct tensor *tensor)
{
    double sum = 0;

    for (int64_t i = 0; i < tensor_elements(tensor); i++)
        sum += tensor_read(tensor, i) * tensor_read(tensor, i);
    return sum;
}

/* The last parameter first, in pieces of growing length, each somewhere else in memory. */
static void move_by_pieces(struct job *job, double *squares)
{
    const size_t bytes = dtype_bytes(job->layout.dtype);
    char *piece = malloc(ELEMENTS * bytes);

    for (size_t k = 2; k-- > 0;) {
        const struct step_parameter *parameter = &parameters[k];
        int64_t length = 1;

        for (int64_t begin = 0; begin < parameter->count; begin += length, length = length * 2 + 5) {
            const int64_t end = begin + length < parameter->count ? begin + length : parameter->count;

            memcpy(piece, (char *)job->steps.data + (size_t)(parameter->offset + begin) * bytes,
                   (size_t)(end - begin) * bytes);
            step_rule_update_span(job->rule, piece, job->values.data,
                                  (struct step_span){ k, parameter->offset + begin, parameter->offset + end },
                                  squares);
        }
    }
    free(piece);
}

static void check_pieces(const struct component *component, enum dtype dtype)
{
    struct job whole, pieces;
    double squares = 0, expected;

    open_job(&whole, component, dtype);
    open_job(&pieces, component, dtype);
    ck_assert(step_rule_is_elementwise(pieces.rule));
    for (int step = 0; step < STEPS; step++) {
        set_gradients(&whole, step);
        set_gradients(&pieces, step);
        step_rule_apply_and_update(whole.rule, whole.steps.data, whole.values.data);
        step_rule_begin(pieces.rule); /* of a batch that fails */
        step_rule_cancel(pieces.rule);
        step_rule_begin(pieces.rule);
        expected = sum_of_squares(&pieces.steps);
        move_by_pieces(&pieces, step % 2 ? &squares : NULL);
        if (step % 2)
            ck_assert_double_eq_tol(squares, expected, expected * (dtype == DTYPE_FLOAT32 ? 1e-6 : 1e-12));
        squares = 0;
    }
    ck_assert_mem_eq(whole.values.data, pieces.values.data, tensor_bytes(&whole.values));
    close_job(&whole);
    close_job(&pieces);
}

START_TEST(pieces_move_like_the_whole)
{
    struct components components = { 0 };
    const struct component *component = component_of_text(&components, &step_rule_family, elementwise[_i]);

    check_pieces(component, DTYPE_FLOAT32);
    check_pieces(component, DTYPE_FLOAT64);
    components_fini(&components);
}
END_TEST

START_TEST(rules_that_look_at_all_steps_are_told_apart)
{
    struct components components = { 0 };
    struct job job;

    open_job(&job, component_of_text(&components, &step_rule_family, others[_i]), DTYPE_FLOAT32);
    ck_assert(!step_rule_is_elementwise(job.rule));
    close_job(&job);
    components_fini(&components);
}
END_TEST

Suite *pieces_suite(void)
{
    Suite *suite = suite_create("rules by pieces");
    TCase *tests = tcase_create("pieces");

    tcase_add_loop_test(tests, pieces_move_like_the_whole, 0, (int)COUNT(elementwise));
    tcase_add_loop_test(tests, rules_that_look_at_all_steps_are_told_apart, 0, (int)COUNT(others));
    suite_add_tcase(suite, tests);
    return suite;
}
