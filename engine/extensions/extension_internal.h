/* engine/extensions/extension_internal.h -- what the files of the machinery share; for nobody else. */
#ifndef ENGINE_EXTENSIONS_EXTENSION_INTERNAL_H
#define ENGINE_EXTENSIONS_EXTENSION_INTERNAL_H

#include "engine/extensions/extension.h"

/* {"type": T, "state": {FIELD: VALUE}, "more": ..., "children": [...]} */
bool extension_save(const struct extension *extension, struct text *out_json, struct error *err);
bool extension_load(struct extension *extension, const struct cJSON *saved, struct error *err);
/* Frees the values in the state. */
void extension_state_fini(struct extension *extension);

#endif
