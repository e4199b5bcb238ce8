/* engine/extensions/conditions_read.h -- the member `conditions` of an extension.
 *
 * A list of Blocks' add_condition calls: {"callbacks": [NAME, ...], "predicate": ..., "arguments": [...]}.
 * The predicate is absent or null (always), {"record": R}, {"condition": C, "num": N}, {"status": KEY,
 * "at_least": V}, or the source of a Lua function of the log. */
#ifndef ENGINE_EXTENSIONS_CONDITIONS_READ_H
#define ENGINE_EXTENSIONS_CONDITIONS_READ_H

#include "engine/extensions/extension.h"

/* Adds one condition per callback named.  Reports everything that is wrong at its place. */
bool conditions_read(const struct component *component, const struct extension_context *context,
                     struct condition_list *out, struct error_list *errors);

#endif
