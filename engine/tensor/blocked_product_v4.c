/* engine/tensor/blocked_product_v4.c -- compiled once per real type: KERNELS_REAL is 32 or 64.
 *
 * The left side is cut into blocks of some rows and packed; then, for every two vectors of columns, the right
 * side is packed, and all left blocks meet it.  One tile of the result stays in registers meanwhile. */
#include "engine/tensor/blocked_product.h"

#include <string.h>

#if KERNELS_REAL == 32
#define BLOCKED_PRODUCT blocked_product_float32
#define SHUFFLED(a, b, X)                                                                                    \
    __builtin_shufflevector(a, b, X(0), X(1), X(2), X(3), X(4), X(5), X(6), X(7), X(8), X(9), X(10), X(11),  \
                            X(12), X(13), X(14), X(15))
typedef float real;
#else
#define BLOCKED_PRODUCT blocked_product_float64
#define SHUFFLED(a, b, X) __builtin_shufflevector(a, b, X(0), X(1), X(2), X(3), X(4), X(5), X(6), X(7))
typedef double real;
#endif

#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum {
    VECTOR_BYTES = 64,
    LANES = VECTOR_BYTES / sizeof(real),
    ROWS = BLOCKED_PRODUCT_ROWS,
    COLUMNS = 2 * LANES,
    DEPTH = 256,                        /* of k at once */
    ROW_STRIDE = DEPTH + LANES,         /* of a packed block of left rows: no two in the same cache set */
    COLUMN_STRIDE = 16,                 /* of a packed block of a transposed left side */
    LEFT_BLOCKS = 16,                   /* packed at once */
    BLOCK_ELEMENTS = ROWS * ROW_STRIDE, /* also enough for DEPTH * COLUMN_STRIDE, see below */
    LEFT_ELEMENTS = LEFT_BLOCKS * DEPTH * COLUMN_STRIDE
};
_Static_assert(LEFT_ELEMENTS >= LEFT_BLOCKS * BLOCK_ELEMENTS, "blocks of both kinds fit");

typedef real vector __attribute__((vector_size(VECTOR_BYTES)));
typedef real loose_vector __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real))));

/* ---- One tile ---- */

struct tile {
    int64_t depth;
    const real *left, *right; /* packed; left is read at [row * row_stride + step * step_stride] */
    real *out;
    int64_t stride; /* of out */
    bool add;       /* to what is there */
    /* What to ask for while multiplying, one address a step: memory that is needed next. */
    const char *ahead;
    int64_t ahead_stride_bytes;
};

/* out (rows, vectors) = left times right.  What is not in `tile` is constant where this is used. */
static inline __attribute__((always_inline)) void multiply_tile(const int rows, const int vectors,
                                                                const int row_stride, const int step_stride,
                                                                const struct tile *tile)
{
    const real *left = tile->left, *right = tile->right;
    const char *ahead = tile->ahead;
    vector sum[ROWS][2];

    UNROLL for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = (vector){ 0 };
    for (int64_t step = 0; step < tile->depth; step++) {
        vector columns[2];

        UNROLL for (int v = 0; v < vectors; v++) columns[v] = *(const vector *)(right + v * LANES);
        UNROLL for (int i = 0; i < rows; i++)
        {
            const vector row = left[i * row_stride] - (vector){ 0 };

            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] += row * columns[v];
        }
        __builtin_prefetch(ahead, 0, 2);
        ahead += tile->ahead_stride_bytes;
        left += step_stride;
        right += vectors * LANES;
    }
    UNROLL for (int i = 0; i < rows; i++)
    {
        UNROLL for (int v = 0; v < vectors; v++)
        {
            loose_vector *out = (loose_vector *)(tile->out + i * tile->stride + v * LANES);

            *out = tile->add ? *out + sum[i][v] : sum[i][v];
        }
    }
}

typedef void tile_fn(const struct tile *tile);

#define EVERY_COUNT(X, transposed, vectors)                                                                  \
    X(transposed, 1, vectors)                                                                                \
    X(transposed, 2, vectors)                                                                                \
    X(transposed, 3, vectors)                                                                                \
    X(transposed, 4, vectors)                                                                                \
    X(transposed, 5, vectors)                                                                                \
    X(transposed, 6, vectors)                                                                                \
    X(transposed, 7, vectors)                                                                                \
    X(transposed, 8, vectors)                                                                                \
    X(transposed, 9, vectors)                                                                                \
    X(transposed, 10, vectors)                                                                               \
    X(transposed, 11, vectors)                                                                               \
    X(transposed, 12, vectors)                                                                               \
    X(transposed, 13, vectors)                                                                               \
    X(transposed, 14, vectors)
#define EVERY_TILE(X) EVERY_COUNT(X, 0, 1) EVERY_COUNT(X, 0, 2) EVERY_COUNT(X, 1, 1) EVERY_COUNT(X, 1, 2)
#define DEFINE_TILE(transposed, rows, vectors)                                                               \
    static void tile_##transposed##_##rows##_##vectors(const struct tile *tile)                              \
    {                                                                                                        \
        multiply_tile(rows, vectors, transposed ? 1 : ROW_STRIDE, transposed ? COLUMN_STRIDE : 1, tile);     \
    }
EVERY_TILE(DEFINE_TILE)

#define TILE(transposed, rows, vectors)                                                                      \
    [transposed][vectors - 1][rows] = tile_##transposed##_##rows##_##vectors,
static tile_fn *const tiles[2][2][ROWS + 1] = { EVERY_TILE(TILE) };

/* ---- Packing ---- */

struct span {
    int64_t begin, count;
};

/* Part `number` of `parts` of nearly the same size. */
static struct span part_of(int64_t count, int64_t parts, int64_t number)
{
    const int64_t begin = count / parts * number + count % parts * number / parts;

    return (struct span){ begin,
                          count / parts * (number + 1) + count % parts * (number + 1) / parts - begin };
}

static int64_t blocks_of(int64_t count, int64_t most)
{
    return (count + most - 1) / most;
}

static void pack_left(struct product_side side, struct span rows, struct span steps, real *to)
{
    const real *from = side.data;

    if (!side.transposed) {
        for (int64_t i = 0; i < rows.count; i++)
            memcpy(to + i * ROW_STRIDE, from + (rows.begin + i) * side.stride + steps.begin,
                   (size_t)steps.count * sizeof *to);
        return;
    }
    from += steps.begin * side.stride + rows.begin;
    for (int64_t k = 0; k < steps.count; k++, from += side.stride, to += COLUMN_STRIDE)
        for (int64_t i = 0; i < rows.count; i++)
            to[i] = from[i];
}

/* As many elements as `width` a step, zeros behind the last column. */
static void pack_right(struct product_side side, struct span steps, struct span columns, int64_t width,
                       real *to)
{
    const real *from = (const real *)side.data + steps.begin * side.stride + columns.begin;

    for (int64_t k = 0; k < steps.count; k++, from += side.stride, to += width) {
        if (columns.count == COLUMNS) {
            ((vector *)to)[0] = *(const loose_vector *)from;
            ((vector *)to)[1] = *(const loose_vector *)(from + LANES);
            continue;
        }
        for (int64_t j = 0; j < width; j++)
            to[j] = j < columns.count ? from[j] : 0;
    }
}

/* Exchanges blocks of 2 by 2, of 4 by 4, and so on: the whole is transposed then. */
static inline void transpose(vector rows[LANES])
{
#define LOW(bit, l) (((l) & (bit)) == 0 ? (l) : LANES + (l) - (bit))
#define HIGH(bit, l) (((l) & (bit)) == 0 ? (l) + (bit) : LANES + (l))
#define LOW_1(l) LOW(1, l)
#define HIGH_1(l) HIGH(1, l)
#define LOW_2(l) LOW(2, l)
#define HIGH_2(l) HIGH(2, l)
#define LOW_4(l) LOW(4, l)
#define HIGH_4(l) HIGH(4, l)
#define LOW_8(l) LOW(8, l)
#define HIGH_8(l) HIGH(8, l)
#define EXCHANGE(bit)                                                                                        \
    UNROLL for (int i = 0; i < LANES; i++)                                                                   \
    {                                                                                                        \
        if (i & (bit))                                                                                       \
            continue;                                                                                        \
        const vector low = rows[i], high = rows[i + (bit)];                                                  \
        rows[i] = SHUFFLED(low, high, LOW_##bit);                                                            \
        rows[i + (bit)] = SHUFFLED(low, high, HIGH_##bit);                                                   \
    }
    EXCHANGE(1)
    EXCHANGE(2)
    EXCHANGE(4)
#if KERNELS_REAL == 32
    EXCHANGE(8)
#endif
}

/* The same from a side that is stored as (columns, steps). */
static void pack_right_transposed(struct product_side side, struct span steps, struct span columns,
                                  int64_t width, real *to)
{
    const real *from = (const real *)side.data + columns.begin * side.stride + steps.begin;

    for (int64_t first = 0; first < width; first += LANES) {
        const int64_t count = columns.count - first < LANES ? columns.count - first : LANES;
        int64_t k = 0;

        for (; count == LANES && k + LANES <= steps.count; k += LANES) {
            vector block[LANES];

            UNROLL for (int j = 0; j < LANES; j++) block[j] =
                *(const loose_vector *)(from + (first + j) * side.stride + k);
            transpose(block);
            UNROLL for (int i = 0; i < LANES; i++) * (vector *)(to + (k + i) * width + first) = block[i];
        }
        for (; k < steps.count; k++)
            for (int64_t j = 0; j < LANES; j++)
                to[k * width + first + j] = j < count ? from[(first + j) * side.stride + k] : 0;
    }
}

/* ---- The product ---- */

struct blocks {
    const struct product *product;
    struct product_side left, right;
    real *c;
    int64_t c_stride;
    struct span steps;
    int64_t row_blocks, first, end; /* blocks of rows in all; those that are packed */
    real *packed_left, *packed_right;
};

/* While the first two blocks of rows meet these columns, the next ones are asked for, half of each row. */
static void look_ahead(const struct blocks *b, struct span columns, int64_t block, struct tile *tile)
{
    const int64_t next = columns.begin + COLUMNS + (block - b->first) * LANES;

    tile->ahead = (const char *)b->packed_right;
    if (b->right.transposed || block - b->first > 1 || next >= b->product->n)
        return;
    tile->ahead = (const char *)((const real *)b->right.data + b->steps.begin * b->right.stride + next);
    tile->ahead_stride_bytes = b->right.stride * (int64_t)sizeof(real);
}

/* A tile at the edge is made beside the result. */
static void make_tile(const struct blocks *b, struct span columns, int64_t block)
{
    const struct span rows = part_of(b->product->m, b->row_blocks, block);
    const int vectors = columns.count > LANES ? 2 : 1;
    real *out = b->c + rows.begin * b->c_stride + columns.begin;
    _Alignas(VECTOR_BYTES) real edge[ROWS * COLUMNS];
    const bool whole = columns.count == vectors * LANES, add = b->product->accumulate || b->steps.begin > 0;
    struct tile tile = { .depth = b->steps.count,
                         .left = b->packed_left + (block - b->first) * DEPTH * COLUMN_STRIDE,
                         .right = b->packed_right,
                         .out = whole ? out : edge,
                         .stride = whole ? b->c_stride : COLUMNS,
                         .add = whole && add };

    look_ahead(b, columns, block, &tile);
    tiles[b->left.transposed][vectors - 1][rows.count](&tile);
    for (int64_t i = 0; i < rows.count && !whole; i++)
        for (int64_t j = 0; j < columns.count; j++)
            out[i * b->c_stride + j] = edge[i * COLUMNS + j] + (add ? out[i * b->c_stride + j] : 0);
}

static void multiply_columns(const struct blocks *b, struct span columns)
{
    const int64_t width = columns.count > LANES ? COLUMNS : LANES;

    (b->right.transposed ? pack_right_transposed : pack_right)(b->right, b->steps, columns, width,
                                                               b->packed_right);
    for (int64_t block = b->first; block < b->end; block++)
        make_tile(b, columns, block);
}

static void multiply_steps(struct blocks *b)
{
    const int64_t n = b->product->n, groups = blocks_of(b->row_blocks, LEFT_BLOCKS);

    for (int64_t group = 0; group < groups; group++) {
        const struct span blocks = part_of(b->row_blocks, groups, group);

        b->first = blocks.begin;
        b->end = blocks.begin + blocks.count;
        for (int64_t block = b->first; block < b->end; block++)
            pack_left(b->left, part_of(b->product->m, b->row_blocks, block), b->steps,
                      b->packed_left + (block - b->first) * DEPTH * COLUMN_STRIDE);
        for (int64_t j = 0; j < n; j += COLUMNS)
            multiply_columns(b, (struct span){ j, n - j < COLUMNS ? n - j : COLUMNS });
    }
}

blocked_product_fn BLOCKED_PRODUCT;

void BLOCKED_PRODUCT(const struct product *product, struct product_side left, struct product_side right,
                     void *c)
{
    _Alignas(VECTOR_BYTES) real packed_left[LEFT_ELEMENTS], packed_right[DEPTH * COLUMNS];
    const int64_t parts = blocks_of(product->k, DEPTH);
    struct blocks b = { .product = product,
                        .left = left,
                        .right = right,
                        .c = c,
                        .c_stride = product->c_columns ? product->c_columns : product->n,
                        .row_blocks = blocks_of(product->m, ROWS),
                        .packed_left = packed_left,
                        .packed_right = packed_right };

    for (int64_t part = 0; part < parts; part++) {
        b.steps = part_of(product->k, parts, part);
        multiply_steps(&b);
    }
}
