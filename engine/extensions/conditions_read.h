/* engine/extensions/conditions_read.h -- the member `conditions` of an extension.
 *
 * A list of Blocks' add_condition calls: {"callbacks": [NAME, ...], "predicate": ..., "arguments": [...]}.
 * The predicate is absent or null (always), {"record": R}, {"condition": C, "num": N}, {"status": KEY,
 * "at_least": V}, "always_true", "has_done_epochs", or the source of a Lua function of the log.
 *
 * Conditions that functions add while a job runs have the same form in checkpoints, except that the arguments
 * are as value_save writes them (engine/training/value_json.h), and that a predicate can be a function with
 * locals (script_function_save). */
#ifndef ENGINE_EXTENSIONS_CONDITIONS_READ_H
#define ENGINE_EXTENSIONS_CONDITIONS_READ_H

#include "engine/extensions/extension.h"

/* Adds one condition per callback named.  Reports everything that is wrong at its place. */
bool conditions_read(const struct component *component, const struct extension_context *context,
                     struct condition_list *out, struct error_list *errors);

/* Adds what a function has asked for, or a checkpoint holds.  On failure `out` may hold a part of it. */
bool condition_read_saved(const struct component *component, const struct extension_context *context,
                          const struct script_table *self, const struct cJSON *json,
                          struct condition_list *out, struct error *err);

/* A list of all of them, one for each callback. */
bool conditions_save(const struct condition_list *conditions, struct text *out_json, struct error *err);

#endif
