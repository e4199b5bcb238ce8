/* engine/tensor/kernels_real.h -- the kernels of one real type.  A template like kernels_math.h. */

#define KIND(name, result)                                                                                   \
    static void TYPED(unary_##name)(const void *x_memory, void *out_memory, int64_t count, double parameter) \
    {                                                                                                        \
        const REAL *xs = x_memory;                                                                           \
        REAL *out = out_memory;                                                                              \
        const REAL p = (REAL)parameter;                                                                      \
                                                                                                             \
        (void)p;                                                                                             \
        SIMD for (int64_t i = 0; i < count; i++)                                                             \
        {                                                                                                    \
            const REAL x = xs[i];                                                                            \
            out[i] = result;                                                                                 \
        }                                                                                                    \
    }
KERNELS_UNARY(KIND)
#undef KIND

#define KIND(name, result)                                                                                   \
    static void TYPED(binary_##name)(const void *a_memory, const void *b_memory, void *out_memory,           \
                                     int64_t count, double parameter)                                        \
    {                                                                                                        \
        const REAL *as = a_memory, *bs = b_memory;                                                           \
        REAL *out = out_memory;                                                                              \
        const REAL p = (REAL)parameter;                                                                      \
                                                                                                             \
        (void)p;                                                                                             \
        SIMD for (int64_t i = 0; i < count; i++)                                                             \
        {                                                                                                    \
            const REAL a = as[i], b = bs[i];                                                                 \
            out[i] = result;                                                                                 \
        }                                                                                                    \
    }
KERNELS_BINARY(KIND)
#undef KIND

static void TYPED(fill)(const void *x_memory, void *out_memory, int64_t count, double p)
{
    const REAL x = *(const REAL *)x_memory;
    REAL *out = out_memory;

    (void)p;
    SIMD for (int64_t i = 0; i < count; i++) out[i] = x;
}

static void TYPED(chosen)(uint64_t seed, uint64_t first, uint64_t bound, void *out_memory, int64_t count)
{
    REAL *out = out_memory;

    SIMD for (int64_t i = 0; i < count; i++)
    {
        const uint64_t number = counted_random(seed, first + (uint64_t)i) >> 11;
        out[i] = number >= bound ? 1 : 0;
    }
}

#define STORED(type, name)                                                                                   \
    static void TYPED(from_##name)(const void *x_memory, void *out_memory, int64_t count, double p)          \
    {                                                                                                        \
        const type *x = x_memory;                                                                            \
        REAL *out = out_memory;                                                                              \
                                                                                                             \
        (void)p;                                                                                             \
        for (int64_t i = 0; i < count; i++)                                                                  \
            out[i] = (REAL)x[i];                                                                             \
    }
STORED(float, float32)
STORED(double, float64)
STORED(uint8_t, uint8)
STORED(int8_t, int8)
STORED(uint16_t, uint16)
STORED(int16_t, int16)
STORED(uint32_t, uint32)
STORED(int32_t, int32)
STORED(int64_t, int64)
#undef STORED

static void TYPED(from_bool)(const void *x_memory, void *out_memory, int64_t count, double p)
{
    const uint8_t *x = x_memory;
    REAL *out = out_memory;

    (void)p;
    for (int64_t i = 0; i < count; i++)
        out[i] = x[i] != 0 ? 1 : 0;
}

/* ---- Reductions ---- */

enum { TYPED(LANES) = 16 };

/* Lane l sums the elements l, l + 16, ...; the lanes are then added up in order. */
static double TYPED(sum_contiguous)(const REAL *x, int64_t count)
{
    double lanes[TYPED(LANES)] = { 0 }, total = 0;
    int64_t i = 0;

    if (count < TYPED(LANES)) {
        for (; i < count; i++)
            total += (double)x[i];
        return total;
    }
    for (; i + TYPED(LANES) <= count; i += TYPED(LANES)) {
        SIMD for (int l = 0; l < TYPED(LANES); l++) lanes[l] += (double)x[i + l];
    }
    for (; i < count; i++)
        total += (double)x[i];
    for (int l = 0; l < TYPED(LANES); l++)
        total += lanes[l];
    return total;
}

/* At most 8192 squares, 128 in a lane, so that float32 sums stay precise: a pass over gradients that lie in
 * the second cache should wait for memory and not for conversions to float64. */
enum { TYPED(SQUARE_LANES) = 64, TYPED(SQUARES) = 8192 };
static double TYPED(sum_some_squares)(const REAL *x, int64_t count)
{
    REAL lanes[TYPED(SQUARE_LANES)] = { 0 }, rest[TYPED(SQUARE_LANES)] = { 0 };
    int64_t i = 0;

    for (; i + TYPED(SQUARE_LANES) <= count; i += TYPED(SQUARE_LANES)) {
        SIMD for (int l = 0; l < TYPED(SQUARE_LANES); l++) lanes[l] += x[i + l] * x[i + l];
    }
    memcpy(rest, x + i, (size_t)(count - i) * sizeof *x);
    SIMD for (int l = 0; l < TYPED(SQUARE_LANES); l++) lanes[l] += rest[l] * rest[l];
    SIMD for (int l = 0; l < 16; l++) lanes[l] += lanes[l + 16] + (lanes[l + 32] + lanes[l + 48]);
    SIMD for (int l = 0; l < 4; l++) lanes[l] += lanes[l + 4] + (lanes[l + 8] + lanes[l + 12]);
    return (double)(lanes[0] + lanes[1]) + (double)(lanes[2] + lanes[3]);
}

static void TYPED(sum_squares)(const void *x_memory, void *out_memory, int64_t rows, int64_t columns)
{
    const REAL *x = x_memory;
    REAL *out = out_memory;

    for (int64_t r = 0; r < rows; r++, x += columns) {
        double total = 0;

        for (int64_t i = 0; i < columns; i += TYPED(SQUARES))
            total +=
                TYPED(sum_some_squares)(x + i, columns - i < TYPED(SQUARES) ? columns - i : TYPED(SQUARES));
        out[r] = (REAL)total;
    }
}

/* Adds the rows of x (count, inner), of which `width` columns at `x` are wanted, to `out`: at most 128 rows
 * at a time in registers, so that float32 sums of many rows stay precise. */
enum { TYPED(COLUMNS) = 64, TYPED(ROWS) = 128 };
static void TYPED(sum_columns)(const REAL *x, REAL *out, int64_t count, int64_t inner, int64_t width)
{
    for (int64_t j = 0; j < width; j++)
        out[j] = 0;
    for (int64_t first = 0; first < count; first += TYPED(ROWS)) {
        const int64_t last = first + TYPED(ROWS) < count ? first + TYPED(ROWS) : count;
        REAL part[TYPED(COLUMNS)];

        for (int64_t j = 0; j < width; j++)
            part[j] = 0;
        if (width == TYPED(COLUMNS)) {
            for (int64_t row = first; row < last; row++) {
                SIMD for (int j = 0; j < TYPED(COLUMNS); j++) part[j] += x[row * inner + j];
            }
        } else {
            for (int64_t row = first; row < last; row++) {
                SIMD for (int64_t j = 0; j < width; j++) part[j] += x[row * inner + j];
            }
        }
        for (int64_t j = 0; j < width; j++)
            out[j] += part[j];
    }
}

static void TYPED(sum_some_columns)(const void *x_memory, void *out_memory, int64_t count, int64_t inner,
                                    int64_t width)
{
    const REAL *x = x_memory;
    REAL *out = out_memory;

    for (int64_t j = 0; j < width; j += TYPED(COLUMNS)) {
        const int64_t some = width - j < TYPED(COLUMNS) ? width - j : TYPED(COLUMNS);
        TYPED(sum_columns)(x + j, out + j, count, inner, some);
    }
}

static void TYPED(sum)(const void *x_memory, void *out_memory, int64_t outer, int64_t count, int64_t inner)
{
    const REAL *x = x_memory;
    REAL *out = out_memory;

    for (int64_t o = 0; o < outer; o++, x += count * inner, out += inner) {
        if (inner == 1) {
            out[0] = (REAL)TYPED(sum_contiguous)(x, count);
            continue;
        }
        TYPED(sum_some_columns)(x, out, count, inner, inner);
    }
}

/* Rows of a few columns are worked on in groups, the rows of a group side by side, so that they fill the
 * vectors too. */
enum { TYPED(GROUP) = 16 };

static bool TYPED(side_by_side)(int64_t rows, int64_t columns)
{
    return rows >= TYPED(GROUP) && columns <= 4 * TYPED(LANES);
}

/* Extremes do not depend on the order, but NaN wins over everything. */
#define EXTREME(name, is_better)                                                                             \
    static REAL TYPED(name##_contiguous)(const REAL *x, int64_t count)                                       \
    {                                                                                                        \
        REAL lanes[TYPED(LANES)], best = x[0];                                                               \
        int64_t i = 0;                                                                                       \
                                                                                                             \
        if (count < TYPED(LANES)) {                                                                          \
            for (i = 1; i < count; i++) {                                                                    \
                const REAL a = x[i], b = best;                                                               \
                best = is_better || a != a ? a : b;                                                          \
            }                                                                                                \
            return best;                                                                                     \
        }                                                                                                    \
        for (int l = 0; l < TYPED(LANES); l++)                                                               \
            lanes[l] = x[0];                                                                                 \
        for (; i + TYPED(LANES) <= count; i += TYPED(LANES)) {                                               \
            SIMD for (int l = 0; l < TYPED(LANES); l++)                                                      \
            {                                                                                                \
                const REAL a = x[i + l], b = lanes[l];                                                       \
                lanes[l] = is_better || a != a ? a : b;                                                      \
            }                                                                                                \
        }                                                                                                    \
        best = lanes[0];                                                                                     \
        for (int l = 1; l < TYPED(LANES); l++) {                                                             \
            const REAL a = lanes[l], b = best;                                                               \
            best = is_better || a != a ? a : b;                                                              \
        }                                                                                                    \
        for (; i < count; i++) {                                                                             \
            const REAL a = x[i], b = best;                                                                   \
            best = is_better || a != a ? a : b;                                                              \
        }                                                                                                    \
        return best;                                                                                         \
    }                                                                                                        \
                                                                                                             \
    static void TYPED(name##_in_rows)(const REAL *x, REAL *out, int64_t rows, int64_t columns)               \
    {                                                                                                        \
        int64_t row = 0;                                                                                     \
                                                                                                             \
        for (; TYPED(side_by_side)(rows - row, columns); row += TYPED(GROUP)) {                              \
            const REAL *group = x + row * columns;                                                           \
            REAL best[TYPED(GROUP)];                                                                         \
                                                                                                             \
            for (int r = 0; r < TYPED(GROUP); r++)                                                           \
                best[r] = group[r * columns];                                                                \
            for (int64_t c = 1; c < columns; c++) {                                                          \
                SIMD for (int r = 0; r < TYPED(GROUP); r++)                                                  \
                {                                                                                            \
                    const REAL a = group[r * columns + c], b = best[r];                                      \
                    best[r] = is_better || a != a ? a : b;                                                   \
                }                                                                                            \
            }                                                                                                \
            memcpy(out + row, best, sizeof best);                                                            \
        }                                                                                                    \
        for (; row < rows; row++)                                                                            \
            out[row] = TYPED(name##_contiguous)(x + row * columns, columns);                                 \
    }                                                                                                        \
                                                                                                             \
    static void TYPED(name)(const void *x_memory, void *out_memory, int64_t outer, int64_t count,            \
                            int64_t inner)                                                                   \
    {                                                                                                        \
        const REAL *x = x_memory;                                                                            \
        REAL *out = out_memory;                                                                              \
                                                                                                             \
        if (inner == 1) {                                                                                    \
            TYPED(name##_in_rows)(x, out, outer, count);                                                     \
            return;                                                                                          \
        }                                                                                                    \
        for (int64_t o = 0; o < outer; o++, x += count * inner, out += inner) {                              \
            for (int64_t j = 0; j < inner; j++)                                                              \
                out[j] = x[j];                                                                               \
            for (int64_t row = 1; row < count; row++) {                                                      \
                SIMD for (int64_t j = 0; j < inner; j++)                                                     \
                {                                                                                            \
                    const REAL a = x[row * inner + j], b = out[j];                                           \
                    out[j] = is_better || a != a ? a : b;                                                    \
                }                                                                                            \
            }                                                                                                \
        }                                                                                                    \
    }
EXTREME(max, a > b)
EXTREME(min, a < b)
#undef EXTREME

static int64_t TYPED(argmax_of)(const REAL *x, int64_t count, int64_t stride)
{
    int64_t best = 0;

    for (int64_t i = 1; i < count; i++) {
        const REAL a = x[i * stride], b = x[best * stride];
        if (a > b || (a != a && b == b))
            best = i;
    }
    return best;
}

static void TYPED(argmax_of_group)(const REAL *x, int64_t *out, int64_t columns)
{
    REAL greatest[TYPED(GROUP)];
    WORD best[TYPED(GROUP)] = { 0 };

    for (int r = 0; r < TYPED(GROUP); r++)
        greatest[r] = x[r * columns];
    for (int64_t c = 1; c < columns; c++) {
        SIMD for (int r = 0; r < TYPED(GROUP); r++)
        {
            const REAL a = x[r * columns + c], b = greatest[r];
            const bool better = a > b || (a != a && b == b);
            greatest[r] = better ? a : b;
            best[r] = better ? (WORD)c : best[r];
        }
    }
    for (int r = 0; r < TYPED(GROUP); r++)
        out[r] = (int64_t)best[r];
}

static void TYPED(argmax)(const void *x_memory, void *out_memory, int64_t outer, int64_t count, int64_t inner)
{
    const REAL *x = x_memory;
    int64_t *out = out_memory, o = 0;

    for (; inner == 1 && TYPED(side_by_side)(outer - o, count); o += TYPED(GROUP))
        TYPED(argmax_of_group)(x + o * count, out + o, count);
    for (; o < outer; o++)
        for (int64_t j = 0; j < inner; j++)
            out[o * inner + j] = TYPED(argmax_of)(x + o * count * inner + j, count, inner);
}

/* ---- Softmax ---- */

/* In groups of rows: exp runs over a whole group at once. */

static void TYPED(sum_rows)(const REAL *x, REAL sums[TYPED(GROUP)], int64_t rows, int64_t columns)
{
    if (!TYPED(side_by_side)(rows, columns)) {
        for (int64_t r = 0; r < rows; r++)
            sums[r] = (REAL)TYPED(sum_contiguous)(x + r * columns, columns);
        return;
    }
    for (int r = 0; r < TYPED(GROUP); r++)
        sums[r] = 0;
    for (int64_t c = 0; c < columns; c++) {
        SIMD for (int r = 0; r < TYPED(GROUP); r++) sums[r] += x[r * columns + c];
    }
}

/* out[i] = x[i] - greatest of its row */
static void TYPED(shift_rows)(const REAL *x, const REAL *greatest, REAL *out, int64_t rows, int64_t columns)
{
    for (int64_t r = 0; r < rows; r++) {
        const REAL shift = greatest[r];
        SIMD for (int64_t c = r * columns; c < (r + 1) * columns; c++) out[c] = x[c] - shift;
    }
}

static void TYPED(softmax)(const void *x_memory, void *out_memory, int64_t rows, int64_t columns)
{
    const REAL *x = x_memory;
    REAL *out = out_memory, greatest[TYPED(GROUP)], sums[TYPED(GROUP)];

    for (int64_t row = 0; row < rows;
         row += TYPED(GROUP), x += TYPED(GROUP) * columns, out += TYPED(GROUP) * columns) {
        const int64_t group = rows - row < TYPED(GROUP) ? rows - row : TYPED(GROUP);

        TYPED(max_in_rows)(x, greatest, group, columns);
        TYPED(shift_rows)(x, greatest, out, group, columns);
        TYPED(unary_exp)(out, out, group * columns, 0);
        TYPED(sum_rows)(out, sums, group, columns);
        for (int64_t r = 0; r < group; r++) {
            const REAL sum = sums[r];
            SIMD for (int64_t c = r * columns; c < (r + 1) * columns; c++) out[c] = out[c] / sum;
        }
    }
}

static void TYPED(log_softmax)(const void *x_memory, void *out_memory, int64_t rows, int64_t columns)
{
    const REAL *x = x_memory;
    REAL *out = out_memory, greatest;

    for (int64_t row = 0; row < rows; row++, x += columns, out += columns) {
        REAL sum = 0;

        greatest = TYPED(max_contiguous)(x, columns);
        TYPED(shift_rows)(x, &greatest, out, 1, columns);
        SIMD_SUM(sum) for (int64_t c = 0; c < columns; c++) sum += TYPED(exp)(out[c]);
        sum = TYPED(log)(sum);
        SIMD for (int64_t c = 0; c < columns; c++) out[c] -= sum;
    }
}
