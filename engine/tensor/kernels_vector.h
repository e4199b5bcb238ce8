/* engine/tensor/kernels_vector.h -- vectors of the widest registers of a level, for kernels whose sums have
 * to stay in registers over many rows.  A template like kernels_real.h.
 *
 * VECTOR is as many REALs as fit, LANES is how many; ADD_PRODUCT(sum, a, b) adds a b to the vector `sum`,
 * rounding once where the level can. */
#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

#if KERNELS_REAL == 32
#define SIGNED_WORD int32_t
#else
#define SIGNED_WORD int64_t
#endif

#define VECTOR TYPED(vector)
/* For loads and stores at any REAL; vectors of 4 and 8 for short runs. */
typedef REAL VECTOR __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));
typedef REAL TYPED(run_of_4) __attribute__((vector_size(4 * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));
typedef REAL TYPED(run_of_8) __attribute__((vector_size(8 * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));
/* What comparisons of those give. */
typedef SIGNED_WORD TYPED(words_of_4) __attribute__((vector_size(4 * sizeof(REAL)), may_alias));
typedef SIGNED_WORD TYPED(words_of_8) __attribute__((vector_size(8 * sizeof(REAL)), may_alias));
enum { TYPED(LANES_OF_VECTOR) = VECTOR_BYTES / sizeof(REAL) };
#define LANES ((int64_t)TYPED(LANES_OF_VECTOR))

/* SPLAT(x): the same value in every lane. */
#if defined(__AVX512F__) && KERNELS_REAL == 32
#define ADD_PRODUCT(sum, a, b) ((sum) = _mm512_fmadd_ps(a, b, sum))
#define SPLAT(x) _mm512_set1_ps(x)
#elif defined(__AVX512F__)
#define ADD_PRODUCT(sum, a, b) ((sum) = _mm512_fmadd_pd(a, b, sum))
#define SPLAT(x) _mm512_set1_pd(x)
#elif defined(__AVX2__) && KERNELS_REAL == 32
#define ADD_PRODUCT(sum, a, b) ((sum) = _mm256_fmadd_ps(a, b, sum))
#define SPLAT(x) _mm256_set1_ps(x)
#elif defined(__AVX2__)
#define ADD_PRODUCT(sum, a, b) ((sum) = _mm256_fmadd_pd(a, b, sum))
#define SPLAT(x) _mm256_set1_pd(x)
#else
#define ADD_PRODUCT(sum, a, b) ((sum) += (a) * (b))
#define SPLAT(x) ((VECTOR){ 0 } + (x))
#endif

/* Loops over registers, which have to become straight code. */
#ifdef __clang__
#define UNROLL PRAGMA(clang loop unroll(full))
#else
#define UNROLL PRAGMA(GCC unroll 32)
#endif

#define INLINE static inline __attribute__((always_inline))
