/* engine/bricks/initialization/identity.c -- mult times the rectangular identity matrix. */
#include "engine/bricks/initialization/initializations.h"

#include "engine/base/component_report.h"

struct identity {
    double mult;
};

static const struct param params[] = {
    PARAM(identity, mult, REAL, .preset = "1.0", .about = "The number on the diagonal."), PARAM_END
};

bool initialization_check_matrix(const struct component *scheme, const struct shape *shape,
                                 struct error_list *errors)
{
    char text[SHAPE_TEXT_BYTES];

    return shape->rank == 2 ||
           REPORT_AT(errors, ERROR_SHAPE, scheme, NULL, "%s fills matrices only, not a parameter of shape %s",
                     scheme->type->name, shape_text(shape, text));
}

static bool identity_generate(const struct component *scheme, struct random_state *random,
                              const struct tensor *out, struct error *err)
{
    const struct identity *self = scheme->settings;

    (void)random;
    (void)err;
    for (int64_t row = 0; row < out->shape.dims[0]; row++)
        for (int64_t column = 0; column < out->shape.dims[1]; column++)
            initialization_store(out, row * out->shape.dims[1] + column, row == column ? self->mult : 0);
    return true;
}

const struct initialization_type identity_initialization_type = {
    .component = { .name = "Identity",
                   .about = "Fills a matrix with a multiple of the identity.",
                   .params = params,
                   .settings_size = sizeof(struct identity) },
    .check = initialization_check_matrix,
    .generate = identity_generate,
};
