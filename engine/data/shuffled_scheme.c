/* engine/data/shuffled_scheme.c -- batches of examples in a new random order every epoch. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

struct shuffled_scheme {
    const struct cJSON *examples;
    int64_t batch_size, rng;
    bool sorted_indices;
};

static const struct param params[] = {
    PARAM(shuffled_scheme, examples, JSON,
          .about = "A count, taken from the beginning, or a list of examples of the stream; by default all."),
    PARAM(shuffled_scheme, batch_size, INTEGER, .required = true, .min = 1, .max = 1e9, .unit = "examples",
          .about = "Examples per batch; the last batch of an epoch may be smaller."),
    PARAM(shuffled_scheme, rng, INTEGER, .preset = "1", .min = 0, .max = 4294967295.0,
          .about = "Seed of the scheme's own RandomState, which goes on from epoch to epoch."),
    PARAM(shuffled_scheme, sorted_indices, BOOLEAN, .preset = "false",
          .about = "Whether the examples of a batch are sorted after shuffling."),
    PARAM_END,
};

static struct scheme *shuffled_scheme_new(const struct component *component, int64_t examples,
                                          struct error_list *errors)
{
    const struct shuffled_scheme *settings = component->settings;
    const struct index_scheme_options options = {
        .examples = settings->examples,
        .batch_size = settings->batch_size,
        .shuffled = true,
        .rng = settings->rng,
        .sorted_indices = settings->sorted_indices,
    };

    return index_scheme_new(component, &options, examples, errors);
}

const struct scheme_type shuffled_scheme_type = {
    .component = {
        .name = "ShuffledScheme",
        .about = "Gives the examples in a new random order every epoch, in batches.",
        .params = params,
        .settings_size = sizeof(struct shuffled_scheme),
    },
    .new = shuffled_scheme_new,
    .next_epoch = index_scheme_next_epoch,
    .next = index_scheme_next,
    .save = index_scheme_save,
    .load = index_scheme_load,
    .free = index_scheme_free,
};
