/* engine/definition/describe.h -- components as the catalogue shows them.
 *
 * The caller owns every tree that is returned and may add to it what is peculiar to a family (the triggers
 * and records of an extension).  Every member is always there; null says that there is none. */
#ifndef ENGINE_DEFINITION_DESCRIBE_H
#define ENGINE_DEFINITION_DESCRIBE_H

#include <cjson/cJSON.h>

#include "engine/base/param.h"

/* [{"name", "type", "about", "required", "nullable", "default", "minimum", "exclusive_minimum", "maximum",
 *   "count_minimum", "count_maximum", "choices", "family", "unit", "live"}, ...]; "type" is the kind in lower
 * case.  Objects also have "members", such a list. */
cJSON *describe_params(const struct param *params);

/* All of a family, in its order: [{"name", "about", "arguments", "schema"}, ...].  The members common to the
 * family stand behind a type's own, and each schema stands alone. */
cJSON *describe_family(const struct family *family);

#endif
