/* engine/tensor/kernels_pooling.h -- the greatest and the mean of windows over images.  A template like
 * kernels_image.h, with which it shares runs and places. */

/* ---- Pooling: all planes of a batch, one by one; of each, one element of the window after the other ---- */

/* The places that see element (i, j) of their window inside the image, as runs: `of` is where the first place
 * of a run sees it, `at` is that place. */
#define FOR_RUNS(w, i, j, ...)                                                                               \
    do {                                                                                                     \
        const struct TYPED(sight) s = TYPED(sight_of)(w, i, j);                                              \
                                                                                                             \
        for (int64_t y = s.y0; y < s.y1; y++) {                                                              \
            const int64_t of =                                                                               \
                (y * (w)->step_height + s.top) * (w)->width + s.x0 * (w)->step_width + s.left;               \
            const int64_t at = y * (w)->columns + s.x0, count = s.x1 - s.x0;                                 \
            __VA_ARGS__;                                                                                     \
        }                                                                                                    \
    } while (0)

#define GREATER(a, b) ((a) > (b) || (a) != (a) ? (a) : (b))
#define FOR_WINDOW(w, i, j)                                                                                  \
    for (int64_t i = 0; i < (w)->window_height; i++)                                                         \
        for (int64_t j = 0; j < (w)->window_width; j++)

/* Windows of 2 by 2 side by side, the usual ones: pairs of rows and pairs of columns. */
static bool TYPED(is_pairs)(const struct window *w)
{
    return w->window_height == 2 && w->window_width == 2 && w->step_height == 2 && w->step_width == 2 &&
           w->pad_height == 0 && w->pad_width == 0 && w->height == 2 * w->rows && w->width == 2 * w->columns;
}

/* Eight or four places at once: the elements of even and of odd columns of `count` columns, and the other
 * way. */
#define EVEN_OF_8(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD_OF_8(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define LOW_TWICE_8(a) __builtin_shufflevector(a, a, 0, 0, 1, 1, 2, 2, 3, 3)
#define HIGH_TWICE_8(a) __builtin_shufflevector(a, a, 4, 4, 5, 5, 6, 6, 7, 7)
#define EVEN_OF_4(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODD_OF_4(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#define LOW_TWICE_4(a) __builtin_shufflevector(a, a, 0, 0, 1, 1)
#define HIGH_TWICE_4(a) __builtin_shufflevector(a, a, 2, 2, 3, 3)

#define PAIRS(n)                                                                                             \
    /* a = GREATER(a, b); comparisons of vectors give words of ones and zeros */                             \
    INLINE void TYPED(keep_greater_##n)(TYPED(run_of_##n) * a, const TYPED(run_of_##n) * b)                  \
    {                                                                                                        \
        typedef TYPED(words_of_##n) words;                                                                   \
        const words keep = (*a > *b) | (*a != *a);                                                           \
                                                                                                             \
        *a = (TYPED(run_of_##n))((keep & (words)*a) | (~keep & (words)*b));                                  \
    }                                                                                                        \
                                                                                                             \
    INLINE void TYPED(greatest_of_##n)(const REAL *upper, const REAL *lower, REAL *out)                      \
    {                                                                                                        \
        typedef TYPED(run_of_##n) run;                                                                       \
        run a = *(const run *)upper, b = *(const run *)(upper + (n)), odd;                                   \
                                                                                                             \
        TYPED(keep_greater_##n)(&a, (const run *)lower);                                                     \
        TYPED(keep_greater_##n)(&b, (const run *)(lower + (n)));                                             \
        odd = ODD_OF_##n(a, b);                                                                              \
        a = EVEN_OF_##n(a, b);                                                                               \
        TYPED(keep_greater_##n)(&a, &odd);                                                                   \
        *(run *)out = a;                                                                                     \
    }                                                                                                        \
                                                                                                             \
    /* What was the greatest of a place gets the gradient of the place. */                                   \
    INLINE void TYPED(give_back_##n)(const REAL *x, int64_t width, const REAL *greatest,                     \
                                     const REAL *gradient, REAL *out)                                        \
    {                                                                                                        \
        typedef TYPED(run_of_##n) run;                                                                       \
        typedef TYPED(words_of_##n) words;                                                                   \
        const run g = *(const run *)greatest, d = *(const run *)gradient;                                    \
        const run g1 = LOW_TWICE_##n(g), g2 = HIGH_TWICE_##n(g);                                             \
        const run d1 = LOW_TWICE_##n(d), d2 = HIGH_TWICE_##n(d);                                             \
                                                                                                             \
        for (int64_t y = 0; y < 2; y++, x += width, out += width) {                                          \
            *(run *)out = (run)((*(const run *)x == g1) & (words)d1);                                        \
            *(run *)(out + (n)) = (run)((*(const run *)(x + (n)) == g2) & (words)d2);                        \
        }                                                                                                    \
    }
PAIRS(8)
PAIRS(4)
#undef PAIRS

static void TYPED(pool_max_pairs)(const struct window *w, const REAL *x, REAL *out)
{
    const int64_t width = w->width, columns = w->columns, rows = w->planes * w->rows;

    for (int64_t row = 0; row < rows; row++, x += 2 * width, out += columns) {
        int64_t k = 0;

        for (; k + 8 <= columns; k += 8)
            TYPED(greatest_of_8)(x + 2 * k, x + width + 2 * k, out + k);
        for (; k + 4 <= columns; k += 4)
            TYPED(greatest_of_4)(x + 2 * k, x + width + 2 * k, out + k);
        for (; k < columns; k++) {
            const REAL *four = x + 2 * k;
            const REAL left = GREATER(four[0], four[width]), right = GREATER(four[1], four[width + 1]);

            out[k] = GREATER(left, right);
        }
    }
}

static void TYPED(pool_max_pairs_gradient)(const struct window *w, const REAL *x, const REAL *greatest,
                                           const REAL *gradient, REAL *out)
{
    const int64_t width = w->width, columns = w->columns, rows = w->planes * w->rows;

    for (int64_t row = 0; row < rows; row++) {
        int64_t k = 0;

        for (; k + 8 <= columns; k += 8)
            TYPED(give_back_8)(x + 2 * k, width, greatest + k, gradient + k, out + 2 * k);
        for (; k + 4 <= columns; k += 4)
            TYPED(give_back_4)(x + 2 * k, width, greatest + k, gradient + k, out + 2 * k);
        for (k *= 2; k < width; k++) {
            out[k] = x[k] == greatest[k / 2] ? gradient[k / 2] : 0;
            out[width + k] = x[width + k] == greatest[k / 2] ? gradient[k / 2] : 0;
        }
        x += 2 * width, out += 2 * width, greatest += columns, gradient += columns;
    }
}

static void TYPED(pool_max)(const struct window *w, const void *x_memory, void *out_memory)
{
    const REAL *x = x_memory;
    REAL *out = out_memory;
    const int64_t step = w->step_width, places = w->rows * w->columns;

    if (TYPED(is_pairs)(w)) {
        TYPED(pool_max_pairs)(w, x, out);
        return;
    }
    for (int64_t p = 0; p < w->planes; p++, x += w->height * w->width, out += places) {
        for (int64_t k = 0; k < places; k++)
            out[k] = -(REAL)INFINITY;
        FOR_WINDOW(w, i, j)
        FOR_RUNS(
            w, i, j, SIMD for (int64_t k = 0; k < count; k++) {
                const REAL a = x[of + k * step], b = out[at + k];
                out[at + k] = a > b || a != a ? a : b;
            });
    }
}

/* Every element that is the greatest of a window gets that window's gradient. */
static void TYPED(pool_max_gradient)(const struct window *w, const void *x_memory,
                                     const void *greatest_memory, const void *gradient_memory,
                                     void *out_memory)
{
    const REAL *x = x_memory, *greatest = greatest_memory, *gradient = gradient_memory;
    REAL *out = out_memory;
    const int64_t step = w->step_width, places = w->rows * w->columns, pixels = w->height * w->width;

    if (TYPED(is_pairs)(w)) {
        TYPED(pool_max_pairs_gradient)(w, x, greatest, gradient, out);
        return;
    }
    for (int64_t p = 0; p < w->planes; p++) {
        TYPED(clear)(out, pixels);
        FOR_WINDOW(w, i, j)
        FOR_RUNS(w, i, j,
                 SIMD for (int64_t k = 0; k < count; k++) out[of + k * step] +=
                 x[of + k * step] == greatest[at + k] ? gradient[at + k] : 0);
        x += pixels, out += pixels, greatest += places, gradient += places;
    }
}

/* How many elements place `place` averages over, along one axis. */
static inline int64_t TYPED(seen)(int64_t place, int64_t step, int64_t pad, int64_t window, int64_t extent,
                                  bool include_padding)
{
    int64_t first = place * step - pad, last = first + window;
    const int64_t begin = include_padding ? -pad : 0, end = include_padding ? extent + pad : extent;

    if (first < begin)
        first = begin;
    if (last > end)
        last = end;
    return last - first;
}

/* out = x / number of elements that the place averages over, for one plane */
static void TYPED(divide_by_seen)(const struct window *w, const REAL *x, REAL *out, bool include_padding)
{
    for (int64_t y = 0; y < w->rows; y++) {
        const int64_t rows =
            TYPED(seen)(y, w->step_height, w->pad_height, w->window_height, w->height, include_padding);

        SIMD for (int64_t k = 0; k < w->columns; k++)
        {
            const int64_t columns =
                TYPED(seen)(k, w->step_width, w->pad_width, w->window_width, w->width, include_padding);
            out[y * w->columns + k] = x[y * w->columns + k] / (REAL)(int32_t)(rows * columns);
        }
    }
}

static void TYPED(pool_mean)(const struct window *w, bool include_padding, const void *x_memory,
                             void *out_memory)
{
    const REAL *x = x_memory;
    REAL *out = out_memory;
    const int64_t step = w->step_width, places = w->rows * w->columns;

    for (int64_t p = 0; p < w->planes; p++, x += w->height * w->width, out += places) {
        TYPED(clear)(out, places);
        FOR_WINDOW(w, i, j)
        FOR_RUNS(w, i, j, SIMD for (int64_t k = 0; k < count; k++) out[at + k] += x[of + k * step]);
        TYPED(divide_by_seen)(w, out, out, include_padding);
    }
}

/* `share` is memory for one plane of places. */
static void TYPED(pool_mean_gradient)(const struct window *w, bool include_padding,
                                      const void *gradient_memory, void *share_memory, void *out_memory)
{
    const REAL *gradient = gradient_memory;
    REAL *out = out_memory, *share = share_memory;
    const int64_t step = w->step_width, places = w->rows * w->columns, pixels = w->height * w->width;

    for (int64_t p = 0; p < w->planes; p++, gradient += places, out += pixels) {
        TYPED(divide_by_seen)(w, gradient, share, include_padding);
        TYPED(clear)(out, pixels);
        FOR_WINDOW(w, i, j)
        FOR_RUNS(w, i, j, SIMD for (int64_t k = 0; k < count; k++) out[of + k * step] += share[at + k]);
    }
}
