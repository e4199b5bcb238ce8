/* engine/data/transformers.h -- the list of all transformers. */
#ifndef ENGINE_DATA_TRANSFORMERS_H
#define ENGINE_DATA_TRANSFORMERS_H

#include "engine/data/transformer.h"

extern const struct transformer_type scale_and_shift_type;
extern const struct transformer_type cast_type;
extern const struct transformer_type flatten_type;
extern const struct transformer_type one_hot_type;
extern const struct transformer_type padding_type;
extern const struct transformer_type sort_mapping_type;
extern const struct transformer_type cache_type;
extern const struct transformer_type batch_type;
extern const struct transformer_type unpack_type;
extern const struct transformer_type filter_type;
extern const struct transformer_type random_fixed_size_crop_type;
extern const struct transformer_type random_horizontal_flip_type;

extern const struct family transformer_family;

#endif
