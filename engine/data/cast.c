/* engine/data/cast.c -- changes the dtype of sources. */
#include <math.h>

#include "engine/data/dtype_choice.h"
#include "engine/data/sourcewise.h"
#include "engine/data/transformers.h"

struct cast {
    struct text_list which_sources;
    int dtype;
};

static const struct param params[] = {
    PARAM(cast, dtype, CHOICE, .required = true, .choices = dtype_choices,
          .about = "What to cast to; floatX is the job's dtype."),
    WHICH_SOURCES(cast),
    PARAM_END,
};

static enum dtype target(const void *settings, enum dtype real)
{
    return dtype_chosen(((const struct cast *)settings)->dtype, real); /* absent: reported already */
}

/* Real numbers stay in the job's dtype: a cast to float32 in a float64 job rounds them. */
static bool cast_plan(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                      struct error *err)
{
    const enum dtype dtype = target(settings, real);

    (void)examples;
    (void)err;
    spec->dtype = dtype_is_real(dtype) ? real : dtype;
    return true;
}

/* Smallest and largest number of an integer dtype. */
static void bounds(enum dtype dtype, double *out_min, double *out_max)
{
    static const struct {
        double min, max;
    } table[DTYPE_COUNT] = {
        [DTYPE_UINT8] = { 0, UINT8_MAX },
        [DTYPE_INT8] = { INT8_MIN, INT8_MAX },
        [DTYPE_UINT16] = { 0, UINT16_MAX },
        [DTYPE_INT16] = { INT16_MIN, INT16_MAX },
        [DTYPE_UINT32] = { 0, UINT32_MAX },
        [DTYPE_INT32] = { INT32_MIN, INT32_MAX },
        [DTYPE_INT64] = { -0x1p63, 0x1.fffffffffffffp62 }, /* the largest double below 2^63 */
    };

    *out_min = table[dtype].min;
    *out_max = table[dtype].max;
}

static bool cast_to_integer(const struct tensor *in, const struct tensor *out, struct error *err)
{
    const int64_t count = tensor_elements(in);
    double min, max;

    bounds(out->dtype, &min, &max);
    for (int64_t i = 0; i < count; i++) {
        const double number = trunc(tensor_read(in, i));

        if (!(number >= min && number <= max))
            return RAISE(err, ERROR_TRAINING, NULL, "%.17g does not fit into %s", tensor_read(in, i),
                         dtype_name(out->dtype));
        tensor_write(out, i, number);
    }
    return true;
}

static bool cast_apply(const void *settings, const struct sourcewise_input *input, const struct tensor *out,
                       struct error *err)
{
    const struct tensor *in = &input->source->tensor;
    const int64_t count = tensor_elements(in);

    if (in->dtype == out->dtype || dtype_is_real(out->dtype)) {
        tensor_convert(in, out);
    } else if (out->dtype == DTYPE_BOOL) {
        for (int64_t i = 0; i < count; i++)
            tensor_write(out, i, tensor_read(in, i) != 0);
    } else if (!cast_to_integer(in, out, err)) {
        return false;
    }
    if (out->dtype == DTYPE_FLOAT64 && target(settings, out->dtype) == DTYPE_FLOAT32) {
        double *numbers = out->data;

        for (int64_t i = 0; i < count; i++)
            numbers[i] = (float)numbers[i];
    }
    return true;
}

static struct data_stream *cast_new(const struct component *component, struct data_stream *inner,
                                    const struct transforming *with, struct error_list *errors)
{
    static const struct sourcewise how = { .plan = cast_plan, .apply = cast_apply };
    const struct cast *settings = component->settings;

    return sourcewise_new(&how, component, &settings->which_sources, 0, inner, with->real, errors);
}

const struct transformer_type cast_type = {
    .component = {
        .name = "Cast",
        .about = "Casts sources to another dtype.",
        .params = params,
        .settings_size = sizeof(struct cast),
    },
    .new = cast_new,
};
