/* engine/bricks/mlp.c -- linear, activation, linear, activation ...
 *
 * Children are linear_0, the first activation, linear_1, and so on; dims has one more entry than activations.
 */
#include "engine/bricks/mlp.h"

#include <ctype.h>
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"

static const struct param params[] = { MLP_PARAMS, INITIALIZABLE_PARENT_PARAMS, PARAM_END };

bool mlp_check_prototype(const struct brick *self, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;

    return brick_type_of(mlp->prototype)->set_dims ||
           REPORT_AT(errors, ERROR_INVALID_VALUE, mlp->prototype, NULL,
                     "a brick of type %s has no input_dim and output_dim", mlp->prototype->type->name);
}

bool mlp_add_layer(struct brick *self, size_t index, struct error_list *errors)
{
    struct mlp *mlp = self->settings;
    char *name = arena_format(&self->tree->arena, "%s_%zu", mlp->prototype->type->name, index);

    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    mlp->layers[index] = brick_add_child(self, mlp->prototype, name, errors);
    return mlp->layers[index] != NULL;
}

static bool mlp_build(struct brick *self, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;

    if (!mlp_check_prototype(self, errors))
        return false;
    for (size_t i = 0; i < mlp->activations.count; i++)
        if (!mlp_add_layer(self, i, errors) ||
            (mlp->activations.items[i] && !brick_add_child(self, mlp->activations.items[i], NULL, errors)))
            return false;
    return true;
}

bool mlp_push(struct brick *self, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;

    if (mlp->dims.count != mlp->activations.count + 1) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "dims",
                  "%zu dims do not fit to %zu activations", mlp->dims.count, mlp->activations.count);
        return error_list_hint(errors,
                               "Give one more dimension than activations: that of the input comes first.");
    }
    for (size_t i = 0; i < mlp->activations.count; i++) {
        struct brick *layer = mlp->layers[i];

        layer->type->set_dims(layer, mlp->dims.items[i], mlp->dims.items[i + 1]);
        brick_push_use_bias(self, layer);
    }
    return true;
}

void mlp_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
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
