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

static bool is_worth_it_for(struct product p, int64_t rows)
{
    p.m = rows;
    return is_worth_it(&p);
}

/* Whole tiles, in pieces of about one size; a last piece that would be made in another way is none. */
int64_t blocked_product_rows(const struct product *p, int64_t most)
{
    const int64_t tiles_max = most / BLOCKED_PRODUCT_ROWS;
    const int64_t tiles = (p->m + BLOCKED_PRODUCT_ROWS - 1) / BLOCKED_PRODUCT_ROWS;
    int64_t pieces, rows, last;

    if (kernel_level_best() != KERNEL_X86_64_V4 || tiles_max < 1 || !is_worth_it(p))
        return 0;
    pieces = (tiles + tiles_max - 1) / tiles_max;
    rows = (tiles + pieces - 1) / pieces * BLOCKED_PRODUCT_ROWS;
    last = p->m % rows > 0 ? p->m % rows : rows;
    return is_worth_it_for(*p, rows) && is_worth_it_for(*p, last) ? rows : 0;
}

#else

int64_t blocked_product_rows(const struct product *p, int64_t most)
{
    (void)p;
    (void)most;
    return 0;
}

bool blocked_product(const struct product *p, const void *a, const void *b, void *c)
{
    (void)p;
    (void)a;
    (void)b;
    (void)c;
    return false;
}

#endif
