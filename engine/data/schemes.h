/* engine/data/schemes.h -- the list of all iteration schemes. */
#ifndef ENGINE_DATA_SCHEMES_H
#define ENGINE_DATA_SCHEMES_H

#include "engine/data/scheme.h"

extern const struct scheme_type sequential_scheme_type;
extern const struct scheme_type shuffled_scheme_type;
extern const struct scheme_type constant_scheme_type;
extern const struct scheme_type sequential_example_scheme_type;
extern const struct scheme_type shuffled_example_scheme_type;
extern const struct scheme_type concatenated_scheme_type;

extern const struct family scheme_family;

/* The sizes of the batches that the transformer `owner` cuts out of `examples`: its member iteration_scheme,
 * which has to be a ConstantScheme.  NULL with the error reported; `wanted` NULL: it was before. */
struct scheme *scheme_of_sizes(const struct component *owner, const struct component *wanted,
                               int64_t examples, struct error_list *errors);

#endif
