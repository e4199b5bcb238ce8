/* engine/base/json.h -- the strict reader that stands in front of cJSON.
 *
 * cJSON accepts more than JSON and says little about where it stopped.  json_scan checks the whole
 * text first: UTF-8, grammar, number grammar and finiteness, escapes, depth, counts and duplicate
 * members.  Only a text that passed is given to cJSON.
 * Positions are found again on demand by json_locate, so that a valid document pays nothing. */
#ifndef ENGINE_BASE_JSON_H
#define ENGINE_BASE_JSON_H

#include "engine/base/error.h"

struct json_limits {
    size_t bytes_max, depth_max, values_max, string_bytes_max;
};
extern const struct json_limits json_limits_definition; /* 1 MiB, 32, 20000, 64 KiB */

/* True when `text` is one strict JSON document.  Otherwise adds what is wrong, with line and column:
 * grammar errors end the scan (ERROR_SYNTAX); duplicate members (ERROR_DUPLICATE), numbers beyond
 * double (ERROR_OUT_OF_RANGE), escaped NUL (ERROR_INVALID_VALUE) are collected. */
bool json_scan(const char *text, size_t length, const struct json_limits *limits, struct error_list *errors);

/* Line and column (from 1, columns in characters) of the value at `pointer`, or of its nearest
 * enclosing value that exists.  `text` has passed json_scan. */
void json_locate(const char *text, size_t length, const char *pointer, unsigned *out_line,
                 unsigned *out_column);

/* Sets json_line and json_column of every error in the list that has none, and orders the list by them. */
void json_locate_errors(const char *text, size_t length, struct error_list *errors);

#endif
