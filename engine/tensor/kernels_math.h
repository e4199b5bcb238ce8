/* engine/tensor/kernels_math.h -- exp, log, tanh and softplus without branches, so that loops over them
 * vectorise.
 *
 * A template: included by kernels.c after REAL, WORD (the unsigned integer of the same size) and
 * TYPED (name mangling).  FMA(a, b, c) is a * b + c, fused where the instruction set can. */

static inline WORD TYPED(to_word)(REAL x)
{
    WORD word;

    memcpy(&word, &x, sizeof word);
    return word;
}

static inline REAL TYPED(from_word)(WORD word)
{
    REAL x;

    memcpy(&x, &word, sizeof x);
    return x;
}

static inline REAL TYPED(fabs)(REAL x)
{
    return TYPED(from_word)(TYPED(to_word)(x) & ~SIGN);
}

static inline REAL TYPED(sqrt)(REAL x)
{
    return LIBM(sqrt)(x);
}

/* x = n ln 2 + r with |r| <= ln 2 / 2; gives e^r - 1 and 2^(n - 1), which is representable also where 2^n is
 * not. Adding and taking away ROUNDER rounds to an integer, which is then found in the low bits. */
static inline REAL TYPED(expm1_parts)(REAL x, REAL *out_half_power)
{
    const REAL rounded = FMA(x, (REAL)1.44269504088896340736, ROUNDER);
    const REAL n = rounded - ROUNDER;
    const REAL r = FMA(n, -LN2_LOW, FMA(n, -LN2_HIGH, x));

    *out_half_power = TYPED(from_word)(
        (TYPED(to_word)(rounded) - TYPED(to_word)(ROUNDER) + (EXPONENT_BIAS - 1)) << MANTISSA_BITS);
    return FMA(r * r, TYPED(exp_polynomial)(r), r);
}

static inline REAL TYPED(exp)(REAL x)
{
    REAL half_power;
    const REAL q = TYPED(expm1_parts)(x, &half_power);
    const REAL result = (2 * q + 2) * half_power;

    return x < EXP_MIN ? 0 : x > EXP_MAX ? (REAL)INFINITY : result;
}

/* tanh |x| = t / (t + 2) with t = e^(2 |x|) - 1; from TANH_MAX / 2 on it is 1. */
static inline REAL TYPED(tanh)(REAL x)
{
    const REAL twice = 2 * TYPED(fabs)(x);
    const REAL bounded = twice > TANH_MAX ? TANH_MAX : twice;
    REAL half_power;
    const REAL q = TYPED(expm1_parts)(bounded, &half_power);
    const REAL power = 2 * half_power;
    const REAL t = FMA(q, power, power - 1);
    const REAL magnitude = t / (t + 2);

    return TYPED(from_word)(TYPED(to_word)(magnitude) | (TYPED(to_word)(x) & SIGN));
}

/* log x for a normal x > 0, plus `shift` ln 2.  x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2). */
static inline REAL TYPED(log_of_normal)(REAL x, REAL shift)
{
    const WORD word = TYPED(to_word)(x) + (ONE_WORD - SQRT_HALF_WORD);
    const REAL k = TYPED(from_word)((word >> MANTISSA_BITS) | EXPONENT_MAGIC_WORD) - EXPONENT_MAGIC + shift;
    const REAL f = TYPED(from_word)((word & MANTISSA_MASK) + SQRT_HALF_WORD) - 1;
    const REAL s = f / (2 + f);
    const REAL half_square = (REAL)0.5 * f * f;
    const REAL tail = FMA(s, half_square + TYPED(log_polynomial)(s * s), k * LOG_LN2_LOW);

    return FMA(k, LOG_LN2_HIGH, f - (half_square - tail));
}

static inline REAL TYPED(log)(REAL x)
{
    const bool tiny = x < SMALLEST_NORMAL;
    const REAL result = TYPED(log_of_normal)(tiny ? x * TINY_SCALE : x, tiny ? -TINY_SHIFT : 0);

    return x > 0 && x < (REAL)INFINITY ? result : x == 0 ? -(REAL)INFINITY : x < 0 ? (REAL)NAN : x;
}

/* log(1 + e^x) = max(x, 0) + log(1 + e^-|x|); what rounding 1 + u loses is put back. */
static inline REAL TYPED(softplus)(REAL x)
{
    const REAL u = TYPED(exp)(-TYPED(fabs)(x));
    const REAL w = 1 + u;

    return (x < 0 ? 0 : x) + (TYPED(log_of_normal)(w, 0) + (u - (w - 1)) / w);
}
