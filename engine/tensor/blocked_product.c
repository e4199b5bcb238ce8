/* engine/tensor/blocked_product.c -- see blocked_product.h. */
#include "engine/tensor/blocked_product.h"

#include "engine/tensor/kernels.h"

#if defined(__x86_64__)

extern blocked_product_fn blocked_product_float32, blocked_product_float64;

/* Measured: below, OpenBLAS' own small products are faster, or too much of a block would be empty.  Of
 * products whose right side alone is transposed it packs also small ones, under a lock that all threads
 * share. */
static bool is_worth_it(const struct product *p)
{
    enum { ROWS_MIN = 8, COLUMNS_MIN = 64, K_MIN = 24, MULTIPLICATIONS_MIN = 1000000 };
    enum { TRANSPOSED_ROWS_MIN = 16, TRANSPOSED_COLUMNS_MIN = 32, TRANSPOSED_K_MIN = 8 };

    if (p->transpose_b && !p->transpose_a)
        return p->m >= TRANSPOSED_ROWS_MIN && p->n >= TRANSPOSED_COLUMNS_MIN && p->k >= TRANSPOSED_K_MIN;
    return p->m >= ROWS_MIN && p->n >= COLUMNS_MIN && p->k >= K_MIN &&
           (double)p->m * (double)p->n * (double)p->k > MULTIPLICATIONS_MIN;
}

bool blocked_product(const struct product *p, const void *a, const void *b, void *c)
{
    const int64_t n_stored = p->c_columns ? p->c_columns : p->n;
    const struct product_side left = { a,
                                       !p->transpose_a ? p->k
                                       : p->a_columns  ? p->a_columns
                                                       : p->m,
                                       p->transpose_a };
    const struct product_side right = { b, p->transpose_b ? p->k : n_stored, p->transpose_b };

    if (kernel_level_best() != KERNEL_X86_64_V4 || !is_worth_it(p))
        return false;
    (p->dtype == DTYPE_FLOAT32 ? blocked_product_float32 : blocked_product_float64)(p, left, right, c);
    return true;
}

#else

bool blocked_product(const struct product *p, const void *a, const void *b, void *c)
{
    (void)p;
    (void)a;
    (void)b;
    (void)c;
    return false;
}

#endif
