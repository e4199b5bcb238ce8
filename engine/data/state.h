/* engine/data/state.h -- reads members of a saved state, which may be damaged. */
#ifndef ENGINE_DATA_STATE_H
#define ENGINE_DATA_STATE_H

#include <stdint.h>

#include "engine/base/error.h"

struct cJSON;

#define STATE_INTEGER_MAX (INT64_C(1) << 53) /* larger ones are not exact in JSON */

/* ERROR_CORRUPT when the member is missing, of another type or out of range. */
bool state_integer(const struct cJSON *state, const char *name, int64_t min, int64_t max, int64_t *out,
                   struct error *err);
bool state_boolean(const struct cJSON *state, const char *name, bool *out, struct error *err);
/* An object; NULL with `err` set when there is none. */
const struct cJSON *state_object(const struct cJSON *state, const char *name, struct error *err);

#endif
