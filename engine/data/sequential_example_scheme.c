/* engine/data/sequential_example_scheme.c -- one example after the other. */
#include "engine/data/index_scheme.h"
#include "engine/data/schemes.h"

struct sequential_example_scheme {
    const struct cJSON *examples;
};

static const struct param params[] = {
    PARAM(sequential_example_scheme, examples, JSON,
          .about = "A count, taken from the beginning, or a list of examples of the stream; by default all."),
    PARAM_END,
};

static struct scheme *sequential_example_scheme_new(const struct component *component, int64_t examples,
                                                    struct error_list *errors)
{
    const struct sequential_example_scheme *settings = component->settings;
    const struct index_scheme_options options = { .examples = settings->examples };

    return index_scheme_new(component, &options, examples, errors);
}

const struct scheme_type sequential_example_scheme_type = {
    .component = {
        .name = "SequentialExampleScheme",
        .about = "Gives the examples in order, one by one.",
        .params = params,
        .settings_size = sizeof(struct sequential_example_scheme),
    },
    .new = sequential_example_scheme_new,
    .next_epoch = index_scheme_next_epoch,
    .next = index_scheme_next,
    .save = index_scheme_save,
    .load = index_scheme_load,
    .free = index_scheme_free,
};
