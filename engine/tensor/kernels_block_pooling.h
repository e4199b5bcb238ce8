/* engine/tensor/kernels_block_pooling.h -- max pooling of images that lie side by side in the lanes of
 * vectors.  A template like kernels_block.h; bits are told of in kernels_pooled.h. */

typedef SIGNED_WORD TYPED(words) __attribute__((vector_size(VECTOR_BYTES), may_alias));

/* Part of a window: elements [i0, i1) by [j0, j1), those that lie in the image. */
struct TYPED(inside) {
    int64_t i0, i1, j0, j1;
};

static struct TYPED(inside) TYPED(inside_of)(const struct window *w, int64_t y, int64_t x)
{
    const int64_t top = y * w->step_height - w->pad_height, left = x * w->step_width - w->pad_width;

    return (struct TYPED(inside)){
        .i0 = top < 0 ? -top : 0,
        .i1 = top + w->window_height > w->height ? w->height - top : w->window_height,
        .j0 = left < 0 ? -left : 0,
        .j1 = left + w->window_width > w->width ? w->width - left : w->window_width,
    };
}

/* NaN is greater than everything. */
#define TAKES(a, b) (((a) > (b)) | ((a) != (a)))
INLINE void TYPED(take_greater)(VECTOR *best, const VECTOR *x)
{
    const TYPED(words) take = TAKES(*x, *best);

    *best = (VECTOR)((take & (TYPED(words)) * x) | (~take & (TYPED(words)) * best));
}
#undef TAKES

/* `corner`: where element (0, 0) of the window lies, or would lie. */
INLINE void TYPED(pool_place)(const REAL *corner, int64_t width, struct TYPED(inside) s, int64_t window_width,
                              REAL *greatest, REAL *bits)
{
    VECTOR best = SPLAT(-(REAL)INFINITY), sum = { 0 };

    for (int64_t i = s.i0; i < s.i1; i++)
        for (int64_t j = s.j0; j < s.j1; j++) {
            TYPED(take_greater)(&best, (const VECTOR *)(corner + (i * width + j) * LANES));
        }
    for (int64_t i = s.i0; i < s.i1; i++)
        for (int64_t j = s.j0; j < s.j1; j++) {
            const VECTOR x = *(const VECTOR *)(corner + (i * width + j) * LANES);

            sum += (VECTOR)((x == best) & (TYPED(words))SPLAT((REAL)(1 << (i * window_width + j))));
        }
    *(VECTOR *)greatest = best;
    *(VECTOR *)bits = sum;
}

/* One plane, of all images. */
static void TYPED(block_pool)(const struct window *w, const REAL *plane, REAL *greatest, REAL *bits)
{
    const bool twos = w->window_height == 2 && w->window_width == 2;

    for (int64_t y = 0; y < w->rows; y++)
        for (int64_t x = 0; x < w->columns; x++, greatest += LANES, bits += LANES) {
            const struct TYPED(inside) inside = TYPED(inside_of)(w, y, x);
            const REAL *corner =
                plane +
                ((y * w->step_height - w->pad_height) * w->width + x * w->step_width - w->pad_width) * LANES;

            if (twos && inside.i0 == 0 && inside.i1 == 2 && inside.j0 == 0 && inside.j1 == 2)
                TYPED(pool_place)(corner, w->width, (struct TYPED(inside)){ 0, 2, 0, 2 }, 2, greatest, bits);
            else
                TYPED(pool_place)(corner, w->width, inside, w->window_width, greatest, bits);
        }
}
