/* engine/data/shuffled_example_scheme.c -- single examples in a new random order every epoch. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

static const struct param params[] = {
    INDEX_SCHEME_EXAMPLES,
    INDEX_SCHEME_RNG,
    PARAM_END,
};

const struct scheme_type shuffled_example_scheme_type = {
    .component = {
        .name = "ShuffledExampleScheme",
        .about = "Gives the examples in a new random order every epoch, one by one.",
        .params = params,
        .settings_size = sizeof(struct index_scheme_settings),
    },
    .new = index_scheme_new_shuffled,
    INDEX_SCHEME_FUNCTIONS,
};
