/* engine/data/sequential_scheme.c -- batches of consecutive examples. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

static const struct param params[] = {
    INDEX_SCHEME_EXAMPLES,
    INDEX_SCHEME_BATCH_SIZE,
    PARAM_END,
};

const struct scheme_type sequential_scheme_type = {
    .component = {
        .name = "SequentialScheme",
        .about = "Gives the examples in order, in batches.",
        .params = params,
        .settings_size = sizeof(struct index_scheme_settings),
    },
    .new = index_scheme_new,
    INDEX_SCHEME_FUNCTIONS,
};
