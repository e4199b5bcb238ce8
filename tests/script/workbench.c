/* tests/script/workbench.c -- see workbench.h. */
#include "tests/script/workbench.h"

#include <string.h>

#define SCHEMES                                                                                              \
    "\"weights_init\": {\"type\": \"Constant\", \"constant\": 0}, \"biases_init\": {\"type\": "              \
    "\"Constant\", \"constant\": 0}"

static const struct expression_source sources[] = {
    { "x", DTYPE_FLOAT64, { 2, { 2, 3 } } },
    { "y", DTYPE_INT64, { 2, { 2, 1 } } },
    { "images", DTYPE_UINT8, { 4, { 2, 1, 2, 2 } } },
};

static const struct expression_shared shared[] = { { "decay", { 0, { 0 } } }, { "bias", { 1, { 3 } } } };

static struct brick *make(struct workbench *bench, const char *name, const char *json)
{
    struct error_list errors = { 0 };
    struct brick *brick =
        brick_new(component_of_text(&bench->components, &brick_family, json), name, &errors);

    ck_assert_msg(brick, "%s", errors.count ? errors.items[0].message : "");
    return brick;
}

void workbench_open(struct workbench *bench, enum graph_mode mode,
                    const struct expression_variable *variables, size_t variable_count)
{
    workbench_open_as(bench, DTYPE_FLOAT64, mode, variables, variable_count);
}

void workbench_open_as(struct workbench *bench, enum dtype real, enum graph_mode mode,
                       const struct expression_variable *variables, size_t variable_count)
{
    static const double x[] = { 1, 2, 3, 4, 5, 6 }, y[] = { 1, 0 }, images[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    const double *const values[] = { x, y, images };
    struct error err;

    memset(bench, 0, sizeof *bench);
    bench_open(&bench->graph, real, mode);
    for (size_t i = 0; i < COUNT(sources); i++) {
        struct expression_source *source = &bench->sources[i];

        *source = sources[i];
        source->dtype = dtype_is_real(source->dtype) ? real : source->dtype;
        bench_source(&bench->graph, source->name, source->dtype, &source->shape, &source->shape, values[i]);
    }
    bench->bricks[0] = make(
        bench, "mlp",
        "{\"type\": \"MLP\", \"activations\": [\"Tanh\", \"Softmax\"], \"dims\": [3, 4, 2]," SCHEMES "}");
    bench->bricks[1] = make(bench, "bias", "{\"type\": \"Bias\", \"dim\": 3, " SCHEMES "}");
    bench->bricks[2] = make(bench, "lstm", "{\"type\": \"LSTM\", \"dim\": 1, " SCHEMES "}");
    bench->bricks[3] = make(bench, "gru", "{\"type\": \"GatedRecurrent\", \"dim\": 1, " SCHEMES "}");
    bench->bricks[4] = make(bench, "fork",
                            "{\"type\": \"Fork\", \"output_names\": [\"inputs\", \"gate_inputs\"], "
                            "\"input_dim\": 3, \"output_dims\": [1, 2], " SCHEMES "}");
    bench->names = (struct expression_names){ .sources = bench->sources,
                                              .source_count = COUNT(sources),
                                              .bricks = bench->bricks,
                                              .brick_count = COUNT(bench->bricks),
                                              .variables = variables,
                                              .variable_count = variable_count,
                                              .shared = shared,
                                              .shared_count = COUNT(shared) };
    bench->scope = expression_scope_new(bench->graph.graph, &bench->names, &err);
    ck_assert_ptr_nonnull(bench->scope);
}

void workbench_close(struct workbench *bench)
{
    expression_scope_free(bench->scope);
    bench_close(&bench->graph);
    for (size_t i = 0; i < COUNT(bench->bricks); i++)
        brick_free(bench->bricks[i]);
    components_fini(&bench->components);
}

struct node *workbench_node(struct workbench *bench, const char *expression)
{
    struct brick_values values;
    struct error err;

    if (!expression_evaluate(bench->scope, expression, "/here", &values, &err))
        ck_abort_msg("%s: %s", expression, err.message);
    ck_assert_msg(values.count == 1, "%s: %zu results", expression, values.count);
    return values.items[0];
}

static void fill_variables(struct variables *variables)
{
    for (size_t i = 0; i < variables_count(variables); i++) {
        const struct variable *variable = variables_at(variables, i);

        if (variable->role != VARIABLE_RANDOM)
            for (int64_t k = 0; k < tensor_elements(&variable->value); k++)
                tensor_write(&variable->value, k, 0.1 * (double)(k + 1));
    }
}

void workbench_fill(struct workbench *bench)
{
    bench_allocate(&bench->graph);
    fill_variables(bench->graph.variables);
}

void workbench_expect(struct workbench *bench, const char *expression, const char *expected)
{
    struct node *node = workbench_node(bench, expression);
    struct text actual = { 0 };
    const struct tensor *output;

    workbench_fill(bench);
    bench_compile(&bench->graph, &node, 1, NULL);
    bench_call(&bench->graph);
    output = function_output(bench->graph.function, 0);
    for (int64_t i = 0; i < tensor_elements(output); i++)
        text_format(&actual, "%s%.6g", i ? " " : "", tensor_read(output, i));
    ck_assert_msg(!strcmp(text_bytes(&actual), expected), "%s: %s instead of %s", expression,
                  text_bytes(&actual), expected);
    text_fini(&actual);
}

void workbench_refuse(struct workbench *bench, const char *expression, enum error_code code,
                      const char *message, const char *pointer, const char *hint)
{
    struct brick_values values = { .count = 77 };
    struct error err = { .code = ERROR_NONE };

    ck_assert_msg(!expression_evaluate(bench->scope, expression, "/here", &values, &err), "%s", expression);
    ck_assert_uint_eq(values.count, 77); /* Untouched on failure. */
    ck_assert_msg(strstr(err.message, message), "%s: %s", expression, err.message);
    ck_assert_msg(err.code == code, "%s: %s", expression, error_code_name(err.code));
    ck_assert_msg(strcmp(err.pointer, pointer) == 0, "%s: %s", expression, err.pointer);
    ck_assert_msg(strstr(err.hint, hint), "%s: %s", expression, err.hint);
}
