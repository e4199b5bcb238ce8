/* engine/bricks/batch_normalized_mlp.c -- an MLP with batch normalization in front of each activation.
 *
 * The activation with index i stands behind its normalization in a sequence batch_norm_activation_i. */
#include "engine/bricks/batch_normalization.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/mlp.h"

static const struct param params[] = {
    MLP_PARAMS,
    PARAM(mlp, mean_only, BOOLEAN, .preset = "false", .about = "As of BatchNormalization."),
    PARAM(mlp, learn_scale, BOOLEAN, .preset = "true", .about = "As of BatchNormalization."),
    PARAM(mlp, learn_shift, BOOLEAN, .preset = "true", .about = "As of BatchNormalization."),
    INITIALIZABLE_PARAMS_WITH(.preset = "false",
                              .about = "Whether the linear bricks have biases; null: as the prototype says."),
    PARAM_END
};

static bool add_activation(struct brick *self, size_t index, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;
    const char *name = arena_format(&self->tree->arena, "batch_norm_activation_%zu", index);
    struct brick *sequence = brick_add_new(self, &sequence_brick_type, name, errors);

    return sequence && brick_add_new(sequence, &batch_normalization_brick_type, NULL, errors) &&
           (!mlp->activations.items[index] ||
            brick_add_child(sequence, mlp->activations.items[index], NULL, errors));
}

static bool batch_normalized_mlp_build(struct brick *self, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;

    if (!mlp_check_prototype(self, errors))
        return false;
    for (size_t i = 0; i < mlp->activations.count; i++)
        if (!mlp_add_layer(self, i, errors) || !add_activation(self, i, errors))
            return false;
    return true;
}

static bool batch_normalized_mlp_push(struct brick *self, struct error_list *errors)
{
    const struct mlp *mlp = self->settings;

    if (!mlp_push(self, errors))
        return false;
    for (size_t i = 0; i < mlp->activations.count; i++) {
        struct brick *sequence = self->children[2 * i + 1], *normalization = sequence->children[0];
        struct batch_normalization *settings = normalization->settings;

        normalization->type->set_dims(normalization, mlp->dims.items[i + 1], INTEGER_ABSENT);
        settings->mean_only = mlp->mean_only;
        settings->learn_scale = mlp->learn_scale;
        settings->learn_shift = mlp->learn_shift;
    }
    return true;
}

const struct brick_type batch_normalized_mlp_brick_type = {
    .component = { .name = "BatchNormalizedMLP",
                   .about = "A multi-layer perceptron with batch normalization in front of each activation.",
                   .params = params,
                   .settings_size = sizeof(struct mlp) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = 1,
    .build = batch_normalized_mlp_build,
    .push = batch_normalized_mlp_push,
    .set_dims = mlp_set_dims,
    .apply = brick_apply_children,
};
