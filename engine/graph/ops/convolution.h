/* engine/graph/ops/convolution.h -- inside convolutions: attributes, shapes, and the gradients' runs.
 *
 * Shapes: image (n, c, H, W), filters (f, c, h, w), places (n, f, rows, columns). */
#ifndef ENGINE_GRAPH_OPS_CONVOLUTION_H
#define ENGINE_GRAPH_OPS_CONVOLUTION_H

#include "engine/graph/ops/pooling.h"

enum convolution_attribute {
    PAD_HEIGHT,
    PAD_WIDTH,
    STEP_HEIGHT,
    STEP_WIDTH,
    IMAGE_HEIGHT,
    IMAGE_WIDTH,
    IMAGE_GROUPS, /* of the gradient of the filters: how many sums it consists of */
    POOLING,      /* with max pooling behind: the attributes of that */
};

/* Operands of gradients.  Where the gradient of the places comes from max pooling, PLACES_GRADIENT is what
 * comes from behind that, and the gradient of the places is made image by image, so that it stays in the
 * cache: from PLACES and GREATEST, or from the bits of a pooled convolution. */
enum gradient_operand {
    LINEAR_OPERAND,
    PLACES_GRADIENT,
    LIKE,
    PLACES,
    GREATEST,
    GRADIENT_OPERANDS,
    BITS = LIKE + 1,
    BITS_OPERANDS,
};

/* The shape of the places, for images and filters of these shapes. */
struct shape gradient_places(const struct apply *apply, const struct shape *inputs, const struct shape *image,
                             const struct shape *filters);

/* How the filters go over one image. */
struct window convolution_window(const struct apply *apply, const struct shape *image,
                                 const struct shape *filters);

/* Whether the filters can go over such images, and whether `places` is what comes of that; the error
 * otherwise. */
bool convolution_filters_fit(const struct apply *apply, const struct shape *image,
                             const struct shape *filters, struct error *err);
bool convolution_places_fit(const struct apply *apply, const struct shape *image, const struct shape *filters,
                            const struct shape *places, struct error *err);

/* Results of the gradients, and of the transposed convolution, from their operands. */
bool image_gradient_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                          struct error *err);
bool transpose_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                     struct error *err);
bool filters_gradient_infer(const struct apply *apply, const struct shape *inputs, struct shape *outputs,
                            struct error *err);

/* A window of one element that takes every step sees the image itself. */
static inline bool columns_are_the_image(const struct window *w)
{
    return w->window_height == 1 && w->window_width == 1 && w->step_height == 1 && w->step_width == 1 &&
           w->pad_height == 0 && w->pad_width == 0;
}

/* Elements of a filter, which are rows of the columns. */
static inline int64_t window_elements(const struct window *window)
{
    return window->planes * window->window_height * window->window_width;
}

/* Of one example, in bytes. */
static inline size_t example_bytes(const struct tensor *tensor)
{
    const int64_t *dims = tensor->shape.dims;

    return (size_t)(dims[1] * dims[2] * dims[3]) * dtype_bytes(tensor->dtype);
}

/* Hands out memory, piece by piece; without a start it counts. */
struct pieces {
    char *start;
    size_t used;
};
void *take_piece(struct pieces *pieces, int64_t count, size_t bytes);

/* convolution.c */
bool node_is_convolution(const struct node *node);
/* Of image and filters, from the gradient of the places or, with bits, of what is pooled of them. */
bool convolution_gradients(struct graph *graph, const struct attributes *attributes,
                           struct node *const *operands, struct node *gradient, struct node *bits,
                           struct node **out_gradients, struct error *err);

/* convolution_forward.c: image, filters; places */
bool convolution_run(const struct call *call, struct error *err);
size_t convolution_scratch(const struct apply *apply);
/* Whether images are convolved in blocks, those that fill one; decided by the planned shapes, which are those
 * that memory is planned for. */
bool convolution_is_for_blocks(const struct apply *apply);

/* Scratch of the one way and of the other. */
struct forward {
    void *columns;
    void *block, *table, *sums, *pooled; /* `pooled`, `places`: of convolutions with pooling */
    void *places;                        /* of one image */
    int64_t *offsets;
    int64_t block_pixels;
};
struct forward take_forward(struct pieces *pieces, const struct apply *apply, const struct window *window,
                            const struct shape *filters, int64_t lanes);
/* Convolves whole blocks of images, and pools them if there is a `pool`; gives the number of images done. */
int64_t run_blocks(const struct call *call, const struct window *window, const struct forward *memory,
                   const struct window *pool);

/* convolution_filters.c: image, gradient of the places; sums over groups of images (groups, f, c, h, w). Part
 * by groups, or by filters if there is one group. */
int64_t filters_gradient_groups(const struct apply *apply, int64_t images);
bool filters_gradient_run(const struct call *call, struct error *err);
size_t filters_gradient_scratch(const struct apply *apply);

/* convolution_image.c: filters, gradient of the places; the image */
bool image_gradient_run(const struct call *call, struct error *err);
size_t image_gradient_scratch(const struct apply *apply);

/* ---- convolution_backward.c: what both gradients use ---- */

/* For a list of up to entries_max + columns entries in `rows` rows. */
struct sparse take_list(struct pieces *pieces, int64_t rows, int64_t entries, enum dtype dtype);

/* One image and the gradient of its places, of some filters. */
struct backward {
    struct window window;
    int64_t filters, places;
    void *gradient;     /* room for it, if it is made here; else NULL */
    struct window pool; /* with bits */
    struct unpooling unpooling;
    int32_t *pool_corners;
    /* Unless the columns are the image: */
    void *image; /* by pixels, with imaginary ones */
    int64_t image_elements;
    int64_t *corners;
    struct patches patches;
    int64_t stride;     /* of matrices of patches */
    struct sparse list; /* of the gradient's filters, up to entries_max */
    int64_t entries_max;
};
/* `filters`: how many of them. */
struct backward take_backward(struct pieces *pieces, const struct apply *apply, const struct window *window,
                              int64_t filters);
void find_corners(const struct backward *backward);
/* The gradient of example n from filter `first` on, (filters, places). */
const void *gradient_of_places(const struct call *call, const struct backward *backward, int64_t n,
                               int64_t first);
/* Lists what of that is not zero; false when that is too much. */
bool list_gradient(const struct call *call, struct backward *backward, int64_t n, int64_t first);

#endif
