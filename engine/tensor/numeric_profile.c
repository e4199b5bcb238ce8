/* engine/tensor/numeric_profile.c -- see numeric_profile.h. */
#include "engine/tensor/numeric_profile.h"

#include <stdio.h>

#include "engine/tensor/blas.h"
#include "engine/tensor/kernels.h"

/* Written once, before there are other threads; the library it describes is one per process as well. */
static char profile[128];

bool numeric_start(const char *blas_core_wanted, struct error *err)
{
    char version[BLAS_VERSION_BYTES];

    if (!blas_start(blas_core_wanted, err))
        return false;
    snprintf(profile, sizeof profile, "%s %s, kernels %s", blas_version(version), blas_core(),
             kernel_level_name(kernel_level_best()));
    return true;
}

const char *numeric_profile(void)
{
    return profile;
}
