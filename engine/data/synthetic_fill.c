/* engine/data/synthetic_fill.c -- see synthetic_fill.h. */
#include "engine/data/synthetic_fill.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/memory.h"

/* What a row of random words is for. */
enum { FOR_CLASS = 1, FOR_MEAN, FOR_NOISE };

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix64(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint64_t row_key(uint64_t seed, uint64_t purpose, uint64_t source, uint64_t row)
{
    return mix64(mix64(mix64(seed + purpose) + source) + row + UINT64_C(0x9e3779b97f4a7c15));
}

/* The finalizer of MurmurHash3 over a counter: 32-bit arithmetic vectorises. */
static uint32_t word(uint64_t key, uint32_t column)
{
    uint32_t x = ((uint32_t)key + column * UINT32_C(0x9e3779b9)) ^ (uint32_t)(key >> 32);

    x = (x ^ x >> 16) * UINT32_C(0x85ebca6b);
    x = (x ^ x >> 13) * UINT32_C(0xc2b2ae35);
    return x ^ x >> 16;
}

/* The sum of four uniform bytes, moved to mean 0 and variance 1: close to normal, and cheap. */
static float noise(uint32_t x)
{
    const int32_t sum = (int32_t)((x & 255) + (x >> 8 & 255) + (x >> 16 & 255) + (x >> 24));

    return (float)(sum - 510) * 0.0067659F; /* 1 / sqrt(4 (256^2 - 1) / 12) */
}

/* [0, count), by multiplication. */
static int64_t pick(uint32_t x, int64_t count)
{
    return (int64_t)((uint64_t)x * (uint64_t)count >> 32);
}

static int64_t class_of(uint64_t seed, int64_t classes, int64_t row)
{
    return pick(word(row_key(seed, FOR_CLASS, 0, (uint64_t)row), 0), classes);
}

static void fill_row(uint64_t key, const float *restrict mean, int64_t columns, float *restrict out)
{
    for (int64_t column = 0; column < columns; column++)
        out[column] = mean[column] + noise(word(key, (uint32_t)column));
}

bool synthetic_fill_real(uint64_t seed, size_t source, int64_t classes, const struct tensor *out,
                         struct error *err)
{
    const int64_t rows = out->shape.dims[0], columns = tensor_elements(out) / rows;
    const float scale = (float)(SYNTHETIC_DISTANCE / sqrt(2.0 * (double)columns));
    float *means = memory_try_aligned((size_t)(classes * columns) * sizeof(*means));

    if (!means)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for the means of a synthetic dataset");
    for (int64_t c = 0; c < classes; c++) {
        const uint64_t key = row_key(seed, FOR_MEAN, source, (uint64_t)c);

        for (int64_t column = 0; column < columns; column++)
            means[c * columns + column] = scale * noise(word(key, (uint32_t)column));
    }
    for (int64_t row = 0; row < rows; row++)
        fill_row(row_key(seed, FOR_NOISE, source, (uint64_t)row),
                 means + class_of(seed, classes, row) * columns, columns, (float *)out->data + row * columns);
    free(means);
    return true;
}

static int64_t label_of(uint64_t seed, int64_t classes, int64_t row)
{
    const uint64_t key = row_key(seed, FOR_CLASS, 0, (uint64_t)row);
    const int64_t right = class_of(seed, classes, row);

    if (word(key, 1) >= SYNTHETIC_WRONG * 4294967296.0)
        return right;
    return (right + 1 + pick(word(key, 2), classes - 1)) % classes;
}

void synthetic_fill_labels(uint64_t seed, int64_t classes, const struct tensor *out)
{
    const int64_t rows = tensor_elements(out);

    for (int64_t row = 0; row < rows; row++)
        tensor_write(out, row, (double)label_of(seed, classes, row));
}
