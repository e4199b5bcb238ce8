/* engine/data/synthetic_fill.c -- see synthetic_fill.h. */
#include "engine/data/synthetic_fill.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/tensor/kernels.h"
#include "engine/tensor/team.h"

enum { THREADS_MAX = 4, SHARED_MIN = 4 << 20 /* numbers */ };

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
static inline __attribute__((always_inline)) uint32_t word(uint64_t key, uint32_t column)
{
    uint32_t x = ((uint32_t)key + column * UINT32_C(0x9e3779b9)) ^ (uint32_t)(key >> 32);

    x = (x ^ x >> 16) * UINT32_C(0x85ebca6b);
    x = (x ^ x >> 13) * UINT32_C(0xc2b2ae35);
    return x ^ x >> 16;
}

/* The sum of four uniform bytes, moved to mean 0 and variance 1: close to normal, and cheap. */
static inline __attribute__((always_inline)) float noise(uint32_t x)
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

/* One row, in the best instruction set of this CPU; all of them give the same numbers. */
typedef void fill_row_fn(uint64_t key, const float *restrict mean, int64_t columns, float *restrict out);

#define FILL_ROW(name, target)                                                                               \
    target static void name(uint64_t key, const float *restrict mean, int64_t columns, float *restrict out)  \
    {                                                                                                        \
        for (int64_t column = 0; column < columns; column++)                                                 \
            out[column] = mean[column] + noise(word(key, (uint32_t)column));                                 \
    }
FILL_ROW(fill_row_baseline, )
#ifdef __x86_64__
FILL_ROW(fill_row_v3, __attribute__((target("arch=x86-64-v3"))))
FILL_ROW(fill_row_v4, __attribute__((target("arch=x86-64-v4"))))
#else
#define fill_row_v3 fill_row_baseline
#define fill_row_v4 fill_row_baseline
#endif
#undef FILL_ROW

static fill_row_fn *const fill_rows[KERNEL_LEVEL_COUNT] = {
    [KERNEL_BASELINE] = fill_row_baseline,
    [KERNEL_X86_64_V3] = fill_row_v3,
    [KERNEL_X86_64_V4] = fill_row_v4,
};

struct filling {
    uint64_t seed;
    size_t source;
    int64_t classes, rows, columns;
    const float *means;
    float *out;
    fill_row_fn *fill_row;
    size_t members;
};

static void fill_part(void *context, size_t member)
{
    const struct filling *self = context;
    const struct part part = team_part(self->rows, self->members, member);

    for (int64_t row = part.begin; row < part.end; row++)
        self->fill_row(row_key(self->seed, FOR_NOISE, self->source, (uint64_t)row),
                       self->means + class_of(self->seed, self->classes, row) * self->columns, self->columns,
                       self->out + row * self->columns);
}

/* As every number depends on its place alone, threads can share the work; a small dataset is made sooner than
 * they start. */
static void fill_all(struct filling *self)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t most = processors > THREADS_MAX ? THREADS_MAX : processors > 1 ? (size_t)processors : 1;
    struct error ignored;
    struct team *team = self->rows * self->columns < SHARED_MIN ? NULL : team_start(most, &ignored);

    self->members = team_members(team);
    team_run(team, fill_part, self);
    team_stop(team);
}

static void make_means(uint64_t seed, size_t source, int64_t classes, int64_t columns, float *out)
{
    const float scale = (float)(SYNTHETIC_DISTANCE / sqrt(2.0 * (double)columns));

    for (int64_t c = 0; c < classes; c++) {
        const uint64_t key = row_key(seed, FOR_MEAN, source, (uint64_t)c);

        for (int64_t column = 0; column < columns; column++)
            out[c * columns + column] = scale * noise(word(key, (uint32_t)column));
    }
}

bool synthetic_fill_real(uint64_t seed, size_t source, int64_t classes, const struct tensor *out,
                         struct error *err)
{
    const int64_t rows = out->shape.dims[0], columns = tensor_elements(out) / rows;
    float *means = memory_try_aligned((size_t)(classes * columns) * sizeof(*means));
    struct filling filling = {
        .seed = seed,
        .source = source,
        .classes = classes,
        .rows = rows,
        .columns = columns,
        .means = means,
        .out = out->data,
        .fill_row = fill_rows[kernel_level_best()],
    };

    if (!means)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for the means of a synthetic dataset");
    make_means(seed, source, classes, columns, means);
    fill_all(&filling);
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
