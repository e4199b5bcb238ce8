/* engine/tensor/kernels_image.h -- windows that go over images: columns for products, and pooling.  A
 * template like kernels_real.h; struct window is in kernels.h. */

/* The places of a window, [first, last), at which the element `offset` of it lies inside the image. */
static inline void TYPED(places)(int64_t offset, int64_t step, int64_t extent, int64_t count, int64_t *first,
                                 int64_t *last)
{
    *first = offset < 0 ? (step - 1 - offset) / step : 0;
    *last = offset < extent ? (extent - 1 - offset) / step + 1 : 0;
    if (*last > count)
        *last = count;
    if (*first > *last)
        *first = *last;
}

/* Short runs decide: blocks of 16, 8 and 4 elements become one or a few instructions each. */
#define RUN(name, statement)                                                                                 \
    static inline void TYPED(name)(const REAL *x, REAL *out, int64_t count)                                  \
    {                                                                                                        \
        int64_t i = 0;                                                                                       \
                                                                                                             \
        for (; i + 16 <= count; i += 16) {                                                                   \
            SIMD for (int l = 0; l < 16; l++) out[i + l] statement x[i + l];                                 \
        }                                                                                                    \
        if (i + 8 <= count) {                                                                                \
            SIMD for (int l = 0; l < 8; l++) out[i + l] statement x[i + l];                                  \
            i += 8;                                                                                          \
        }                                                                                                    \
        if (i + 4 <= count) {                                                                                \
            SIMD for (int l = 0; l < 4; l++) out[i + l] statement x[i + l];                                  \
            i += 4;                                                                                          \
        }                                                                                                    \
        for (; i < count; i++)                                                                               \
            out[i] statement x[i];                                                                           \
    }
RUN(copy_run, =)
RUN(add_run, +=)
#undef RUN

static inline void TYPED(clear)(REAL *out, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = 0;
}

/* One element of the filter, at (i, j) counted from the top left of the window: what it sees from every
 * place. */
static void TYPED(one_column)(const struct window *w, const REAL *image, REAL *out, int64_t i, int64_t j)
{
    const int64_t top = i - w->pad_height, left = j - w->pad_width;
    int64_t y0, y1, x0, x1;

    TYPED(places)(top, w->step_height, w->height, w->rows, &y0, &y1);
    TYPED(places)(left, w->step_width, w->width, w->columns, &x0, &x1);
    TYPED(clear)(out, y0 * w->columns);
    for (int64_t y = y0; y < y1; y++) {
        const REAL *from = image + (y * w->step_height + top) * w->width + left;
        REAL *to = out + y * w->columns;

        TYPED(clear)(to, x0);
        if (w->step_width == 1)
            TYPED(copy_run)(from + x0, to + x0, x1 - x0);
        else
            for (int64_t x = x0; x < x1; x++)
                to[x] = from[x * w->step_width];
        TYPED(clear)(to + x1, w->columns - x1);
    }
    TYPED(clear)(out + y1 * w->columns, (w->rows - y1) * w->columns);
}

static void TYPED(columns)(const struct window *w, const void *image_memory, void *out_memory)
{
    const REAL *image = image_memory;
    REAL *out = out_memory;

    for (int64_t c = 0; c < w->planes; c++, image += w->height * w->width)
        for (int64_t i = w->window_height; i-- > 0;)
            for (int64_t j = w->window_width; j-- > 0; out += w->rows * w->columns)
                TYPED(one_column)(w, image, out, i, j);
}

static void TYPED(add_one_column)(const struct window *w, const REAL *column, REAL *image, int64_t i,
                                  int64_t j)
{
    const int64_t top = i - w->pad_height, left = j - w->pad_width;
    int64_t y0, y1, x0, x1;

    TYPED(places)(top, w->step_height, w->height, w->rows, &y0, &y1);
    TYPED(places)(left, w->step_width, w->width, w->columns, &x0, &x1);
    for (int64_t y = y0; y < y1; y++) {
        const REAL *from = column + y * w->columns;
        REAL *to = image + (y * w->step_height + top) * w->width + left;

        if (w->step_width == 1)
            TYPED(add_run)(from + x0, to + x0, x1 - x0);
        else
            for (int64_t x = x0; x < x1; x++)
                to[x * w->step_width] += from[x];
    }
}

static void TYPED(add_columns)(const struct window *w, const void *columns_memory, void *image_memory)
{
    const REAL *columns = columns_memory;
    REAL *image = image_memory;

    TYPED(clear)(image, w->planes * w->height * w->width);
    for (int64_t c = 0; c < w->planes; c++, image += w->height * w->width)
        for (int64_t i = w->window_height; i-- > 0;)
            for (int64_t j = w->window_width; j-- > 0; columns += w->rows * w->columns)
                TYPED(add_one_column)(w, columns, image, i, j);
}

/* ---- Pooling: all planes of a batch, one by one; of each, one element of the window after the other ---- */

/* The places that see element (i, j) of their window inside the image, as runs: `of` is where the first place
 * of a run sees it, `at` is that place. */
#define FOR_RUNS(w, i, j, ...)                                                                               \
    do {                                                                                                     \
        const int64_t top = (i) - (w)->pad_height, left = (j) - (w)->pad_width;                              \
        int64_t y0, y1, x0, x1;                                                                              \
                                                                                                             \
        TYPED(places)(top, (w)->step_height, (w)->height, (w)->rows, &y0, &y1);                              \
        TYPED(places)(left, (w)->step_width, (w)->width, (w)->columns, &x0, &x1);                            \
        for (int64_t y = y0; y < y1; y++) {                                                                  \
            const int64_t of = (y * (w)->step_height + top) * (w)->width + x0 * (w)->step_width + left;      \
            const int64_t at = y * (w)->columns + x0, count = x1 - x0;                                       \
            __VA_ARGS__;                                                                                     \
        }                                                                                                    \
    } while (0)

#define FOR_WINDOW(w, i, j)                                                                                  \
    for (int64_t i = 0; i < (w)->window_height; i++)                                                         \
        for (int64_t j = 0; j < (w)->window_width; j++)

static void TYPED(pool_max)(const struct window *w, const void *x_memory, void *out_memory)
{
    const REAL *x = x_memory;
    REAL *out = out_memory;
    const int64_t step = w->step_width, places = w->rows * w->columns;

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
