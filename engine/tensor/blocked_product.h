/* engine/tensor/blocked_product.h -- large matrix products for processors with 32 registers of 512 bits.
 *
 * There OpenBLAS' kernels leave a tenth to a fifth of the time unused where the right side is not much larger
 * than the left one, as with the layers of nets.  This is the usual scheme (Goto, van de Geijn, "Anatomy of
 * high-performance matrix multiplication", ACM Transactions on Mathematical Software 34, 2008), with the
 * right side packed column by column, so that it goes through the caches once.
 *
 * Sums run in the order of k, in blocks; they depend on the shape alone.  Thread-safe; nothing is allocated:
 * about 300 KiB lie on the stack. */
#ifndef ENGINE_TENSOR_BLOCKED_PRODUCT_H
#define ENGINE_TENSOR_BLOCKED_PRODUCT_H

#include "engine/tensor/blas.h"

enum { BLOCKED_PRODUCT_ROWS = 14 }; /* of a tile of the result: two vectors each, of 32 registers */

/* False when the processor or the shape is none for it: c is as before. */
bool blocked_product(const struct product *product, const void *a, const void *b, void *c);

/* See blas_rows_at_once. */
int64_t blocked_product_rows(const struct product *product, int64_t most);

/* One side of a product as it is stored: where element (i, k) or (k, j) lies. */
struct product_side {
    const void *data;
    int64_t stride; /* in elements, between rows as stored */
    bool transposed;
};
typedef void blocked_product_fn(const struct product *product, struct product_side left,
                                struct product_side right, void *c);

#endif
