/* engine/bricks/lookup_table.c -- rows of W by integers of any shape.  W is (length, dim). */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

struct lookup_table {
    struct initializable initializable; /* first */
    int64_t length, dim;
};

static const struct param params[] = {
    PARAM(lookup_table, length, INTEGER, .min = 1, .max = BRICK_PARAMETER_ELEMENTS_MAX,
          .about = "The number of rows: indices are below it."),
    PARAM(lookup_table, dim, INTEGER, .min = 1, .max = BRICK_WIDTH_MAX, .about = "Columns of the result."),
    INITIALIZABLE_PARAMS, PARAM_END
};

static void lookup_table_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
{
    struct lookup_table *table = self->settings;

    (void)input_dim; /* an index has no columns */
    if (output_dim != INTEGER_ABSENT)
        table->dim = output_dim;
}

static bool lookup_table_declare(struct brick *self, struct error_list *errors)
{
    const struct lookup_table *table = self->settings;
    const struct shape weights = { 2, { table->length, table->dim } };
    const bool has_length = brick_need_dim(self, "length", table->length, errors);

    return brick_need_dim(self, "dim", table->dim, errors) && has_length &&
           brick_add_parameter(self, "W", &weights, PARAMETER_WEIGHT, errors);
}

static bool lookup_table_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                               struct brick_values *results, struct error *err)
{
    struct node *rows = brick_parameter_node(self, graph, "W", err);

    if (dtype_is_real(node_dtype(inputs->items[0])))
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "the indices are %s, not integers",
                     dtype_name(node_dtype(inputs->items[0])));
    return brick_result(results, node_lookup(graph, rows, inputs->items[0], err));
}

const struct brick_type lookup_table_brick_type = {
    .component = { .name = "LookupTable",
                   .about = "Replaces integers by rows of a matrix: embeddings.",
                   .params = params,
                   .settings_size = sizeof(struct lookup_table) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .declare = lookup_table_declare,
    .set_dims = lookup_table_set_dims,
    .apply = lookup_table_apply,
};
