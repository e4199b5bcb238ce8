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
