/* engine/bricks/sequence.c -- bricks one after the other, each applied to the results of the one before. */
#include "engine/bricks/brick_build.h"
#include "engine/bricks/bricks.h"

struct sequence {
    struct component_list application_methods;
};

static const struct param params[] = { PARAM(sequence, application_methods, COMPONENTS, .required = true,
                                             .family = &brick_family, .count_min = 1,
                                             .count_max = BRICK_LAYERS_MAX,
                                             .about = "The bricks in the order of their application."),
                                       PARAM_END };

static bool sequence_build(struct brick *self, struct error_list *errors)
{
    const struct sequence *sequence = self->settings;
    bool good = true;

    for (size_t i = 0; i < sequence->application_methods.count; i++)
        good = brick_add_child(self, sequence->application_methods.items[i], NULL, errors) && good;
    return good;
}

/* The first child takes the input, the last gives the result. */
static void feedforward_sequence_set_dims(struct brick *self, int64_t input_dim, int64_t output_dim)
{
    struct brick *first = self->children[0], *last = self->children[self->child_count - 1];

    if (first->type->set_dims)
        first->type->set_dims(first, input_dim, INTEGER_ABSENT);
    if (last->type->set_dims)
        last->type->set_dims(last, INTEGER_ABSENT, output_dim);
}

const struct brick_type sequence_brick_type = {
    .component = { .name = "Sequence",
                   .about = "Chains bricks.",
                   .params = params,
                   .settings_size = sizeof(struct sequence) },
    .inputs_min = 1,
    .inputs_max = BRICK_VALUES_MAX,
    .build = sequence_build,
    .apply = brick_apply_children,
};

const struct brick_type feedforward_sequence_brick_type = {
    .component = { .name = "FeedforwardSequence",
                   .about = "Chains bricks that have one input and one result.",
                   .params = params,
                   .settings_size = sizeof(struct sequence) },
    .inputs_min = 1,
    .inputs_max = 1,
    .build = sequence_build,
    .set_dims = feedforward_sequence_set_dims,
    .apply = brick_apply_children,
};
