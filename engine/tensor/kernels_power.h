/* engine/tensor/kernels_power.h -- a^b without branches, and normal random numbers.  A template like
 * kernels_math.h.
 *
 * b log a has to be known to more digits than a number has, because its error grows with its size: log a is
 * the sum of two numbers, of which the second holds what does not fit into the first.
 *
 * Vectors pay where they are wide enough: beside one call of libm after the other a power takes 0.4 (float32)
 * and 0.3 (float64) of the time with vectors of 64 bytes, 0.7 (float32) with 32, but 1.5 (float64) with 32
 * and 4 with 16. */
#if defined(__AVX512F__) || (defined(__FMA__) && KERNELS_REAL == 32)
#define POWER_IN_VECTORS 1
#else
#define POWER_IN_VECTORS 0
#endif

#if POWER_IN_VECTORS

struct TYPED(pair) {
    REAL high, low;
};

/* a + b, exactly, for |a| >= |b| or a == 0 (Dekker 1971). */
static inline struct TYPED(pair) TYPED(pair_sum)(REAL a, REAL b)
{
    const REAL sum = a + b;

    return (struct TYPED(pair)){ sum, b - (sum - a) };
}

/* a * b, exactly. */
static inline struct TYPED(pair) TYPED(pair_product)(REAL a, REAL b)
{
    const REAL product = a * b;

    return (struct TYPED(pair)){ product, FMA(a, b, -product) };
}

/* log x for x > 0.  x = 2^k (1 + f) as in log; with s = f / (2 + f) log (1 + f) is 2 s + 2/3 s^3 + 2/5 s^5
 * ..., of which the first two terms are pairs. */
static inline struct TYPED(pair) TYPED(log_pair)(REAL x)
{
    const bool tiny = x < SMALLEST_NORMAL;
    const WORD word = TYPED(to_word)(tiny ? x * TINY_SCALE : x) + (ONE_WORD - SQRT_HALF_WORD);
    const REAL k = TYPED(from_word)((word >> MANTISSA_BITS) | EXPONENT_MAGIC_WORD) - EXPONENT_MAGIC -
                   (tiny ? TINY_SHIFT : 0);
    const REAL f = TYPED(from_word)((word & MANTISSA_MASK) + SQRT_HALF_WORD) - 1;
    const struct TYPED(pair) below = TYPED(pair_sum)(2, f);
    const REAL s = f / below.high;
    const struct TYPED(pair) back = TYPED(pair_product)(s, below.high);
    const REAL s_low = ((f - back.high) - back.low - s * below.low) / below.high;
    const struct TYPED(pair) square = TYPED(pair_product)(s, s);
    const struct TYPED(pair) cube = TYPED(pair_product)(square.high, s);
    const struct TYPED(pair) third = TYPED(pair_product)(cube.high, TWO_THIRDS);
    const REAL cube_low = cube.low + FMA(square.low, s, 3 * square.high * s_low);
    const REAL third_low = third.low + FMA(cube_low, TWO_THIRDS, cube.high * TWO_THIRDS_LOW);
    const REAL rest = cube.high * square.high * TYPED(log_rest_polynomial)(square.high);
    const struct TYPED(pair) first = TYPED(pair_sum)(2 * s, third.high);
    const struct TYPED(pair) whole = TYPED(pair_sum)(k * POWER_LN2_HIGH, first.high);
    const REAL low = FMA(k, POWER_LN2_LOW, (2 * s_low + third_low) + rest);

    return TYPED(pair_sum)(whole.high, whole.low + (first.low + low));
}

/* 0: no integer; 1: even; 2: odd. */
static inline WORD TYPED(integer_kind)(REAL b)
{
    const REAL size = TYPED(fabs)(b), unit = TYPED(from_word)(EXPONENT_MAGIC_WORD), moved = size + unit;
    const WORD kind = (TYPED(to_word)(size < unit ? moved : size) & 1) + 1;

    return size < unit ? (moved - unit == size ? kind : 0) : size < 2 * unit ? kind : 1;
}

/* |a|^b, NaN aside. */
static inline REAL TYPED(power_of_size)(REAL size, REAL b)
{
    const struct TYPED(pair) log = TYPED(log_pair)(size);
    const struct TYPED(pair) product = TYPED(pair_product)(b, log.high);
    const REAL x = product.high, rest = FMA(b, log.low, product.low);
    const bool grows = (size > 1) == (b > 0);
    const bool limit = size == 0 || size == (REAL)INFINITY || TYPED(fabs)(b) == (REAL)INFINITY;
    REAL half_power;
    const REAL q = TYPED(expm1_parts)(x, &half_power);
    const REAL result = (2 * FMA(rest, 1 + q, q) + 2) * half_power;
    const REAL bounded = x < EXP_MIN ? 0 : x > EXP_MAX ? (REAL)INFINITY : result;

    return size == 1 ? 1 : limit ? (grows ? (REAL)INFINITY : 0) : bounded;
}

/* As in C: also a number below zero has integer powers, a^0 and 1^b are 1 whatever a and b are. */
static inline REAL TYPED(power)(REAL a, REAL b)
{
    const REAL size = TYPED(fabs)(a), magnitude = TYPED(power_of_size)(size, b);
    const WORD kind = TYPED(integer_kind)(b);
    const WORD sign = TYPED(to_word)(a) & SIGN;
    const REAL result = TYPED(from_word)(TYPED(to_word)(magnitude) | (kind == 2 ? sign : 0));
    const bool none = (a < 0 && kind == 0 && size < (REAL)INFINITY) || a != a || b != b;

    return b == 0 || a == 1 ? 1 : none ? (REAL)NAN : result;
}

#else

static inline REAL TYPED(power)(REAL a, REAL b)
{
    return LIBM(pow)(a, b);
}

#endif

/* ---- Normal random numbers, by Box and Muller's transformation ---- */

/* cos(2 pi v) for v in [0, 1]: -sin(2 pi w) with w between -1/4 and 1/4. */
static inline REAL TYPED(cos_of_turns)(REAL v)
{
    const REAL w = TYPED(fabs)(v - (REAL)0.5) - (REAL)0.25, x = w * (REAL)6.283185307179586477;

    return FMA(x * x * x, TYPED(sin_polynomial)(x * x), x);
}

static void TYPED(normal)(uint64_t seed, uint64_t first, double deviation, void *out_memory, int64_t count)
{
    const REAL scale = (REAL)deviation;
    REAL *out = out_memory;

    SIMD for (int64_t i = 0; i < count; i++)
    {
        const uint64_t index = first + 2 * (uint64_t)i;
        const REAL above_0 = ABOVE_0(counted_random(seed, index));
        const REAL turns =
            TYPED(from_word)(ONE_WORD | (WORD)(counted_random(seed, index + 1) >> (64 - MANTISSA_BITS))) - 1;

        out[i] = scale * TYPED(sqrt)(-2 * TYPED(log)(above_0)) * TYPED(cos_of_turns)(turns);
    }
}
