/* engine/data/random_json.h -- the state of a generator as JSON, to the last bit. */
#ifndef ENGINE_DATA_RANDOM_JSON_H
#define ENGINE_DATA_RANDOM_JSON_H

#include "engine/base/error.h"
#include "engine/base/random.h"

struct cJSON;

/* {"key": 624 words in hexadecimal, "position": n, "gauss": bits in hexadecimal or null}; the caller owns it.
 */
struct cJSON *random_to_json(const struct random_state *random);

/* ERROR_CORRUPT when `json` is not such an object. */
bool random_from_json(struct random_state *random, const struct cJSON *json, struct error *err);

#endif
