/* engine/tensor/numeric_profile.h -- what results depend on besides the definition: the BLAS kernels and our
 * own. */
#ifndef ENGINE_TENSOR_NUMERIC_PROFILE_H
#define ENGINE_TENSOR_NUMERIC_PROFILE_H

#include "engine/base/error.h"

/* blas_start, and writes down the profile.  Before anything else of the engine is used; any number of threads
 * may call it, the first one that succeeds decides.  ERROR_STATE: it was another core. */
bool numeric_start(const char *blas_core, struct error *err);

/* "OpenBLAS 0.3.21 SkylakeX, kernels x86-64-v4"; "" before numeric_start. */
const char *numeric_profile(void);

#endif
