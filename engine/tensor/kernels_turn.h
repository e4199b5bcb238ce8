/* engine/tensor/kernels_turn.h -- rows become columns, in squares of LANES vectors of LANES elements; images
 * become lanes.  A
 * template like kernels_real.h. */

#if VECTOR_BYTES / (KERNELS_REAL / 8) == 16
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_HALVES(a, b)                                                                                    \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif VECTOR_BYTES / (KERNELS_REAL / 8) == 8
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif VECTOR_BYTES / (KERNELS_REAL / 8) == 4
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#else
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 2)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 1, 3)
#endif

/* Interleaving the upper with the lower half of the rows, as often as LANES can be halved. */
INLINE void TYPED(turn)(VECTOR *rows)
{
    VECTOR other[TYPED(LANES_OF_VECTOR)];

    UNROLL for (int size = 1; size < TYPED(LANES_OF_VECTOR); size *= 2)
    {
        UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR) / 2; i++)
        {
            other[2 * i] = LOW_HALVES(rows[i], rows[i + TYPED(LANES_OF_VECTOR) / 2]);
            other[2 * i + 1] = HIGH_HALVES(rows[i], rows[i + TYPED(LANES_OF_VECTOR) / 2]);
        }
        UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR); i++) rows[i] = other[i];
    }
}
#undef LOW_HALVES
#undef HIGH_HALVES

/* A matrix (rows, columns), and where its rows begin after each other in `from` and its columns in `to`. */
struct TYPED(turning) {
    int64_t rows, columns, from_stride, to_stride;
};

static void TYPED(turn_square)(const REAL *from, int64_t from_stride, REAL *to, int64_t to_stride)
{
    VECTOR square[TYPED(LANES_OF_VECTOR)];

    UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR); i++) square[i] =
        *(const VECTOR *)(from + i * from_stride);
    TYPED(turn)(square);
    UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR); i++) * (VECTOR *)(to + i * to_stride) = square[i];
}

/* to[c, r] = from[r, c].  The last squares overlap those before them. */
static void TYPED(transpose)(struct TYPED(turning) t, const REAL *from, REAL *to)
{
    if (t.rows < LANES || t.columns < LANES) {
        for (int64_t r = 0; r < t.rows; r++)
            for (int64_t c = 0; c < t.columns; c++)
                to[c * t.to_stride + r] = from[r * t.from_stride + c];
        return;
    }
    for (int64_t r = 0; r < t.rows; r += LANES) {
        const int64_t row = r + LANES <= t.rows ? r : t.rows - LANES;

        for (int64_t c = 0; c < t.columns; c += LANES) {
            const int64_t column = c + LANES <= t.columns ? c : t.columns - LANES;

            TYPED(turn_square)
            (from + row * t.from_stride + column, t.from_stride, to + column * t.to_stride + row,
             t.to_stride);
        }
    }
}

/* `count` elements of some images, `stride` apart, and the same as vectors.  Lanes without an image get what
 * the last one has. */
struct TYPED(strip) {
    int64_t images, stride, count;
};

static void TYPED(gather)(struct TYPED(strip) s, const REAL *from, REAL *to)
{
    for (int64_t k = 0; k < s.count; k += LANES) {
        VECTOR square[TYPED(LANES_OF_VECTOR)];

        if (k + LANES > s.count) {
            if (s.count < LANES) {
                for (k = 0; k < s.count; k++)
                    for (int64_t i = 0; i < LANES; i++)
                        to[k * LANES + i] = from[(i < s.images ? i : s.images - 1) * s.stride + k];
                return;
            }
            k = s.count - LANES; /* some of them once more */
        }
        UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR); i++) square[i] =
            *(const VECTOR *)(from + (i < s.images ? i : s.images - 1) * s.stride + k);
        TYPED(turn)(square);
        UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR); i++) * (VECTOR *)(to + (k + i) * LANES) =
            square[i];
    }
}

static void TYPED(scatter)(struct TYPED(strip) s, const REAL *from, REAL *to)
{
    for (int64_t k = 0; k < s.count; k += LANES) {
        VECTOR square[TYPED(LANES_OF_VECTOR)];

        if (k + LANES > s.count) {
            if (s.count < LANES) {
                for (k = 0; k < s.count; k++)
                    for (int64_t i = 0; i < s.images; i++)
                        to[i * s.stride + k] = from[k * LANES + i];
                return;
            }
            k = s.count - LANES;
        }
        UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR); i++) square[i] =
            *(const VECTOR *)(from + (k + i) * LANES);
        TYPED(turn)(square);
        UNROLL for (int i = 0; i < TYPED(LANES_OF_VECTOR); i++)
        {
            if (i < s.images)
                *(VECTOR *)(to + i * s.stride + k) = square[i];
        }
    }
}
