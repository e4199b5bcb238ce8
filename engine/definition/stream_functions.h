/* engine/definition/stream_functions.h -- Lua functions for transformers (engine/data/transformer.h). */
#ifndef ENGINE_DEFINITION_STREAM_FUNCTIONS_H
#define ENGINE_DEFINITION_STREAM_FUNCTIONS_H

#include "engine/data/transformer.h"
#include "engine/script/sandbox.h"

/* Functions in the state `script`, which has to outlive the streams. */
struct data_functions stream_functions(struct script *script);

#endif
