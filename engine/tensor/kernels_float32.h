/* engine/tensor/kernels_float32.h -- float32 for the templates of kernels.c: bit patterns, bounds and
 * polynomials. */

#define REAL float
#define WORD uint32_t
#define TYPED(name) JOIN(f32_, name)
#define LIBM(name) JOIN(name, f)
#define FMA(a, b, c) FUSED(f, a, b, c)
#define SIGN UINT32_C(0x80000000)
#define ROUNDER 0x1.8p23f
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f
#define EXPONENT_BIAS UINT32_C(127)
#define MANTISSA_BITS 23
#define MANTISSA_MASK UINT32_C(0x007fffff)
#define EXP_MIN -86.9f
#define EXP_MAX 88.722835f
#define TANH_MAX 20.0f
#define SMALLEST_NORMAL 0x1p-126f
#define TINY_SCALE 0x1p25f
#define TINY_SHIFT 25
#define ONE_WORD UINT32_C(0x3f800000)
#define SQRT_HALF_WORD UINT32_C(0x3f3504f3)
#define EXPONENT_MAGIC_WORD UINT32_C(0x4b000000)
#define EXPONENT_MAGIC (0x1p23f + 127)
#define LOG_LN2_HIGH 6.9313812256e-01f
#define LOG_LN2_LOW 9.0580006145e-06f
/* A multiple of it by an exponent, those of denormal numbers included, has no more than 24 digits. */
#define POWER_LN2_HIGH 0x1.62e4p-1f
#define POWER_LN2_LOW 0x1.7f7d1cp-20f
#define TWO_THIRDS 0x1.555556p-1f
#define TWO_THIRDS_LOW -0x1.555556p-26f
/* A random number in (0, 1] from 64 random bits; finer than its digits where it is small. */
#define ABOVE_0(bits) (((float)(int32_t)((bits) >> 33) + 1) * 0x1p-31f)

/* (e^r - 1 - r) / r^2 */
static inline float f32_exp_polynomial(float r)
{
    float p = 1.9875691500e-4f;

    p = FMA(p, r, 1.3981999507e-3f);
    p = FMA(p, r, 8.3334519073e-3f);
    p = FMA(p, r, 4.1665795894e-2f);
    p = FMA(p, r, 1.6666665459e-1f);
    return FMA(p, r, 5.0000001201e-1f);
}

static inline float f32_log_polynomial(float z)
{
    float p = 0.24279078841f;

    p = FMA(p, z, 0.28498786688f);
    p = FMA(p, z, 0.40000972152f);
    return z * FMA(p, z, 0.66666662693f);
}

/* (log (1 + f) - 2 s - 2/3 s^3) / s^5 with s = f / (2 + f) and z = s^2 <= 0.0295, its series */
static inline float f32_log_rest_polynomial(float z)
{
    float p = 2.0f / 13;

    p = FMA(p, z, 2.0f / 11);
    p = FMA(p, z, 2.0f / 9);
    p = FMA(p, z, 2.0f / 7);
    return FMA(p, z, 2.0f / 5);
}

/* (sin x - x) / x^3 with z = x^2 <= (pi / 2)^2, its series: the first term left out is below 1e-9. */
static inline float f32_sin_polynomial(float z)
{
    float p = 1.0f / 6227020800.0f;

    p = FMA(p, z, -1.0f / 39916800);
    p = FMA(p, z, 1.0f / 362880);
    p = FMA(p, z, -1.0f / 5040);
    p = FMA(p, z, 1.0f / 120);
    return FMA(p, z, -1.0f / 6);
}
