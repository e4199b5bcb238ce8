/* engine/bricks/initialization/initialization.c -- the list of all schemes. */
#include "engine/bricks/initialization/initialization.h"

#include "engine/bricks/initialization/initializations.h"

static const struct component_type *const types[] = {
    &constant_initialization_type.component, &identity_initialization_type.component,
    &isotropic_gaussian_type.component,      &orthogonal_initialization_type.component,
    &sparse_initialization_type.component,   &sparse_nd_initialization_type.component,
    &uniform_initialization_type.component,  NULL,
};

const struct family initialization_family = {
    .name = "initialization scheme",
    .plural = "initializations",
    .types = types,
};

static const struct initialization_type *type_of(const struct component *scheme)
{
    return (const struct initialization_type *)(const void *)
        scheme->type; /* `component` is its first member */
}

bool initialization_check(const struct component *scheme, const struct shape *shape,
                          struct error_list *errors)
{
    const struct initialization_type *type = type_of(scheme);

    return !type->check || type->check(scheme, shape, errors);
}

bool initialization_generate(const struct component *scheme, struct random_state *random,
                             const struct tensor *out, struct error *err)
{
    return type_of(scheme)->generate(scheme, random, out, err);
}
