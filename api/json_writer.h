/* api/json_writer.h -- writes JSON into a struct text, member by member; commas come by themselves.
 *
 * `key` NULL writes an element of an array.  Numbers keep every bit (cJSON's printer does not).  Texts are
 * UTF-8.  A NULL text, raw or time is written as null. */
#ifndef API_JSON_WRITER_H
#define API_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/text.h"

void json_open(struct text *out, const char *key, char bracket); /* '{' or '[' */
void json_close(struct text *out, char bracket);                 /* '}' or ']' */
void json_text(struct text *out, const char *key, const char *value);
void json_text_format(struct text *out, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void json_integer(struct text *out, const char *key, int64_t value);
void json_real(struct text *out, const char *key, double value); /* "NaN", "Infinity", "-Infinity" as texts */
void json_boolean(struct text *out, const char *key, bool value);
void json_null(struct text *out, const char *key);
void json_raw(struct text *out, const char *key, const char *json); /* is JSON already */
void json_time(struct text *out, const char *key, int64_t wall_us); /* RFC 3339; INT64_MIN is null */

#endif
