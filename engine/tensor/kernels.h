/* engine/tensor/kernels.h -- the inner loops, compiled once per instruction set.
 *
 * Every kernel works on contiguous memory of one real dtype.  An elementwise kernel may write over one of its
 * operands (the same place, not a shifted one); other kernels may not.  Sums have a fixed order: the
 * same bits on every run with one level.  NaN is carried through, also by minimum, maximum and the
 * rectifiers.
 *
 * Errors of exp, log, tanh, logistic and softplus: tests/tensor/test_kernels.c holds the bounds.  Results of
 * exp below the smallest normal number are 0.  Source of the logarithm: FreeBSD's msun (Sun Microsystems
 * 1993). */
#ifndef ENGINE_TENSOR_KERNELS_H
#define ENGINE_TENSOR_KERNELS_H

#include "engine/tensor/cells.h"
#include "engine/tensor/tensor.h"

/* KIND(name, result for x and parameter p) */
#define KERNELS_UNARY(KIND)                                                                                  \
    KIND(copy, x)                                                                                            \
    KIND(scale, x *p)                                                                                        \
    KIND(negative, -x)                                                                                       \
    KIND(abs, MATH(fabs)(x))                                                                                 \
    KIND(sqr, x *x)                                                                                          \
    KIND(sqrt, MATH(sqrt)(x))                                                                                \
    KIND(exp, MATH(exp)(x))                                                                                  \
    KIND(log, MATH(log)(x))                                                                                  \
    KIND(tanh, MATH(tanh)(x))                                                                                \
    KIND(logistic, 1 / (1 + MATH(exp)(-x)))                                                                  \
    KIND(rectifier, x <= 0 ? 0 : x)                                                                          \
    KIND(softplus, MATH(softplus)(x))                                                                        \
    KIND(leaky_rectifier, x > 0 ? x : p * x)

/* KIND(name, result for a, b and parameter p).  In a gradient, a is what the forward result was computed
 * from, or that result (tanh, logistic, sqrt), and b is the gradient that arrives. */
#define KERNELS_BINARY(KIND)                                                                                 \
    KIND(add, a + b)                                                                                         \
    KIND(subtract, a - b)                                                                                    \
    KIND(multiply, a *b)                                                                                     \
    KIND(divide, a / b)                                                                                      \
    KIND(power, MATH(power)(a, b))                                                                           \
    KIND(minimum, a < b || a != a ? a : b)                                                                   \
    KIND(maximum, a > b || a != a ? a : b)                                                                   \
    KIND(equal, a == b ? 1 : 0)                                                                              \
    KIND(not_equal, a != b ? 1 : 0)                                                                          \
    KIND(less, a < b ? 1 : 0)                                                                                \
    KIND(less_equal, a <= b ? 1 : 0)                                                                         \
    KIND(greater, a > b ? 1 : 0)                                                                             \
    KIND(greater_equal, a >= b ? 1 : 0)                                                                      \
    KIND(abs_gradient, a > 0 ? b : a < 0 ? -b : a * 0)                                                       \
    KIND(sqrt_gradient, b *((REAL)0.5 / a))                                                                  \
    KIND(tanh_gradient, b *(1 - a * a))                                                                      \
    KIND(logistic_gradient, b *(a * (1 - a)))                                                                \
    KIND(rectifier_gradient, a > 0 ? b : a < 0 ? 0 : b * (REAL)0.5)                                          \
    KIND(softplus_gradient, b / (1 + MATH(exp)(-a)))                                                         \
    KIND(leaky_rectifier_gradient, a > 0 ? b : a < 0 ? b * p : b * ((1 + p) * (REAL)0.5))

enum kernel_unary {
#define KIND(name, result) KERNEL_##name,
    KERNELS_UNARY(KIND)
#undef KIND
        KERNEL_UNARY_COUNT
};

enum kernel_binary {
#define KIND(name, result) KERNEL_##name,
    KERNELS_BINARY(KIND)
#undef KIND
        KERNEL_BINARY_COUNT
};

typedef void kernel_unary_fn(const void *x, void *out, int64_t count, double p);
typedef void kernel_binary_fn(const void *a, const void *b, void *out, int64_t count, double p);
/* x is (outer, count, inner), out is (outer, inner). */
typedef void kernel_reduce_fn(const void *x, void *out, int64_t outer, int64_t count, int64_t inner);
/* x is (count, inner), of which `width` columns from `x` on are wanted; out is (width). */
typedef void kernel_columns_fn(const void *x, void *out, int64_t count, int64_t inner, int64_t width);
/* x and out are (rows, columns), columns > 0.  Both may be the same memory. */
typedef void kernel_rows_fn(const void *x, void *out, int64_t rows, int64_t columns);

/* A window that goes over images of (height, width) and stands at (rows, columns) places on each; before the
 * first row and column lie pad_height and pad_width imaginary ones, and as many as needed after the last.
 * `planes` is the number of images: the channels of one example, or the planes of a whole batch. */
struct window {
    int64_t planes, height, width;
    int64_t window_height, window_width, step_height, step_width, pad_height, pad_width;
    int64_t rows, columns;
};
/* columns: image (planes, height, width) to (planes * window_height * window_width, rows * columns), one row
 * per element of a flipped filter; imaginary elements are 0.  add_columns is its transpose: adds up into the
 * image whatever was taken from it. */
/* Elements of a pool that lie outside of the image do not count, but for means that include the padding. */
typedef void kernel_window_fn(const struct window *window, const void *x, void *out);

/* What is not zero in a matrix: row r has the entries starts[r] to starts[r + 1] - 1, by their columns. */
struct sparse {
    int32_t *starts; /* rows + 1 */
    int32_t *columns;
    void *values; /* both with room for SPARSE_UNIT more than there are */
};
enum { SPARSE_UNIT = 16 };

/* out (rows, width) += x (rows, ..) table (.., width); the table and what is added to are read and written up
 * to a multiple of SPARSE_UNIT. */
struct sparse_product {
    int64_t rows, width;
    const void *table;
    void *out;
    int64_t table_stride, out_stride; /* from row to row, in elements */
};

/* What a window sees from each of its places on a padded image by pixels, which is (height + 2 pad_height,
 * width + 2 pad_width, planes): `lines` lines of `width` elements, line_step apart, the first of place p at
 * corners[p].  Matrices of patches have one in each row, whose lines begin `room` after each other: `width`
 * rounded up to a multiple of SPARSE_UNIT, where nothing else is said.  Kernels that read or write patches go
 * up to SPARSE_UNIT elements over the end of a line, also behind the image. */
struct patches {
    int64_t places, lines, width, room, line_step;
    const int64_t *corners;
};

/* How gradients go back from pools: some planes, each with so many places; where element 0 of the window of a
 * place lies in its plane, and the others from there. */
enum { POOL_ELEMENTS_MAX = 16 };
struct unpooling {
    int64_t planes, places;
    const int32_t *corners; /* (places) */
    int32_t offsets[POOL_ELEMENTS_MAX];
};

/* One channel of a batch of images: `runs` runs of `length` elements, `stride` apart. */
struct channel {
    int64_t runs, length, stride;
};

/* out[i] = 1 if number first + i of a counted random stream, of 53 bits, is at least `bound`; else 0. */
typedef void kernel_chosen_fn(uint64_t seed, uint64_t first, uint64_t bound, void *out, int64_t count);
/* out[i] is normal with mean 0 and that standard deviation, made of numbers first + 2 i and the next one. */
typedef void kernel_normal_fn(uint64_t seed, uint64_t first, double deviation, void *out, int64_t count);

/* A convolution of up to block_images images at once, which lie side by side in a block. */
struct block_convolution {
    struct window window;
    int64_t filters, images;
    int64_t elements;       /* of a filter */
    const int64_t *offsets; /* where in the block each of them looks from the first place, in REALs */
    const void *table;      /* from block_filters */
    const void *block;      /* from block_of_images */
    void *sums;             /* room for BLOCK_FILTERS_MAX * rows * columns * block_images */
    /* Or NULL: the result is what max pooling makes of the sums, and `bits`, shaped like it, are as told at
     * pool_bits.  `pooled` has room for 2 * BLOCK_FILTERS_MAX * its rows * its columns * block_images. */
    const struct window *pool;
    void *pooled, *bits;
};
enum { BLOCK_FILTERS_MAX = 12, BLOCK_IMAGES_MAX = 16 };

struct kernels {
    kernel_unary_fn *unary[KERNEL_UNARY_COUNT];
    kernel_binary_fn *binary[KERNEL_BINARY_COUNT];
    kernel_unary_fn *from[DTYPE_COUNT]; /* out[i] = (real) x[i], x of that dtype */
    kernel_reduce_fn *sum; /* float32 is summed in float64 where it is contiguous, else in blocks */
    /* x is (rows, columns), out is (rows). */
    kernel_rows_fn *sum_squares;
    kernel_columns_fn *sum_columns; /* the same for some columns, outer 1 */
    kernel_reduce_fn *max, *min;    /* count > 0 */
    kernel_reduce_fn *argmax;       /* out is int64; the first greatest, or the first NaN */
    kernel_rows_fn *softmax;
    kernel_rows_fn *log_softmax;
    kernel_unary_fn *fill; /* out[i] = x[0] */
    kernel_chosen_fn *chosen;
    kernel_normal_fn *normal;
    struct cell_kernels cells;
    double (*channel_sum)(const struct channel *channel, const void *x);
    double (*channel_squares)(const struct channel *channel, const void *x, double mean); /* of x - mean */
    /* The sums of gradient and of gradient (x - mean). */
    void (*channel_products)(const struct channel *channel, const void *gradient, const void *x, double mean,
                             double out_sums[2]);
    /* out = (x - mean) factor + shift */
    void (*channel_scale)(const struct channel *channel, const void *x, double mean, double factor,
                          double shift, void *out);
    /* out = gradient factors[0] + (x - mean) factors[1] + factors[2]; out may be the gradient */
    void (*channel_mix)(const struct channel *channel, const void *gradient, const void *x, double mean,
                        const double factors[3], void *out);
    kernel_window_fn *columns, *add_columns;
    /* An image (planes, height, width) to a padded one by pixels, of which what is imaginary is left alone,
     * and the other way. */
    kernel_window_fn *pixels_first, *planes_first;
    /* `lines` lines of all patches of a padded image by pixels, from `line` on, one place after the other,
     * `stride` apart; they follow each other without gaps, with SPARSE_UNIT zeros behind them. */
    void (*place_rows)(const struct patches *patches, int64_t line, int64_t lines, const void *image,
                       void *out, int64_t stride);
    /* The other way, from patches with room: adds them to such an image. */
    void (*add_patches)(const struct patches *patches, const void *rows, int64_t stride, void *image);
    /* Filters (count, planes, window_height, window_width) to patches, turned by half a circle as places see
     * them, filled up with zeros. */
    void (*filters_to_patches)(const struct window *window, int64_t count, int64_t room, const void *filters,
                               void *out, int64_t stride);
    /* The other way: adds patches to filters.  `group` lines follow each other without gaps; these groups
     * begin `room` after each other. */
    void (*add_to_filters)(const struct window *window, int64_t count, int64_t group, int64_t room,
                           const void *patches, int64_t stride, void *out);
    /* Lists what is not zero in x (rows, columns).  False when that are more than entries_max, which with one
     * row more fit into the list. */
    bool (*sparse_list)(const void *x, int64_t rows, int64_t columns, int64_t entries_max,
                        struct sparse *out);
    void (*sparse_transpose)(const struct sparse *x, int64_t rows, int64_t columns, struct sparse *out);
    void (*sparse_add_product)(const struct sparse *x, const struct sparse_product *product);
    /* The patches of an image += x (places, ..) times a table of patches, `stride` apart. */
    void (*sparse_add_patches)(const struct sparse *x, const struct patches *patches, const void *table,
                               int64_t stride, void *image);
    int64_t block_images;
    /* `images` padded ones, one vector per pixel; what lies outside of them stays as it is. */
    void (*block_of_images)(const struct window *window, int64_t images, const void *from, void *block);
    /* To room for filters + BLOCK_FILTERS_MAX of them. */
    void (*block_filters)(const struct window *window, int64_t filters, const void *from, void *table);
    void (*block_convolve)(const struct block_convolution *convolution, void *out);
    kernel_window_fn *pool_max; /* (planes, height, width) to (planes, rows, columns) */
    /* Of pool_max: from what it was given, its result and the gradient of that. */
    void (*pool_max_gradient)(const struct window *window, const void *x, const void *greatest,
                              const void *gradient, void *out);
    /* From what pool_max was given and its result: for each place 2^k, added up over the elements k of the
     * window (at most POOL_ELEMENTS_MAX, row by row) that are the greatest. */
    void (*pool_bits)(const struct window *window, const void *x, const void *greatest, void *bits);
    /* The gradient of pool_max from that of its result and the bits. */
    void (*unpool)(const struct window *window, const void *gradient, const void *bits, void *out);
    /* Lists what is not zero in that without making it, as sparse_list would list (planes, height * width),
     * but in the order of the pooled places.  False when that are more than entries_max, which with
     * POOL_ELEMENTS_MAX * SPARSE_UNIT more fit into the list. */
    bool (*sparse_list_pooled)(const struct unpooling *unpooling, const void *gradient, const void *bits,
                               int64_t entries_max, struct sparse *out);
    void (*pool_mean)(const struct window *window, bool include_padding, const void *x, void *out);
    /* Of pool_mean; `share` is memory for (rows, columns). */
    void (*pool_mean_gradient)(const struct window *window, bool include_padding, const void *gradient,
                               void *share, void *out);
};

enum kernel_level { KERNEL_BASELINE, KERNEL_X86_64_V3, KERNEL_X86_64_V4, KERNEL_LEVEL_COUNT };

/* The best level of this CPU, and its kernels for a real dtype. */
enum kernel_level kernel_level_best(void);
const struct kernels *kernels_best(enum dtype dtype);
/* Those of one level; NULL when this CPU (or build) does not have it. */
const struct kernels *kernels_at(enum kernel_level level, enum dtype dtype);
const char *kernel_level_name(enum kernel_level level); /* "x86-64-v3" */

#endif
