/* engine/bricks/initialization/isotropic_gaussian.c -- mean + std gauss. */
#include "engine/bricks/initialization/initializations.h"

struct isotropic_gaussian {
    double std, mean;
};

static const struct param params[] = {
    PARAM(isotropic_gaussian, std, REAL, .preset = "1.0", .min = 0, .max = -1,
          .about = "The standard deviation."),
    PARAM(isotropic_gaussian, mean, REAL, .preset = "0.0", .about = "The mean."), PARAM_END
};

static bool isotropic_gaussian_generate(const struct component *scheme, struct random_state *random,
                                        const struct tensor *out, struct error *err)
{
    const struct isotropic_gaussian *self = scheme->settings;
    const int64_t count = tensor_elements(out);

    (void)err;
    for (int64_t i = 0; i < count; i++)
        initialization_store(out, i, self->mean + self->std * random_gauss(random));
    return true;
}

const struct initialization_type isotropic_gaussian_type = {
    .component = { .name = "IsotropicGaussian",
                   .about = "Draws from a normal distribution.",
                   .params = params,
                   .settings_size = sizeof(struct isotropic_gaussian) },
    .generate = isotropic_gaussian_generate,
};
