/* engine/bricks/leaky_rectifier.h -- settings that recurrent bricks read. */
#ifndef ENGINE_BRICKS_LEAKY_RECTIFIER_H
#define ENGINE_BRICKS_LEAKY_RECTIFIER_H

struct leaky_rectifier {
    double leak;
};

#endif
