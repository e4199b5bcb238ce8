/* engine/data/synthetic_rows.c -- see synthetic_rows.h. */
#include "engine/data/synthetic_rows.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/memory.h"

/* What a stream of random words is for. */
enum { FOR_CLASS = 1, FOR_MEAN, FOR_NOISE };

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix64(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint64_t stream_key(uint64_t seed, uint64_t purpose, uint64_t source)
{
    return mix64(mix64(seed + purpose) + source);
}

static uint64_t row_key(uint64_t stream, int64_t row)
{
    return mix64(stream + (uint64_t)row + UINT64_C(0x9e3779b97f4a7c15));
}

/* The finalizer of MurmurHash3 over a counter: 32-bit arithmetic vectorises. */
static inline __attribute__((always_inline)) uint32_t word(uint64_t key, uint32_t column)
{
    uint32_t x = ((uint32_t)key + column * UINT32_C(0x9e3779b9)) ^ (uint32_t)(key >> 32);

    x = (x ^ x >> 16) * UINT32_C(0x85ebca6b);
    x = (x ^ x >> 13) * UINT32_C(0xc2b2ae35);
    return x ^ x >> 16;
}

/* The sum of four uniform bytes, two at a time, moved to mean 0 and variance 1: close to normal, and cheap.
 */
static inline __attribute__((always_inline)) float noise(uint32_t x)
{
    const uint32_t pairs = (x & 0xff00ff) + (x >> 8 & 0xff00ff);
    const int32_t sum = (int32_t)((pairs + (pairs >> 16)) & 0xffff);

    return (float)(sum - 510) * 0.0067659F; /* 1 / sqrt(4 (256^2 - 1) / 12) */
}

/* [0, count), by multiplication. */
static int64_t pick(uint32_t x, int64_t count)
{
    return (int64_t)((uint64_t)x * (uint64_t)count >> 32);
}

/* One row, in the instruction set of its name; all of them give the same numbers. */
typedef void make_row_fn(uint64_t key, const float *restrict mean, int64_t columns, float *restrict out);

#define MAKE_ROW(name, target)                                                                               \
    target static void name(uint64_t key, const float *restrict mean, int64_t columns, float *restrict out)  \
    {                                                                                                        \
        for (int64_t column = 0; column < columns; column++)                                                 \
            out[column] = mean[column] + noise(word(key, (uint32_t)column));                                 \
    }
MAKE_ROW(make_row_baseline, )
#ifdef __x86_64__
MAKE_ROW(make_row_v3, __attribute__((target("arch=x86-64-v3"))))
MAKE_ROW(make_row_v4, __attribute__((target("arch=x86-64-v4"))))
#else
#define make_row_v3 make_row_baseline
#define make_row_v4 make_row_baseline
#endif
#undef MAKE_ROW

static make_row_fn *const make_rows[KERNEL_LEVEL_COUNT] = {
    [KERNEL_BASELINE] = make_row_baseline,
    [KERNEL_X86_64_V3] = make_row_v3,
    [KERNEL_X86_64_V4] = make_row_v4,
};

struct synthetic_rows {
    struct row_reader reader;
    struct synthetic_source source;
    uint64_t class_key, noise_key; /* of their streams */
    make_row_fn *make_row;
    float *means; /* (classes, columns); NULL: labels */
};

static int64_t class_of(const struct synthetic_rows *self, uint64_t key)
{
    return pick(word(key, 0), self->source.classes);
}

static int64_t label_of(const struct synthetic_rows *self, int64_t row)
{
    const uint64_t key = row_key(self->class_key, row);
    const int64_t right = class_of(self, key), classes = self->source.classes;

    if (word(key, 1) >= SYNTHETIC_WRONG * 4294967296.0)
        return right;
    return (right + 1 + pick(word(key, 2), classes - 1)) % classes;
}

static bool read_labels(struct row_reader *reader, const int64_t *rows, int64_t count, void *out,
                        struct error *err)
{
    const struct synthetic_rows *self = (const struct synthetic_rows *)reader;
    const struct tensor labels = { .dtype = self->source.dtype, .shape = shape_of(1, count), .data = out };

    (void)err;
    for (int64_t i = 0; i < count; i++)
        tensor_write(&labels, i, (double)label_of(self, rows[i]));
    return true;
}

static bool read_real(struct row_reader *reader, const int64_t *rows, int64_t count, void *out,
                      struct error *err)
{
    const struct synthetic_rows *self = (const struct synthetic_rows *)reader;
    const int64_t columns = self->source.columns;

    (void)err;
    for (int64_t i = 0; i < count; i++) {
        const int64_t class = class_of(self, row_key(self->class_key, rows[i]));

        self->make_row(row_key(self->noise_key, rows[i]), self->means + class * columns, columns,
                       (float *)out + i * columns);
    }
    return true;
}

static void make_means(const struct synthetic_source *source, float *out)
{
    const float scale = (float)(SYNTHETIC_DISTANCE / sqrt(2.0 * (double)source->columns));
    const uint64_t stream = stream_key(source->seed, FOR_MEAN, source->index);

    for (int64_t c = 0; c < source->classes; c++) {
        const uint64_t key = row_key(stream, c);

        for (int64_t column = 0; column < source->columns; column++)
            out[c * source->columns + column] = scale * noise(word(key, (uint32_t)column));
    }
}

static void rows_free(struct row_reader *reader)
{
    free(((struct synthetic_rows *)reader)->means);
    free(reader);
}

struct row_reader *synthetic_rows_new(const struct synthetic_source *source, enum kernel_level level,
                                      struct error *err)
{
    const bool real = source->dtype == DTYPE_FLOAT32;
    struct synthetic_rows *self = memory_new(1, sizeof(*self));

    *self = (struct synthetic_rows){
        .reader = { .read = real ? read_real : read_labels, .free = rows_free },
        .source = *source,
        .class_key = stream_key(source->seed, FOR_CLASS, 0),
        .noise_key = stream_key(source->seed, FOR_NOISE, source->index),
        .make_row = make_rows[level],
    };
    if (!real)
        return &self->reader;
    self->means = memory_try_aligned((size_t)(source->classes * source->columns) * sizeof(*self->means));
    if (!self->means) {
        RAISE(err, ERROR_MEMORY, NULL, "no memory for the means of a synthetic dataset");
        rows_free(&self->reader);
        return NULL;
    }
    make_means(source, self->means);
    return &self->reader;
}
