/* engine/data/cross_validation.h -- contiguous folds for cross-validation, as Fuel cuts them. */
#ifndef ENGINE_DATA_CROSS_VALIDATION_H
#define ENGINE_DATA_CROSS_VALIDATION_H

#include "engine/data/selection.h"

/* Fold `fold` (from 0) of `num_folds`: `out_valid` holds examples
 * [floor(num_examples fold / num_folds), floor(num_examples (fold + 1) / num_folds)), `out_train` all others
 * in order. With `strict`, num_folds has to divide num_examples.  The caller releases both. */
bool cross_validation(int64_t num_examples, int64_t num_folds, bool strict, int64_t fold,
                      struct selection *out_train, struct selection *out_valid, struct error *err);

#endif
