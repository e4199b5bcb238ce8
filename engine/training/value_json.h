/* engine/training/value_json.h -- values in checkpoints: JSON that gives back the same kind and the same
 * bits.
 *
 * A JSON number is a real; whole numbers are {"integer": "42"}, the other reals {"real": "nan"}, tables
 * {"table": [KEY, VALUE, ...]}, tuples {"tuple": [...]}. */
#ifndef ENGINE_TRAINING_VALUE_JSON_H
#define ENGINE_TRAINING_VALUE_JSON_H

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/value.h"

struct cJSON;

void value_save(const struct value *value, struct text *out_json);
/* The caller finishes `out`.  False with ERROR_CORRUPT, `out` untouched. */
bool value_load(const struct cJSON *json, struct value *out, struct error *err);

/* What plain JSON says: whole numbers become integers, objects tables. */
struct value value_from_json(const struct cJSON *json);

#endif
