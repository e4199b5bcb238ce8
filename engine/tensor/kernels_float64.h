/* engine/tensor/kernels_float64.h -- float64 for the templates of kernels.c: bit patterns, bounds and
 * polynomials. */

#define REAL double
#define WORD uint64_t
#define TYPED(name) JOIN(f64_, name)
#define LIBM(name) name
#define FMA(a, b, c) FUSED(, a, b, c)
#define SIGN UINT64_C(0x8000000000000000)
#define ROUNDER 0x1.8p52
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define EXPONENT_BIAS UINT64_C(1023)
#define MANTISSA_BITS 52
#define MANTISSA_MASK UINT64_C(0x000fffffffffffff)
#define EXP_MIN -708.0
#define EXP_MAX 709.782712893384
#define TANH_MAX 40.0
#define SMALLEST_NORMAL 0x1p-1022
#define TINY_SCALE 0x1p54
#define TINY_SHIFT 54
#define ONE_WORD UINT64_C(0x3ff0000000000000)
#define SQRT_HALF_WORD UINT64_C(0x3fe6a09e667f3bcd)
#define EXPONENT_MAGIC_WORD UINT64_C(0x4330000000000000)
#define EXPONENT_MAGIC (0x1p52 + 1023)
#define LOG_LN2_HIGH LN2_HIGH
#define LOG_LN2_LOW LN2_LOW
#define POWER_LN2_HIGH 0x1.62e42fefa3000p-1
#define POWER_LN2_LOW 0x1.3de6af278ece6p-42
#define TWO_THIRDS 0x1.5555555555555p-1
#define TWO_THIRDS_LOW 0x1.5555555555555p-55
/* A random number in (0, 1] from 64 random bits. */
#define ABOVE_0(bits) (2 - f64_from_word(ONE_WORD | (bits) >> 12))

/* (e^r - 1 - r) / r^2, Taylor's series: the first term left out is below 1e-17. */
static inline double f64_exp_polynomial(double r)
{
    double p = 1.0 / 6227020800.0;

    p = FMA(p, r, 1.0 / 479001600.0);
    p = FMA(p, r, 1.0 / 39916800.0);
    p = FMA(p, r, 1.0 / 3628800.0);
    p = FMA(p, r, 1.0 / 362880.0);
    p = FMA(p, r, 1.0 / 40320.0);
    p = FMA(p, r, 1.0 / 5040.0);
    p = FMA(p, r, 1.0 / 720.0);
    p = FMA(p, r, 1.0 / 120.0);
    p = FMA(p, r, 1.0 / 24.0);
    p = FMA(p, r, 1.0 / 6.0);
    return FMA(p, r, 0.5);
}

static inline double f64_log_polynomial(double z)
{
    double p = 1.479819860511658591e-01;

    p = FMA(p, z, 1.531383769920937332e-01);
    p = FMA(p, z, 1.818357216161805012e-01);
    p = FMA(p, z, 2.222219843214978396e-01);
    p = FMA(p, z, 2.857142874366239149e-01);
    p = FMA(p, z, 3.999999999940941908e-01);
    return z * FMA(p, z, 6.666666666666735130e-01);
}

/* (log (1 + f) - 2 s - 2/3 s^3) / s^5 with s = f / (2 + f) and z = s^2 <= 0.0295, its series */
static inline double f64_log_rest_polynomial(double z)
{
    double p = 2.0 / 25;

    p = FMA(p, z, 2.0 / 23);
    p = FMA(p, z, 2.0 / 21);
    p = FMA(p, z, 2.0 / 19);
    p = FMA(p, z, 2.0 / 17);
    p = FMA(p, z, 2.0 / 15);
    p = FMA(p, z, 2.0 / 13);
    p = FMA(p, z, 2.0 / 11);
    p = FMA(p, z, 2.0 / 9);
    p = FMA(p, z, 2.0 / 7);
    return FMA(p, z, 2.0 / 5);
}

/* (sin x - x) / x^3 with z = x^2 <= (pi / 2)^2, its series: the first term left out is below 1e-17. */
static inline double f64_sin_polynomial(double z)
{
    double p = 1.0 / 51090942171709440000.0;

    p = FMA(p, z, -1.0 / 121645100408832000.0);
    p = FMA(p, z, 1.0 / 355687428096000.0);
    p = FMA(p, z, -1.0 / 1307674368000.0);
    p = FMA(p, z, 1.0 / 6227020800.0);
    p = FMA(p, z, -1.0 / 39916800.0);
    p = FMA(p, z, 1.0 / 362880.0);
    p = FMA(p, z, -1.0 / 5040.0);
    p = FMA(p, z, 1.0 / 120.0);
    return FMA(p, z, -1.0 / 6.0);
}
