/* engine/data/sequential_example_scheme.c -- one example after the other. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

static const struct param params[] = {
    INDEX_SCHEME_EXAMPLES,
    PARAM_END,
};

const struct scheme_type sequential_example_scheme_type = {
    .component = {
        .name = "SequentialExampleScheme",
        .about = "Gives the examples in order, one by one.",
        .params = params,
        .settings_size = sizeof(struct index_scheme_settings),
    },
    .new = index_scheme_new,
    INDEX_SCHEME_FUNCTIONS,
};
