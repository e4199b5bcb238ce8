/* engine/base/json_text.h -- the words of JSON text: strings, numbers, white space, positions.
 *
 * Shared by json_scan and json_locate.  All offsets count bytes from the start of the text. */
#ifndef ENGINE_BASE_JSON_TEXT_H
#define ENGINE_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/text.h"

/* The offset of the first byte from `at` on that is no white space. */
size_t json_skip_space(const char *bytes, size_t length, size_t at);

/* Whether these bytes are exactly one number by JSON's grammar. */
bool json_is_number(const char *bytes, size_t length);

/* Reads the string whose opening quote is at `*at`, and moves behind its closing quote.  Its characters are
 * added to `decoded` (NULL: only checked); an escaped NUL as U+FFFD, with `*out_nul` set.  NULL when all is
 * well, else what is wrong with the byte at `*at`. */
const char *json_read_string(const char *bytes, size_t length, size_t *at, struct text *decoded,
                             bool *out_nul);

/* Line and column of a byte, both from 1; columns count characters. */
void json_position(const char *bytes, size_t at, unsigned *out_line, unsigned *out_column);

#endif
