/* engine/data/scale_and_shift.c -- x * scale + shift, in the job's dtype. */
#include "engine/data/sourcewise.h"
#include "engine/data/transformers.h"

struct scale_and_shift {
    struct text_list which_sources;
    double scale, shift;
};

static const struct param params[] = {
    PARAM(scale_and_shift, scale, REAL, .required = true, .about = "Factor of every number."),
    PARAM(scale_and_shift, shift, REAL, .required = true, .about = "Added to every product."),
    WHICH_SOURCES(scale_and_shift),
    PARAM_END,
};

static bool scale_and_shift_plan(const void *settings, bool examples, enum dtype real,
                                 struct source_spec *spec, struct error *err)
{
    (void)settings;
    (void)examples;
    (void)err;
    spec->dtype = real;
    return true;
}

/* dtypes whose numbers are all float32 numbers too. */
static bool fits_float32(enum dtype dtype)
{
    return dtype != DTYPE_FLOAT64 && (dtype == DTYPE_FLOAT32 || dtype_bytes(dtype) <= 2);
}

static void apply_to_doubles(double *numbers, int64_t count, double scale, double shift)
{
    for (int64_t i = 0; i < count; i++)
        numbers[i] = numbers[i] * scale + shift;
}

static void apply_to_floats(float *numbers, int64_t count, double scale, double shift)
{
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (float)(numbers[i] * scale + shift);
}

/* The arithmetic is that of doubles, rounded once, as when NumPy casts its result to float32. */
static bool scale_and_shift_apply(const void *settings, const struct sourcewise_input *input,
                                  const struct tensor *out, struct error *err)
{
    const struct tensor *in = &input->source->tensor;
    const double scale = ((const struct scale_and_shift *)settings)->scale;
    const double shift = ((const struct scale_and_shift *)settings)->shift;
    const int64_t count = tensor_elements(out);

    (void)err;
    if (out->dtype == DTYPE_FLOAT64) {
        tensor_convert(in, out);
        apply_to_doubles(out->data, count, scale, shift);
    } else if (fits_float32(in->dtype)) {
        tensor_convert(in, out);
        apply_to_floats(out->data, count, scale, shift);
    } else {
        for (int64_t i = 0; i < count; i++)
            tensor_write(out, i, tensor_read(in, i) * scale + shift);
    }
    return true;
}

static struct data_stream *scale_and_shift_new(const struct component *component, struct data_stream *inner,
                                               const struct transforming *with, struct error_list *errors)
{
    static const struct sourcewise how = { .plan = scale_and_shift_plan, .apply = scale_and_shift_apply };
    const struct scale_and_shift *settings = component->settings;

    return sourcewise_new(&how, component, &settings->which_sources, 0, inner, with->real, errors);
}

const struct transformer_type scale_and_shift_type = {
    .component = {
        .name = "ScaleAndShift",
        .about = "Multiplies sources by a number and adds another one.",
        .params = params,
        .settings_size = sizeof(struct scale_and_shift),
    },
    .new = scale_and_shift_new,
};
