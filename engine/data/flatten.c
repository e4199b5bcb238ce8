/* engine/data/flatten.c -- one row of numbers per example: (n, a, b, ...) becomes (n, a b ...). */
#include "engine/data/sourcewise.h"
#include "engine/data/transformers.h"

struct flatten {
    struct text_list which_sources;
};

static const struct param params[] = {
    WHICH_SOURCES(flatten),
    PARAM_END,
};

static bool flatten_plan(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                         struct error *err)
{
    const int first = examples ? 0 : 1;
    int64_t width = 1;

    (void)settings;
    (void)real;
    (void)err;
    for (int axis = first; axis < spec->shape.rank; axis++)
        width *= spec->shape.dims[axis];
    spec->shape.rank = first + 1;
    spec->shape.dims[first] = width;
    return true;
}

static struct data_stream *flatten_new(const struct component *component, struct data_stream *inner,
                                       const struct transforming *with, struct error_list *errors)
{
    static const struct sourcewise how = { .plan = flatten_plan };
    const struct flatten *settings = component->settings;

    return sourcewise_new(&how, component, &settings->which_sources, 0, inner, with->real, errors);
}

const struct transformer_type flatten_type = {
    .component = {
        .name = "Flatten",
        .about = "Makes one row of numbers out of each example.",
        .params = params,
        .settings_size = sizeof(struct flatten),
    },
    .new = flatten_new,
};
