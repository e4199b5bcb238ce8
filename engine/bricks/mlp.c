/* engine/bricks/mlp.c -- linear, activation, linear, activation ...
 *
 * Children are linear_0, the first activation, linear_1, and so on; dims has one more entry than activations.
 */
#include <ctype.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

struct mlp {
    struct initializable initializable; /* first */
    struct component_list activations;  /* NULL items: no activation there */
    struct integer_list dims;
    struct component *prototype;
};

static const struct param params[] = {
    PARAM(mlp, activations, COMPONENTS, .required = true, .family = &brick_family, .count_min = 1,
          .count_max = BRICK_LAYERS_MAX, .null_items = true,
          .about = "What follows each linear brick; null for nothing."),
    PARAM(mlp, dims, INTEGERS, .required = true, .min = 1, .max = BRICK_WIDTH_MAX, .count_min = 2,
          .count_max = BRICK_LAYERS_MAX + 1,
          .about = "Columns of the input and of the result of each layer."),
    PARAM(mlp, prototype, COMPONENT, .preset = "\"Linear\"", .family = &brick_family,
          .about = "The brick that stands in front of each activation."),
    INITIALIZABLE_PARAMS, PARAM_END
};

static struct brick *add_layer(struct brick *self, size_t index, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;
    char *name = arena_format(&self->tree->arena, "%s_%zu", mlp->prototype->type->name, index);

    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return brick_add_child(self, mlp->prototype, name, errors);
}

static bool mlp_build(struct brick *self, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;

    if (!brick_type_of(mlp->prototype)->set_dims)
        return REPORT_AT(errors, ERROR_INVALID_VALUE, mlp->prototype, NULL,
                         "a brick of type %s has no input_dim and output_dim", mlp->prototype->type->name);
    for (size_t i = 0; i < mlp->activations.count; i++)
        if (!add_layer(self, i, errors) ||
            (mlp->activations.items[i] && !brick_add_child(self, mlp->activations.items[i], NULL, errors)))
            return false;
    return true;
}

static bool mlp_push(struct brick *self, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;
    size_t child = 0;

    if (mlp->dims.count != mlp->activations.count + 1) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "dims",
                  "%zu dims do not fit to %zu activations", mlp->dims.count, mlp->activations.count);
        return error_list_hint(errors,
                               "Give one more dimension than activations: that of the input comes first.");
    }
    for (size_t i = 0; i < mlp->activations.count; i++) {
        struct brick *layer = self->children[child];
        struct initializable *settings = layer->settings;

        layer->type->set_dims(layer, mlp->dims.items[i], mlp->dims.items[i + 1]);
        if (layer->type->initializable && !mlp->initializable.use_bias)
            settings->use_bias = false;
        child += mlp->activations.items[i] ? 2 : 1;
    }
    return true;
}

static void mlp_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
{
    struct mlp *mlp = self->settings;
    int64_t *dims = arena_array(&self->tree->arena, mlp->dims.count + 1, sizeof *dims);

    memcpy(dims, mlp->dims.items, mlp->dims.count * sizeof *dims);
    if (input_dim != INTEGER_ABSENT)
        dims[0] = input_dim;
    if (output_dim != INTEGER_ABSENT)
        dims[mlp->dims.count - 1] = output_dim;
    mlp->dims.items = dims;
}

const struct brick_type mlp_brick_type = {
    .component = { .name = "MLP",
                   .about = "A multi-layer perceptron: linear bricks and activations in turn.",
                   .params = params,
                   .settings_size = sizeof(struct mlp) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .build = mlp_build,
    .push = mlp_push,
    .set_dims = mlp_set_dims,
    .apply = brick_apply_children,
};
