/* engine/bricks/batch_normalization.h -- what declaring and applying share, and what BatchNormalizedMLP
 * pushes.
 */
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

static inline bool batch_normalization_has_scale(const struct batch_normalization *settings)
{
    return settings->learn_scale && !settings->mean_only;
}

/* Whether statistics run over this axis of an example. */
bool batch_normalization_broadcasts(const struct brick *self, int axis);

brick_apply_fn batch_normalization_apply;

#endif
