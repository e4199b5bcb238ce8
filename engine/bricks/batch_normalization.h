/* engine/bricks/batch_normalization.h -- settings that BatchNormalizedMLP pushes. */
#ifndef ENGINE_BRICKS_BATCH_NORMALIZATION_H
#define ENGINE_BRICKS_BATCH_NORMALIZATION_H

#include "engine/bricks/brick_build.h"

struct batch_normalization {
    struct integer_list input_dim;     /* of one example */
    const struct cJSON *broadcastable; /* booleans, one for each axis; NULL: all false */
    double epsilon;
    struct component *scale_init, *shift_init; /* NULL: 1 and 0 */
    bool mean_only, learn_scale, learn_shift;
};

#endif
