/* engine/bricks/linear.h -- settings that parents of a Linear push. */
#ifndef ENGINE_BRICKS_LINEAR_H
#define ENGINE_BRICKS_LINEAR_H

#include "engine/bricks/initializable.h"

struct linear {
    struct initializable initializable; /* first */
    int64_t input_dim, output_dim;
};

#endif
