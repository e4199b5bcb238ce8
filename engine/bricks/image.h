/* engine/bricks/image.h -- bricks that work on images: nodes of (batch, channels, height, width).
 *
 * A ConvolutionalSequence tells each of its layers what one image looks like, and is told what the layer
 * makes of it (brick_type.take_images).  Extents are INTEGER_ABSENT where they are not known before the data
 * are. */
#ifndef ENGINE_BRICKS_IMAGE_H
#define ENGINE_BRICKS_IMAGE_H

#include "engine/bricks/brick_build.h"

struct images {
    int64_t channels, height, width;   /* in: of what the layer is given; out: of what it makes */
    const struct cJSON *border_mode;   /* NULL: the layer keeps its own */
    enum optional_boolean tied_biases; /* absent: likewise */
};

/* A pair as bound: items 0 and 1, height and width.  Absent: `absent` twice. */
struct extent {
    int64_t height, width;
};
struct extent extent_of(const struct integer_list *pair, int64_t absent);
/* The pair in the tree's memory. */
struct integer_list extent_list(struct brick *self, struct extent extent);

/* Imaginary zeros at each side that a border_mode stands for: "valid" 0, "full" filter - 1, "half" filter / 2
 * rounded down, an integer, or a pair of them.  NULL is "valid".  False with an error at the member
 * border_mode of `self`. */
bool border_of(const struct brick *self, const struct cJSON *border_mode, struct extent filter,
               struct extent *out_pad, struct error_list *errors);

/* Raises unless x has four axes, `channels` channels and the extent, as far as that is known. */
bool check_images(const struct node *x, int64_t channels, struct extent extent, struct error *err);

#endif
