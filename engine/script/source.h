/* engine/script/source.h -- inside engine/script: what is checked of a source before Lua reads it. */
#ifndef ENGINE_SCRIPT_SOURCE_H
#define ENGINE_SCRIPT_SOURCE_H

#include <lua.h>

#include "engine/base/error.h"

/* Length within bounds, nothing but text, no escape that makes a NUL: texts without NUL keep the time of
 * every comparison in proportion to their length. */
bool source_check(const char *source, struct error *err);

/* The first word or character that is neither blank nor comment; *out_length is 0 at the end. */
const char *source_first_token(const char *source, size_t *out_length);

/* Where a bracket "[[" or "[==[" that starts at `at` ends, behind its closing one; NULL: there is none. */
const char *source_long_bracket_end(const char *at);

/* Compiles `before` followed by `source` as one chunk whose lines are called "script:LINE:", in text mode
 * only. Leaves the chunk on the stack, or throws Lua's own message as ERROR_SYNTAX. */
void source_load(lua_State *L, const char *name, const char *before, const char *source);

#endif
