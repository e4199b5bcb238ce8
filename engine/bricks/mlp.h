/* engine/bricks/mlp.h -- what MLP and BatchNormalizedMLP share. */
#ifndef ENGINE_BRICKS_MLP_H
#define ENGINE_BRICKS_MLP_H

#include "engine/bricks/brick_build.h"

struct mlp {
    struct initializable initializable; /* first */
    struct component_list activations;  /* NULL items: no activation there */
    struct integer_list dims;
    struct component *prototype;
    bool mean_only, learn_scale, learn_shift; /* of BatchNormalizedMLP */
    struct brick *layers[BRICK_LAYERS_MAX];   /* the linear children */
};

#define MLP_PARAMS                                                                                           \
    PARAM(mlp, activations, COMPONENTS, .required = true, .family = &brick_family, .count_min = 1,           \
          .count_max = BRICK_LAYERS_MAX, .null_items = true,                                                 \
          .about = "What follows each linear brick; null for nothing."),                                     \
        PARAM(mlp, dims, INTEGERS, .required = true, .min = 1, .max = BRICK_WIDTH_MAX, .count_min = 2,       \
              .count_max = BRICK_LAYERS_MAX + 1,                                                             \
              .about = "Columns of the input and of the result of each layer."),                             \
        PARAM(mlp, prototype, COMPONENT, .preset = "\"Linear\"", .nullable = true, .null_is_preset = true,   \
              .family = &brick_family, .about = "The brick that stands in front of each activation.")

/* Reports a prototype that has no dimensions. */
bool mlp_check_prototype(const struct brick *self, struct error_list *errors);
/* Adds the child "linear_INDEX". */
bool mlp_add_layer(struct brick *self, size_t index, struct error_list *errors);
bool mlp_push(struct brick *self, struct error_list *errors);
void mlp_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim);

#endif
