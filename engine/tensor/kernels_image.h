/* engine/tensor/kernels_image.h -- windows that go over images: columns for products.  A template
 * like kernels_real.h; struct window is in kernels.h. */

/* The places of a window, [first, last), at which the element `offset` of it lies inside the image. */
static inline void TYPED(places)(int64_t offset, int64_t step, int64_t extent, int64_t count, int64_t *first,
                                 int64_t *last)
{
    if (step == 1) { /* the usual one, without divisions */
        *first = offset < 0 ? -offset : 0;
        *last = extent - offset;
    } else {
        *first = offset < 0 ? (step - 1 - offset) / step : 0;
        *last = offset < extent ? (extent - 1 - offset) / step + 1 : 0;
    }
    if (*last > count)
        *last = count;
    if (*first > *last)
        *first = *last;
}

/* A loop over `count` elements k.  Runs in images are short: blocks of 16, 8 and 4 become one or a few
 * instructions each, where the loop of a compiler would begin by finding out how long it is. */
#define SHORT_LOOP(k, count, ...)                                                                            \
    do {                                                                                                     \
        int64_t done = 0;                                                                                    \
                                                                                                             \
        for (; done + 16 <= (count); done += 16)                                                             \
            BLOCK(16, k, __VA_ARGS__);                                                                       \
        if (done + 8 <= (count)) {                                                                           \
            BLOCK(8, k, __VA_ARGS__);                                                                        \
            done += 8;                                                                                       \
        }                                                                                                    \
        if (done + 4 <= (count)) {                                                                           \
            BLOCK(4, k, __VA_ARGS__);                                                                        \
            done += 4;                                                                                       \
        }                                                                                                    \
        for (int64_t k = done; k < (count); k++)                                                             \
            __VA_ARGS__;                                                                                     \
    } while (0)
#define BLOCK(length, k, ...) SIMD for (int64_t k = done; k < done + (length); k++) __VA_ARGS__

/* A block of rows, from one image or matrix to another. */
struct TYPED(rows) {
    const REAL *from;
    REAL *to;
    int64_t from_stride, to_stride, count;
};

INLINE void TYPED(copy_rows_of)(struct TYPED(rows) r, int64_t length)
{
    for (int64_t y = 0; y < r.count; y++, r.from += r.from_stride, r.to += r.to_stride)
        SHORT_LOOP(k, length, r.to[k] = r.from[k]);
}

INLINE void TYPED(add_rows_of)(struct TYPED(rows) r, int64_t length)
{
    for (int64_t y = 0; y < r.count; y++, r.from += r.from_stride, r.to += r.to_stride)
        SHORT_LOOP(k, length, r.to[k] += r.from[k]);
}

/* The usual lengths as constants, so that a row is a few instructions. */
#define BY_LENGTH(name)                                                                                      \
    static void TYPED(name)(const struct TYPED(rows) * r, int64_t length)                                    \
    {                                                                                                        \
        switch (length) {                                                                                    \
        case 4:                                                                                              \
            TYPED(name##_of)(*r, 4);                                                                         \
            return;                                                                                          \
        case 8:                                                                                              \
            TYPED(name##_of)(*r, 8);                                                                         \
            return;                                                                                          \
        case 12:                                                                                             \
            TYPED(name##_of)(*r, 12);                                                                        \
            return;                                                                                          \
        case 16:                                                                                             \
            TYPED(name##_of)(*r, 16);                                                                        \
            return;                                                                                          \
        case 24:                                                                                             \
            TYPED(name##_of)(*r, 24);                                                                        \
            return;                                                                                          \
        case 28:                                                                                             \
            TYPED(name##_of)(*r, 28);                                                                        \
            return;                                                                                          \
        case 32:                                                                                             \
            TYPED(name##_of)(*r, 32);                                                                        \
            return;                                                                                          \
        default:                                                                                             \
            TYPED(name##_of)(*r, length);                                                                    \
        }                                                                                                    \
    }
BY_LENGTH(copy_rows)
BY_LENGTH(add_rows)
#undef BY_LENGTH

static void TYPED(clear)(REAL *out, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = 0;
}

/* The places that see element (i, j) of their window inside the image, rows [y0, y1) and columns [x0, x1);
 * top and left are where the first place of all would. */
struct TYPED(sight) {
    int64_t y0, y1, x0, x1, top, left;
};

static inline struct TYPED(sight) TYPED(sight_of)(const struct window *w, int64_t i, int64_t j)
{
    struct TYPED(sight) s = { .top = i - w->pad_height, .left = j - w->pad_width };

    TYPED(places)(s.top, w->step_height, w->height, w->rows, &s.y0, &s.y1);
    TYPED(places)(s.left, w->step_width, w->width, w->columns, &s.x0, &s.x1);
    return s;
}

/* One element of the filter, at (i, j) counted from the top left of the window: what it sees from every
 * place. */
static void TYPED(one_column)(const struct window *w, const REAL *image, REAL *out, int64_t i, int64_t j)
{
    const struct TYPED(sight) s = TYPED(sight_of)(w, i, j);
    const struct TYPED(rows) rows = {
        .from = image + (s.y0 * w->step_height + s.top) * w->width + s.x0 * w->step_width + s.left,
        .to = out + s.y0 * w->columns + s.x0,
        .from_stride = w->step_height * w->width,
        .to_stride = w->columns,
        .count = s.y1 - s.y0,
    };

    if ((s.y1 - s.y0) * (s.x1 - s.x0) < w->rows * w->columns)
        TYPED(clear)(out, w->rows * w->columns);
    if (w->step_width == 1) {
        TYPED(copy_rows)(&rows, s.x1 - s.x0);
        return;
    }
    for (int64_t y = 0; y < rows.count; y++)
        for (int64_t x = 0; x < s.x1 - s.x0; x++)
            rows.to[y * rows.to_stride + x] = rows.from[y * rows.from_stride + x * w->step_width];
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
    const struct TYPED(sight) s = TYPED(sight_of)(w, i, j);
    const struct TYPED(rows) rows = {
        .from = column + s.y0 * w->columns + s.x0,
        .to = image + (s.y0 * w->step_height + s.top) * w->width + s.x0 * w->step_width + s.left,
        .from_stride = w->columns,
        .to_stride = w->step_height * w->width,
        .count = s.y1 - s.y0,
    };

    if (w->step_width == 1) {
        TYPED(add_rows)(&rows, s.x1 - s.x0);
        return;
    }
    for (int64_t y = 0; y < rows.count; y++)
        for (int64_t x = 0; x < s.x1 - s.x0; x++)
            rows.to[y * rows.to_stride + x * w->step_width] += rows.from[y * rows.from_stride + x];
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
