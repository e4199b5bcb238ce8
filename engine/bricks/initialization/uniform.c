/* engine/bricks/initialization/uniform.c -- [mean - width/2, mean + width/2), width = sqrt(12) std. */
#include "engine/bricks/initialization/initializations.h"

#include <math.h>

#include "engine/base/component_report.h"

struct uniform {
    double mean, width, std;
};

static const struct param params[] = {
    PARAM(uniform, mean, REAL, .preset = "0.0", .about = "The middle of the interval."),
    PARAM(uniform, width, REAL, .nullable = true, .about = "The width of the interval."),
    PARAM(uniform, std, REAL, .nullable = true, .about = "The standard deviation, instead of the width."),
    PARAM_END
};

static bool uniform_check(const struct component *scheme, const struct shape *shape,
                          struct error_list *errors)
{
    const struct uniform *self = scheme->settings;

    (void)shape;
    if (isnan(self->width) != isnan(self->std))
        return true;
    if (isnan(self->width))
        REPORT_AT(errors, ERROR_MISSING_MEMBER, scheme, NULL, "neither width nor std is given");
    else
        REPORT_AT(errors, ERROR_CONFLICT, scheme, "std", "both width and std are given");
    return error_list_hint(errors, "Give exactly one of width and std.");
}

static bool uniform_generate(const struct component *scheme, struct random_state *random,
                             const struct tensor *out, struct error *err)
{
    const struct uniform *self = scheme->settings;
    const double width = isnan(self->width) ? sqrt(12) * self->std : self->width;
    const double low = self->mean - width / 2, high = self->mean + width / 2;
    const int64_t count = tensor_elements(out);

    (void)err;
    for (int64_t i = 0; i < count; i++)
        initialization_store(out, i, random_uniform(random, low, high));
    return true;
}

const struct initialization_type uniform_initialization_type = {
    .component = { .name = "Uniform",
                   .about = "Draws from a uniform distribution.",
                   .params = params,
                   .settings_size = sizeof(struct uniform) },
    .check = uniform_check,
    .generate = uniform_generate,
};
