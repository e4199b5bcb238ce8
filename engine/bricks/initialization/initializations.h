/* engine/bricks/initialization/initializations.h -- every scheme; the list is in initialization.c. */
#ifndef ENGINE_BRICKS_INITIALIZATION_INITIALIZATIONS_H
#define ENGINE_BRICKS_INITIALIZATION_INITIALIZATIONS_H

#include "engine/bricks/initialization/initialization.h"

extern const struct initialization_type constant_initialization_type;
extern const struct initialization_type identity_initialization_type;
extern const struct initialization_type isotropic_gaussian_type;
extern const struct initialization_type orthogonal_initialization_type;
extern const struct initialization_type sparse_initialization_type;
extern const struct initialization_type sparse_nd_initialization_type;
extern const struct initialization_type uniform_initialization_type;

/* Stores one drawn value, unless nothing is to be stored. */
static inline void initialization_store(const struct tensor *out, int64_t index, double value)
{
    if (out->data)
        tensor_write(out, index, value);
}

/* Reports any shape that is not a matrix. */
bool initialization_check_matrix(const struct component *scheme, const struct shape *shape,
                                 struct error_list *errors);

#endif
