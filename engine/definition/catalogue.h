/* engine/definition/catalogue.h -- every family of components that a definition can name. */
#ifndef ENGINE_DEFINITION_CATALOGUE_H
#define ENGINE_DEFINITION_CATALOGUE_H

#include <cjson/cJSON.h>

#include "engine/base/param.h"

/* Ends in NULL. */
extern const struct family *const catalogue_families[];

/* All components of the family called `plural` ("step_rules"), as the catalogue shows them; NULL when there
 * is no such family.  For extensions with default triggers and records.  Numbers are raw texts or small and
 * whole, so that printing loses no bit.  The caller owns the array. */
cJSON *catalogue_describe(const char *plural);

#endif
