/* engine/data/one_hot.c -- labels of shape (n) or (n, 1) become rows of shape (n, num_classes) with a single
 * one. */
#include <string.h>

#include "engine/data/sourcewise.h"
#include "engine/data/transformers.h"

struct one_hot {
    struct text_list which_sources;
    int64_t num_classes;
};

static const struct param params[] = {
    PARAM(one_hot, num_classes, INTEGER, .required = true, .min = 1, .max = 65536,
          .about = "Width of the rows; labels run from 0 to num_classes - 1."),
    WHICH_SOURCES(one_hot),
    PARAM_END,
};

static bool one_hot_plan(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                         struct error *err)
{
    const int first = examples ? 0 : 1;
    const bool labels =
        spec->shape.rank == first || (spec->shape.rank == first + 1 && spec->shape.dims[first] == 1);
    const int64_t classes = ((const struct one_hot *)settings)->num_classes;
    char text[SHAPE_TEXT_BYTES];

    if (dtype_is_real(spec->dtype)) {
        RAISE(err, ERROR_WRONG_TYPE, NULL, "%s numbers are not labels", dtype_name(spec->dtype));
        return error_hint(err, "Name the sources that hold labels in which_sources.");
    }
    if (!labels) {
        RAISE(err, ERROR_SHAPE, NULL, "shape %s is not that of labels", shape_text(&spec->shape, text));
        return error_hint(err, "Labels have the shape (n) or (n, 1).");
    }
    spec->dtype = real;
    spec->shape.rank = first + 1;
    spec->shape.dims[first] = classes > 0 ? classes : 1; /* absent: reported already */
    return true;
}

static bool one_hot_apply(const void *settings, const struct sourcewise_input *input,
                          const struct tensor *out, struct error *err)
{
    const struct tensor *in = &input->source->tensor;
    const int64_t classes = ((const struct one_hot *)settings)->num_classes;
    const int64_t count = tensor_elements(in);

    memset(out->data, 0, tensor_bytes(out));
    for (int64_t i = 0; i < count; i++) {
        const double label = tensor_read(in, i);

        if (!(label >= 0 && label < (double)classes))
            return RAISE(err, ERROR_TRAINING, NULL, "the label %.17g is not between 0 and %lld", label,
                         (long long)classes - 1);
        tensor_write(out, i * classes + (int64_t)label, 1);
    }
    return true;
}

static struct data_stream *one_hot_new(const struct component *component, struct data_stream *inner,
                                       const struct transforming *with, struct error_list *errors)
{
    static const struct sourcewise how = { .plan = one_hot_plan, .apply = one_hot_apply };
    const struct one_hot *settings = component->settings;

    return sourcewise_new(&how, component, &settings->which_sources, 0, inner, with->real, errors);
}

const struct transformer_type one_hot_type = {
    .component = {
        .name = "OneHot",
        .about = "Turns labels into rows that are one at the label and zero elsewhere.",
        .params = params,
        .settings_size = sizeof(struct one_hot),
    },
    .new = one_hot_new,
};
