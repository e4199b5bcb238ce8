/* engine/data/cross_validation.h -- contiguous folds for cross-validation, as Fuel cuts them. */
#ifndef ENGINE_DATA_CROSS_VALIDATION_H
#define ENGINE_DATA_CROSS_VALIDATION_H

#include "engine/base/param.h"
#include "engine/data/selection.h"

enum fold_part { FOLD_TRAIN, FOLD_VALID };

struct cross_validation_settings {
    int64_t num_folds, fold; /* folds are counted from 0 */
    int part;                /* enum fold_part */
    bool strict;             /* num_folds has to divide the number of examples */
};

extern const struct param cross_validation_params[];

/* Leaves one part of a fold in `selection`, of its n examples: FOLD_VALID those at the positions
 * [floor(n fold / num_folds), floor(n (fold + 1) / num_folds)), FOLD_TRAIN all others in order.  False with
 * what is wrong reported at `path`, and the selection as it was. */
bool cross_validation_select(const struct cross_validation_settings *settings, struct selection *selection,
                             const struct json_path *path, struct error_list *errors);

#endif
