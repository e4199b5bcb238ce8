/* engine/tensor/kernels_pooled.h -- which elements of its window are the greatest, as bits, and gradients
 * that go back to them.  A template like kernels_real.h, after kernels_pooling.h; struct unpooling is in
 * kernels.h.
 *
 * The bits of a place are one number: the sum of 2^k for the elements k of the window that are the greatest.
 */

static void TYPED(pool_bits)(const struct window *w, const void *x_memory, const void *greatest_memory,
                             void *bits_memory)
{
    const REAL *x = x_memory, *greatest = greatest_memory;
    REAL *bits = bits_memory;
    const int64_t step = w->step_width, places = w->rows * w->columns;

    for (int64_t p = 0; p < w->planes; p++) {
        TYPED(clear)(bits, places);
        FOR_WINDOW(w, i, j)
        {
            const REAL bit = (REAL)(1 << (i * w->window_width + j));

            FOR_RUNS(w, i, j,
                     SIMD for (int64_t k = 0; k < count; k++) bits[at + k] +=
                     x[of + k * step] == greatest[at + k] ? bit : 0);
        }
        x += w->height * w->width, greatest += places, bits += places;
    }
}

static void TYPED(unpool)(const struct window *w, const void *gradient_memory, const void *bits_memory,
                          void *out_memory)
{
    const REAL *gradient = gradient_memory, *bits = bits_memory;
    REAL *out = out_memory;
    const int64_t step = w->step_width, places = w->rows * w->columns, pixels = w->height * w->width;

    for (int64_t p = 0; p < w->planes; p++, gradient += places, bits += places, out += pixels) {
        TYPED(clear)(out, pixels);
        FOR_WINDOW(w, i, j)
        {
            const int32_t bit = 1 << (i * w->window_width + j);

            FOR_RUNS(w, i, j,
                     SIMD for (int64_t k = 0; k < count; k++) out[of + k * step] +=
                     ((int32_t)bits[at + k] & bit) != 0 ? gradient[at + k] : 0);
        }
    }
}

/* ---- Lists of what is not zero ---- */

/* Where the next entry goes. */
struct TYPED(entries) {
    int32_t *columns;
    REAL *values;
};

/* Pooled places [first, end) of a plane. */
static void TYPED(list_places)(const struct unpooling *u, const REAL *gradient, const REAL *bits,
                               int64_t first, int64_t end, struct TYPED(entries) * to)
{
    for (int64_t i = first; i < end; i++)
        for (uint32_t rest = gradient[i] != 0 ? (uint32_t)(int32_t)bits[i] : 0; rest != 0; rest &= rest - 1) {
            *to->columns++ = u->corners[i] + u->offsets[__builtin_ctz(rest)];
            *to->values++ = gradient[i];
        }
}

#ifdef __AVX512F__
/* As many places as a vector has lanes, from `i` on; false where one has several greatest elements. */
static bool TYPED(list_vector)(const struct unpooling *u, const REAL *gradient, const REAL *bits, int64_t i,
                               struct TYPED(entries) * to)
{
#if KERNELS_REAL == 32
    const __m512 these = _mm512_loadu_ps(gradient + i);
    const __m512i set = _mm512_cvttps_epi32(_mm512_loadu_ps(bits + i));
    const __mmask16 chosen =
        _mm512_cmp_ps_mask(these, _mm512_setzero_ps(), _CMP_NEQ_UQ) & _mm512_test_epi32_mask(set, set);
    const __m512i element = _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(set));
    const __m512i places =
        _mm512_add_epi32(_mm512_loadu_si512(u->corners + i),
                         _mm512_permutexvar_epi32(element, _mm512_loadu_si512(u->offsets)));

    if (_mm512_mask_test_epi32_mask(chosen, set, _mm512_sub_epi32(set, _mm512_set1_epi32(1))) != 0)
        return false;
    _mm512_storeu_ps(to->values, _mm512_maskz_compress_ps(chosen, these));
    _mm512_storeu_si512(to->columns, _mm512_maskz_compress_epi32(chosen, places));
#else
    const __m512d these = _mm512_loadu_pd(gradient + i);
    const __m256i set = _mm512_cvttpd_epi32(_mm512_loadu_pd(bits + i));
    const __mmask8 chosen = (__mmask8)(_mm512_cmp_pd_mask(these, _mm512_setzero_pd(), _CMP_NEQ_UQ) &
                                       _mm256_test_epi32_mask(set, set));
    const __m256i element = _mm256_sub_epi32(_mm256_set1_epi32(31), _mm256_lzcnt_epi32(set));
    const __m256i offset =
        _mm256_permutex2var_epi32(_mm256_loadu_si256((const __m256i *)(const void *)u->offsets), element,
                                  _mm256_loadu_si256((const __m256i *)(const void *)(u->offsets + 8)));
    const __m256i places =
        _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(u->corners + i)), offset);

    if (_mm256_mask_test_epi32_mask(chosen, set, _mm256_sub_epi32(set, _mm256_set1_epi32(1))) != 0)
        return false;
    _mm512_storeu_pd(to->values, _mm512_maskz_compress_pd(chosen, these));
    _mm256_storeu_si256((__m256i *)(void *)to->columns, _mm256_maskz_compress_epi32(chosen, places));
#endif
    to->values += __builtin_popcount(chosen);
    to->columns += __builtin_popcount(chosen);
    return true;
}
#endif

static bool TYPED(sparse_list_pooled)(const struct unpooling *u, const void *gradient_memory,
                                      const void *bits_memory, int64_t entries_max, struct sparse *out)
{
    const REAL *gradient = gradient_memory, *bits = bits_memory, *const start = out->values;
    struct TYPED(entries) to = { out->columns, out->values };

    out->starts[0] = 0;
    for (int64_t plane = 0; plane < u->planes; plane++, gradient += u->places, bits += u->places) {
        for (int64_t i = 0, end; i < u->places && to.values - start <= entries_max; i = end) {
            end = i + LANES <= u->places ? i + LANES : u->places;
#ifdef __AVX512F__
            if (i + LANES == end && TYPED(list_vector)(u, gradient, bits, i, &to))
                continue;
#endif
            TYPED(list_places)(u, gradient, bits, i, end, &to);
        }
        if (to.values - start > entries_max)
            return false;
        out->starts[plane + 1] = (int32_t)(to.values - start);
    }
    return true;
}
#undef FOR_RUNS
#undef FOR_WINDOW
#undef GREATER
#undef SHORT_LOOP
#undef BLOCK
