/* engine/tensor/numeric_profile.c -- see numeric_profile.h. */
#include "engine/tensor/numeric_profile.h"

#include <pthread.h>
#include <stdio.h>
#include <strings.h>

#include "engine/tensor/blas.h"
#include "engine/tensor/kernels.h"

/* The library that these describe is one per process as well. */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static char profile[128]; /* written once, under the lock */

static bool start(const char *core, struct error *err)
{
    char version[BLAS_VERSION_BYTES];

    if (!blas_start(core, err))
        return false;
    snprintf(profile, sizeof profile, "%s %s, kernels %s", blas_version(version), blas_core(),
             kernel_level_name(kernel_level_best()));
    return true;
}

/* Exchanging the library's kernels while somebody multiplies would end the process. */
static bool keep(const char *core, struct error *err)
{
    return !core || strcasecmp(core, blas_core()) == 0 ||
           RAISE(err, ERROR_STATE, NULL, "OpenBLAS already runs with the kernels '%s'", blas_core());
}

bool numeric_start(const char *blas_core_wanted, struct error *err)
{
    bool good;

    pthread_mutex_lock(&starting);
    good = profile[0] ? keep(blas_core_wanted, err) : start(blas_core_wanted, err);
    pthread_mutex_unlock(&starting);
    return good;
}

const char *numeric_profile(void)
{
    return profile;
}
