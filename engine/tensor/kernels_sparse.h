/* engine/tensor/kernels_sparse.h -- matrices of which most is zero, and their products.  A template like
 * kernels_real.h; struct sparse is in kernels.h.
 *
 * Sums of a product run over the entries of a row in their order, in one, two, four or eight chains that are
 * added up in theirs.  Tables are SPARSE_UNIT elements wide, or a multiple: at every level that is some whole
 * vectors and some whole runs. */

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

/* How many vectors of a table, `width` wide from here on, are summed at once. */
static int TYPED(vectors_of)(int64_t width)
{
    const int64_t vectors = width / LANES;

    return vectors >= 8 ? 8 : vectors >= 4 ? 4 : vectors >= 2 ? 2 : 1;
}

/* Few vectors in many chains: a sum waits some cycles for the one before it. */
#define BY_VECTORS(vectors, call)                                                                            \
    switch (vectors) {                                                                                       \
    case 8:                                                                                                  \
        call(8, 1);                                                                                          \
        break;                                                                                               \
    case 4:                                                                                                  \
        call(4, 2);                                                                                          \
        break;                                                                                               \
    case 2:                                                                                                  \
        call(2, 4);                                                                                          \
        break;                                                                                               \
    default:                                                                                                 \
        call(1, 8);                                                                                          \
    }

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

/* `runs` runs of a patch, one after the other in `from`, to where they lie in the image. */
#define ADD_RUNS(name, length)                                                                               \
    INLINE void TYPED(name)(const REAL *from, const int64_t *offsets, int64_t runs, REAL *image)             \
    {                                                                                                        \
        for (int64_t i = 0; i < runs; i++)                                                                   \
            *(TYPED(run_of_##length) *)(image + offsets[i]) +=                                               \
                *(const TYPED(run_of_##length) *)(from + i * (length));                                      \
    }
ADD_RUNS(add_runs_of_4, 4)
ADD_RUNS(add_runs_of_8, 8)
#undef ADD_RUNS

INLINE void TYPED(add_patch_block)(const struct sparse *x, const struct patches *patches,
                                   struct TYPED(table) table, const int64_t *offsets, REAL *image,
                                   const int vectors, const int chains)
{
    VECTOR sums[TYPED(SUMS)];

    for (int64_t place = 0; place < patches->rows * patches->columns; place++) {
        REAL *corner = image + place / patches->columns * patches->row_step +
                       place % patches->columns * patches->column_step;

        if (x->starts[place] == x->starts[place + 1])
            continue;
        TYPED(sum_entries)(x, place, table, sums, vectors, chains);
        if (patches->run == 4)
            TYPED(add_runs_of_4)((const REAL *)sums, offsets, vectors * LANES / 4, corner);
        else
            TYPED(add_runs_of_8)((const REAL *)sums, offsets, vectors * LANES / 8, corner);
    }
}

static void TYPED(sparse_add_patches)(const struct sparse *x, const struct patches *patches,
                                      const void *table_memory, int64_t stride, void *image_memory)
{
    const int64_t width = patches->runs * patches->run;
    int vectors;

    for (int64_t k = 0; k < width; k += vectors * LANES) {
        const struct TYPED(table) table = { (const REAL *)table_memory + k, stride };

        vectors = TYPED(vectors_of)(width - k);
#define CALL(n, chains)                                                                                      \
    TYPED(add_patch_block)                                                                                   \
    (x, patches, table, patches->offsets + k / patches->run, image_memory, n, chains)
        BY_VECTORS(vectors, CALL)
#undef CALL
    }
}
#undef BY_VECTORS
