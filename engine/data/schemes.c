/* engine/data/schemes.c -- see schemes.h. */
#include "engine/data/schemes.h"

static const struct component_type *const types[] = {
    &sequential_scheme_type.component,
    &shuffled_scheme_type.component,
    &constant_scheme_type.component,
    &sequential_example_scheme_type.component,
    &shuffled_example_scheme_type.component,
    &concatenated_scheme_type.component,
    NULL,
};

const struct family scheme_family = {
    .name = "iteration scheme",
    .plural = "schemes",
    .types = types,
};
