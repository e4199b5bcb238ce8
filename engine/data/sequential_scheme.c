/* engine/data/sequential_scheme.c -- batches of consecutive examples. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

struct sequential_scheme {
    const struct cJSON *examples;
    int64_t batch_size;
};

static const struct param params[] = {
    PARAM(sequential_scheme, examples, JSON,
          .about = "A count, taken from the beginning, or a list of examples of the stream; by default all."),
    PARAM(sequential_scheme, batch_size, INTEGER, .required = true, .min = 1, .max = 1e9, .unit = "examples",
          .about = "Examples per batch; the last batch of an epoch may be smaller."),
    PARAM_END,
};

static struct scheme *sequential_scheme_new(const struct component *component, int64_t examples,
                                            struct error_list *errors)
{
    const struct sequential_scheme *settings = component->settings;
    const struct index_scheme_options options = {
        .examples = settings->examples,
        .batch_size = settings->batch_size,
    };

    return index_scheme_new(component, &options, examples, errors);
}

const struct scheme_type sequential_scheme_type = {
    .component = {
        .name = "SequentialScheme",
        .about = "Gives the examples in order, in batches.",
        .params = params,
        .settings_size = sizeof(struct sequential_scheme),
    },
    .new = sequential_scheme_new,
    .next_epoch = index_scheme_next_epoch,
    .next = index_scheme_next,
    .save = index_scheme_save,
    .load = index_scheme_load,
    .free = index_scheme_free,
};
