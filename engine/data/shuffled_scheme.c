/* engine/data/shuffled_scheme.c -- batches of examples in a new random order every epoch. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

static const struct param params[] = {
    INDEX_SCHEME_EXAMPLES,
    INDEX_SCHEME_BATCH_SIZE,
    INDEX_SCHEME_RNG,
    PARAM(index_scheme_settings, sorted_indices, BOOLEAN, .preset = "false",
          .about = "Whether the examples of a batch are sorted after shuffling."),
    PARAM_END,
};

const struct scheme_type shuffled_scheme_type = {
    .component = {
        .name = "ShuffledScheme",
        .about = "Gives the examples in a new random order every epoch, in batches.",
        .params = params,
        .settings_size = sizeof(struct index_scheme_settings),
    },
    .new = index_scheme_new_shuffled,
    INDEX_SCHEME_FUNCTIONS,
};
