/* engine/tensor/blas_self_test.h -- whether the library can be trusted with threads. */
#ifndef ENGINE_TENSOR_BLAS_SELF_TEST_H
#define ENGINE_TENSOR_BLAS_SELF_TEST_H

#include <stdbool.h>

/* False when products of two threads at once are not those of one thread.  Takes some milliseconds. */
bool blas_self_test(void);

#endif
