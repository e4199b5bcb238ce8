/* api/json_writer.c -- see json_writer.h. */
#include "api/json_writer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "engine/base/clock.h"

/* Whatever is written next goes behind a comma, unless it is the first of its object, array or text. */
static void begin(struct text *out, const char *key)
{
    if (out->length > 0 && !strchr("{[:\n", out->bytes[out->length - 1]))
        text_add_char(out, ',');
    if (key) {
        text_add_json_text(out, key);
        text_add_char(out, ':');
    }
}

void json_open(struct text *out, const char *key, char bracket)
{
    begin(out, key);
    text_add_char(out, bracket);
}

void json_close(struct text *out, char bracket)
{
    text_add_char(out, bracket);
}

void json_text(struct text *out, const char *key, const char *value)
{
    begin(out, key);
    if (value)
        text_add_json_text(out, value);
    else
        text_add(out, "null");
}

void json_text_format(struct text *out, const char *key, const char *format, ...)
{
    struct text value = { 0 };
    va_list arguments;

    va_start(arguments, format);
    text_format_va(&value, format, arguments);
    va_end(arguments);
    json_text(out, key, text_bytes(&value));
    text_fini(&value);
}

void json_integer(struct text *out, const char *key, int64_t value)
{
    begin(out, key);
    text_format(out, "%" PRId64, value);
}

void json_real(struct text *out, const char *key, double value)
{
    char number[REAL_TEXT_BYTES];

    real_to_json(value, number);
    json_raw(out, key, number);
}

void json_boolean(struct text *out, const char *key, bool value)
{
    json_raw(out, key, value ? "true" : "false");
}

void json_null(struct text *out, const char *key)
{
    json_raw(out, key, NULL);
}

void json_raw(struct text *out, const char *key, const char *json)
{
    begin(out, key);
    text_add(out, json ? json : "null");
}

void json_time(struct text *out, const char *key, int64_t wall_us)
{
    char time[TIME_TEXT_BYTES];

    if (wall_us == INT64_MIN) {
        json_null(out, key);
        return;
    }
    time_to_rfc3339(wall_us, time);
    json_text(out, key, time);
}
