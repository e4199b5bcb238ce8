/* engine/tensor/kernels_sparse.h -- matrices of which most is zero, and their products.  A template like
 * kernels_real.h; struct sparse is in kernels.h.
 *
 * Sums of a product run over the entries of a row in their order, in one, two, four or eight chains that are
 * added up in theirs. */

/* ---- Lists of what is not zero ---- */

/* Appends what is not zero in one row at `at`; gives the place behind it. */
static int64_t TYPED(list_row)(const REAL *x, int64_t columns, int32_t *column, REAL *value)
{
    int64_t at = 0, k = 0;

#ifdef __AVX512F__
    for (; k + LANES <= columns; k += LANES) {
#if KERNELS_REAL == 32
        const __m512 these = _mm512_loadu_ps(x + k);
        const __mmask16 chosen = _mm512_cmp_ps_mask(these, _mm512_setzero_ps(), _CMP_NEQ_UQ);
        const __m512i places =
            _mm512_add_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                             _mm512_set1_epi32((int)k));

        if (chosen == 0)
            continue;
        _mm512_storeu_ps(value + at, _mm512_maskz_compress_ps(chosen, these));
        _mm512_storeu_si512(column + at, _mm512_maskz_compress_epi32(chosen, places));
#else
        const __m512d these = _mm512_loadu_pd(x + k);
        const __mmask8 chosen = _mm512_cmp_pd_mask(these, _mm512_setzero_pd(), _CMP_NEQ_UQ);
        const __m256i places =
            _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32((int)k));

        if (chosen == 0)
            continue;
        _mm512_storeu_pd(value + at, _mm512_maskz_compress_pd(chosen, these));
        _mm256_storeu_si256((__m256i *)(void *)(column + at), _mm256_maskz_compress_epi32(chosen, places));
#endif
        at += __builtin_popcount(chosen);
    }
#endif
    /* Written without a branch that nobody could foresee; what is zero is written over. */
    for (; k < columns; k++) {
        column[at] = (int32_t)k;
        value[at] = x[k];
        at += x[k] != 0;
    }
    return at;
}

static bool TYPED(sparse_list)(const void *x_memory, int64_t rows, int64_t columns, int64_t entries_max,
                               struct sparse *out)
{
    const REAL *x = x_memory;
    REAL *values = out->values;
    int64_t at = 0;

    out->starts[0] = 0;
    for (int64_t r = 0; r < rows; r++) {
        at += TYPED(list_row)(x + r * columns, columns, out->columns + at, values + at);
        out->starts[r + 1] = (int32_t)at;
        if (at > entries_max)
            return false;
    }
    return true;
}

/* Counts the entries of every column, turns the counts into starts, and lets the starts go forward while the
 * entries are put in. */
static void TYPED(sparse_transpose)(const struct sparse *x, int64_t rows, int64_t columns, struct sparse *out)
{
    const REAL *from = x->values;
    REAL *to = out->values;
    int32_t *next = out->starts + 1, sum = 0;

    for (int64_t c = 0; c <= columns; c++)
        out->starts[c] = 0;
    for (int64_t e = 0; e < x->starts[rows]; e++)
        next[x->columns[e]]++;
    for (int64_t c = 0; c < columns; c++) {
        const int32_t count = next[c];
        next[c] = sum;
        sum += count;
    }
    for (int64_t r = 0; r < rows; r++)
        for (int64_t e = x->starts[r]; e < x->starts[r + 1]; e++) {
            const int32_t at = next[x->columns[e]]++;
            out->columns[at] = (int32_t)r;
            to[at] = from[e];
        }
}

/* ---- Products: sums of rows of a table, a few vectors of them at a time, in registers ---- */

/* Sums of a row that are in registers at once: of one chain, or fewer of several. */
enum { TYPED(SUMS) = 8 };

struct TYPED(table) {
    const REAL *rows;
    int64_t stride;
};

/* out[0 .. vectors) = sum of the entries' values times the rows of the table. */
INLINE void TYPED(sum_entries)(const struct sparse *x, int64_t row, struct TYPED(table) table, VECTOR *out,
                               const int vectors, const int chains)
{
    const REAL *values = x->values;
    const int64_t end = x->starts[row + 1];
    VECTOR sums[TYPED(SUMS)];
    int64_t e = x->starts[row];

    UNROLL for (int i = 0; i < vectors * chains; i++) sums[i] = (VECTOR){ 0 };
    for (; e + chains <= end; e += chains) {
        UNROLL for (int chain = 0; chain < chains; chain++)
        {
            const VECTOR value = SPLAT(values[e + chain]);
            const REAL *from = table.rows + x->columns[e + chain] * table.stride;

            UNROLL for (int i = 0; i < vectors; i++)
                ADD_PRODUCT(sums[chain * vectors + i], value, *(const VECTOR *)(from + i * LANES));
        }
    }
    for (; e < end; e++) {
        const VECTOR value = SPLAT(values[e]);
        const REAL *from = table.rows + x->columns[e] * table.stride;

        UNROLL for (int i = 0; i < vectors; i++)
            ADD_PRODUCT(sums[i], value, *(const VECTOR *)(from + i * LANES));
    }
    UNROLL for (int chain = 1; chain < chains; chain++) UNROLL for (int i = 0; i < vectors; i++) sums[i] +=
        sums[chain * vectors + i];
    UNROLL for (int i = 0; i < vectors; i++) out[i] = sums[i];
}

/* How many vectors are summed at once where `width` elements are to come: in passes of about one length. */
static int TYPED(vectors_of)(int64_t width)
{
    const int64_t vectors = (width + LANES - 1) / LANES, passes = (vectors + TYPED(SUMS) - 1) / TYPED(SUMS);

    return (int)((vectors + passes - 1) / passes);
}

/* Few vectors in many chains: a sum waits some cycles for the one before it. */
#define BY_VECTORS(vectors, call)                                                                            \
    switch (vectors) {                                                                                       \
        VECTORS(call, 8, 1)                                                                                  \
        VECTORS(call, 7, 1)                                                                                  \
        VECTORS(call, 6, 1)                                                                                  \
        VECTORS(call, 5, 1)                                                                                  \
        VECTORS(call, 4, 2)                                                                                  \
        VECTORS(call, 3, 2)                                                                                  \
        VECTORS(call, 2, 4)                                                                                  \
    default:                                                                                                 \
        call(1, 8);                                                                                          \
    }
#define VECTORS(call, count, chains)                                                                         \
    case count:                                                                                              \
        call(count, chains);                                                                                 \
        break;

INLINE void TYPED(add_product_block)(const struct sparse *x, const struct sparse_product *product,
                                     int64_t column, const int vectors, const int chains)
{
    const struct TYPED(table) table = { (const REAL *)product->table + column, product->table_stride };
    REAL *out = (REAL *)product->out + column;
    VECTOR sums[TYPED(SUMS)];

    for (int64_t r = 0; r < product->rows; r++, out += product->out_stride) {
        if (x->starts[r] == x->starts[r + 1])
            continue;
        TYPED(sum_entries)(x, r, table, sums, vectors, chains);
        UNROLL for (int i = 0; i < vectors; i++) * (VECTOR *)(out + i * LANES) += sums[i];
    }
}

static void TYPED(sparse_add_product)(const struct sparse *x, const struct sparse_product *product)
{
    int vectors;

    for (int64_t k = 0; k < product->width; k += vectors * LANES) {
        vectors = TYPED(vectors_of)(product->width - k);
#define CALL(n, chains) TYPED(add_product_block)(x, product, k, n, chains)
        BY_VECTORS(vectors, CALL)
#undef CALL
    }
}

/* ---- Patches ---- */

INLINE void TYPED(add_patch_block)(const struct sparse *x, const struct patches *p, struct TYPED(table) table,
                                   REAL *image, const int vectors, const int chains)
{
    VECTOR sums[TYPED(SUMS)];

    for (int64_t place = 0; place < p->places; place++) {
        REAL *to = image + p->corners[place];

        if (x->starts[place] == x->starts[place + 1])
            continue;
        TYPED(sum_entries)(x, place, table, sums, vectors, chains);
        UNROLL for (int i = 0; i < vectors; i++) * (VECTOR *)(to + i * LANES) += sums[i];
    }
}

static void TYPED(sparse_add_patches)(const struct sparse *x, const struct patches *p,
                                      const void *table_memory, int64_t stride, void *image_memory)
{
    int vectors;

    for (int64_t line = 0; line < p->lines; line++)
        for (int64_t k = 0; k < p->width; k += vectors * LANES) {
            const struct TYPED(table) table = { (const REAL *)table_memory + line * p->room + k, stride };
            REAL *image = (REAL *)image_memory + line * p->line_step + k;

            vectors = TYPED(vectors_of)(p->width - k);
#define CALL(n, chains) TYPED(add_patch_block)(x, p, table, image, n, chains)
            BY_VECTORS(vectors, CALL)
#undef CALL
        }
}
#undef BY_VECTORS
#undef VECTORS
