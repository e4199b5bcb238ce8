/* engine/tensor/blas.h -- matrix products.  The only user of OpenBLAS.
 *
 * blas_start is called once, before any other thread uses the engine; the others are thread-safe.
 * All matrices are row-major. */
#ifndef ENGINE_TENSOR_BLAS_H
#define ENGINE_TENSOR_BLAS_H

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

/* Chooses the kernel set by what this CPU can do, or takes `core` (one of OpenBLAS' core names) when it is
 * not NULL; the environment has no say in it.  One thread per call.  False when the library is not the
 * pthread build, does not know the core, or gives wrong results when two threads use it at once. */
bool blas_start(const char *core, struct error *err);

enum { BLAS_VERSION_BYTES = 40 };
const char *blas_version(char out[BLAS_VERSION_BYTES]); /* "OpenBLAS 0.3.21" */
const char *blas_core(void);                            /* "SkylakeX" */

/* c (m, n) = a (m, k) b (k, n), plus c itself when `accumulate`.  With transpose_a, a is stored as (k, m);
 * with transpose_b, b as (n, k).  Any extent may be 0.  c overlaps neither operand. */
struct product {
    enum dtype dtype; /* float32 or float64 */
    bool transpose_a, transpose_b, accumulate;
    int64_t m, n, k;   /* each at most BLAS_EXTENT_MAX */
    int64_t a_columns; /* with transpose_a: a is stored as (k, a_columns), of which m are used; 0: m */
    /* c is stored as (m, c_columns), of which n are written, and b, unless it is transposed, as
     * (k, c_columns); 0: n */
    int64_t c_columns;
};
enum { BLAS_EXTENT_MAX = INT32_MAX };
void blas_product(const struct product *product, const void *a, const void *b, void *c);
/* How many rows of c, at most `most`, can be made at a time with the bits of all at once, the last time
 * perhaps fewer; 0: only all at once. */
int64_t blas_rows_at_once(const struct product *product, int64_t most);

#endif
