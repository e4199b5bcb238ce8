/* engine/data/shuffled_example_scheme.c -- single examples in a new random order every epoch. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

struct shuffled_example_scheme {
    const struct cJSON *examples;
    int64_t rng;
};

static const struct param params[] = {
    PARAM(shuffled_example_scheme, examples, JSON,
          .about = "A count, taken from the beginning, or a list of examples of the stream; by default all."),
    PARAM(shuffled_example_scheme, rng, INTEGER, .preset = "1", .min = 0, .max = 4294967295.0,
          .about = "Seed of the scheme's own RandomState, which goes on from epoch to epoch."),
    PARAM_END,
};

static struct scheme *shuffled_example_scheme_new(const struct component *component, int64_t examples,
                                                  struct error_list *errors)
{
    const struct shuffled_example_scheme *settings = component->settings;
    const struct index_scheme_options options = {
        .examples = settings->examples,
        .shuffled = true,
        .rng = settings->rng,
    };

    return index_scheme_new(component, &options, examples, errors);
}

const struct scheme_type shuffled_example_scheme_type = {
    .component = {
        .name = "ShuffledExampleScheme",
        .about = "Gives the examples in a new random order every epoch, one by one.",
        .params = params,
        .settings_size = sizeof(struct shuffled_example_scheme),
    },
    .new = shuffled_example_scheme_new,
    .next_epoch = index_scheme_next_epoch,
    .next = index_scheme_next,
    .save = index_scheme_save,
    .load = index_scheme_load,
    .free = index_scheme_free,
};
