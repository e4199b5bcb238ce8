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

/* Windows of 2 by 2 side by side, the usual ones: pairs of rows and pairs of columns, in long loops over as
 * many rows as fit into a buffer. */
enum { TYPED(PAIRS) = 2048 };

static bool TYPED(is_pairs)(const struct window *w)
{
    return w->window_height == 2 && w->window_width == 2 && w->step_height == 2 && w->step_width == 2 &&
           w->pad_height == 0 && w->pad_width == 0 && w->height == 2 * w->rows &&
           w->width == 2 * w->columns && w->width <= TYPED(PAIRS);
}

static void TYPED(pool_max_pairs)(const struct window *w, const REAL *x, REAL *out)
{
    const int64_t width = w->width, rows = w->planes * w->rows, at_once = TYPED(PAIRS) / width;
    REAL upright[TYPED(PAIRS)];

    for (int64_t row = 0; row < rows; row += at_once) {
        const int64_t these = rows - row < at_once ? rows - row : at_once;

        for (int64_t y = 0; y < these; y++, x += 2 * width) {
            REAL *to = upright + y * width;
            SHORT_LOOP(k, width, to[k] = GREATER(x[k], x[width + k]));
        }
        SIMD for (int64_t k = 0; k < these * w->columns; k++) out[k] =
            GREATER(upright[2 * k], upright[2 * k + 1]);
        out += these * w->columns;
    }
}

static void TYPED(pool_max_pairs_gradient)(const struct window *w, const REAL *x, const REAL *greatest,
                                           const REAL *gradient, REAL *out)
{
    const int64_t width = w->width, rows = w->planes * w->rows, at_once = TYPED(PAIRS) / width;
    REAL wide_greatest[TYPED(PAIRS)], wide_gradient[TYPED(PAIRS)];

    for (int64_t row = 0; row < rows; row += at_once) {
        const int64_t these = rows - row < at_once ? rows - row : at_once;

        SIMD for (int64_t k = 0; k < these * w->columns; k++)
        {
            wide_greatest[2 * k] = wide_greatest[2 * k + 1] = greatest[k];
            wide_gradient[2 * k] = wide_gradient[2 * k + 1] = gradient[k];
        }
        greatest += these * w->columns;
        gradient += these * w->columns;
        for (int64_t y = 0; y < 2 * these; y++, x += width, out += width) {
            const REAL *g = wide_greatest + y / 2 * width, *d = wide_gradient + y / 2 * width;
            SHORT_LOOP(k, width, out[k] = x[k] == g[k] ? d[k] : 0);
        }
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
#undef FOR_RUNS
#undef FOR_WINDOW
#undef GREATER
#undef SHORT_LOOP
#undef BLOCK
