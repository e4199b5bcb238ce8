/* engine/bricks/maxout.h -- settings that LinearMaxout pushes. */
#ifndef ENGINE_BRICKS_MAXOUT_H
#define ENGINE_BRICKS_MAXOUT_H

#include <stdint.h>

struct maxout {
    int64_t num_pieces;
};

#endif
