/* engine/tensor/kernels_channels.h -- one channel of a batch of images: sums over it, and functions of it
 * with coefficients of its own.  A template like kernels_real.h; struct channel is in kernels.h.
 *
 * A channel is `runs` runs of `length` elements, `stride` apart.  Its elements are summed in four vectors, at
 * most 128 in a lane so that float32 sums of many stay precise, and these sums in float64, in their order. */

enum { TYPED(CHAINS) = 4, TYPED(CHUNK) = 128 * TYPED(CHAINS) * TYPED(LANES_OF_VECTOR) };

enum TYPED(summand) {
    TYPED(ELEMENTS),       /* a */
    TYPED(SQUARES_AROUND), /* (a - mean)^2 */
    TYPED(PRODUCTS),       /* a, and a (b - mean) */
};

struct TYPED(sums) {
    VECTOR first[TYPED(CHAINS)], second[TYPED(CHAINS)];
    int64_t summed; /* in the vectors, since they were emptied */
    double total[2];
};

static double TYPED(add_lanes)(const VECTOR *chains)
{
    double total = 0;

    for (int chain = 0; chain < TYPED(CHAINS); chain++)
        for (int lane = 0; lane < TYPED(LANES_OF_VECTOR); lane++)
            total += (double)chains[chain][lane];
    return total;
}

static void TYPED(empty_sums)(struct TYPED(sums) * sums)
{
    sums->total[0] += TYPED(add_lanes)(sums->first);
    sums->total[1] += TYPED(add_lanes)(sums->second);
    for (int chain = 0; chain < TYPED(CHAINS); chain++)
        sums->first[chain] = sums->second[chain] = (VECTOR){ 0 };
    sums->summed = 0;
}

INLINE void TYPED(sum_vector)(struct TYPED(sums) * sums, int chain, VECTOR a, const REAL *b, VECTOR mean,
                              const enum TYPED(summand) summand)
{
    if (summand == TYPED(SQUARES_AROUND)) {
        a -= mean;
        ADD_PRODUCT(sums->first[chain], a, a);
        return;
    }
    sums->first[chain] += a;
    if (summand == TYPED(PRODUCTS))
        ADD_PRODUCT(sums->second[chain], a, *(const VECTOR *)b - mean);
}

/* Up to CHUNK elements; those that fill no vector are summed in float64 at once. */
INLINE void TYPED(sum_chunk)(struct TYPED(sums) * sums, const REAL *a, const REAL *b, int64_t count,
                             REAL mean, const enum TYPED(summand) summand)
{
    struct TYPED(sums) s = *sums;
    const VECTOR means = SPLAT(mean);
    int64_t i = 0;

    for (; i + TYPED(CHAINS) * LANES <= count; i += TYPED(CHAINS) * LANES) {
        UNROLL for (int chain = 0; chain < TYPED(CHAINS); chain++) TYPED(sum_vector)(
            &s, chain, *(const VECTOR *)(a + i + chain * LANES), b + i + chain * LANES, means, summand);
    }
    for (; i + LANES <= count; i += LANES)
        TYPED(sum_vector)(&s, 0, *(const VECTOR *)(a + i), b + i, means, summand);
    for (; i < count; i++) {
        const double x = (double)a[i], around = x - (double)mean;

        s.total[0] += summand == TYPED(SQUARES_AROUND) ? around * around : x;
        if (summand == TYPED(PRODUCTS))
            s.total[1] += x * ((double)b[i] - (double)mean);
    }
    s.summed += count;
    *sums = s;
}

INLINE void TYPED(sum_channel)(const struct channel *c, const REAL *a, const REAL *b, REAL mean,
                               double out[2], const enum TYPED(summand) summand)
{
    struct TYPED(sums) sums = { .summed = 0 };

    for (int64_t run = 0; run < c->runs; run++, a += c->stride, b += c->stride)
        for (int64_t k = 0; k < c->length; k += TYPED(CHUNK)) {
            const int64_t count = c->length - k < TYPED(CHUNK) ? c->length - k : TYPED(CHUNK);

            if (sums.summed + count > TYPED(CHUNK))
                TYPED(empty_sums)(&sums);
            TYPED(sum_chunk)(&sums, a + k, b + k, count, mean, summand);
        }
    TYPED(empty_sums)(&sums);
    out[0] = sums.total[0];
    out[1] = sums.total[1];
}

static double TYPED(channel_sum)(const struct channel *c, const void *x)
{
    double sums[2];

    TYPED(sum_channel)(c, x, x, 0, sums, TYPED(ELEMENTS));
    return sums[0];
}

static double TYPED(channel_squares)(const struct channel *c, const void *x, double mean)
{
    double sums[2];

    TYPED(sum_channel)(c, x, x, (REAL)mean, sums, TYPED(SQUARES_AROUND));
    return sums[0];
}

static void TYPED(channel_products)(const struct channel *c, const void *gradient, const void *x, double mean,
                                    double out_sums[2])
{
    TYPED(sum_channel)(c, gradient, x, (REAL)mean, out_sums, TYPED(PRODUCTS));
}

static void TYPED(channel_scale)(const struct channel *c, const void *x_memory, double mean, double factor,
                                 double shift, void *out_memory)
{
    const REAL *x = x_memory, m = (REAL)mean, f = (REAL)factor, s = (REAL)shift;
    REAL *out = out_memory;

    for (int64_t run = 0; run < c->runs; run++, x += c->stride, out += c->stride) {
        SIMD for (int64_t i = 0; i < c->length; i++) out[i] = (x[i] - m) * f + s;
    }
}

static void TYPED(channel_mix)(const struct channel *c, const void *gradient_memory, const void *x_memory,
                               double mean, const double factors[3], void *out_memory)
{
    const REAL *gradient = gradient_memory, *x = x_memory, m = (REAL)mean;
    const REAL of_gradient = (REAL)factors[0], of_x = (REAL)factors[1], shift = (REAL)factors[2];
    REAL *out = out_memory;

    for (int64_t run = 0; run < c->runs; run++) {
        SIMD for (int64_t i = 0; i < c->length; i++) out[i] =
            gradient[i] * of_gradient + ((x[i] - m) * of_x + shift);
        gradient += c->stride, x += c->stride, out += c->stride;
    }
}
