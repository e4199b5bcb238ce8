/* engine/data/dtype_choice.h -- dtypes as users name them; floatX is the job's. */
#ifndef ENGINE_DATA_DTYPE_CHOICE_H
#define ENGINE_DATA_DTYPE_CHOICE_H

#include "engine/tensor/tensor.h"

extern const char *const dtype_choices[]; /* of a PARAM_CHOICE; ends in NULL */

/* What a choice names; `real` for floatX, and when nothing was chosen. */
enum dtype dtype_chosen(int choice, enum dtype real);

#endif
