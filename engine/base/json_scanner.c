/* engine/base/json_scanner.c -- see json_scanner.h. */
#include "engine/base/json_scanner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/json_text.h"
#include "engine/base/utf8.h"

enum { NUMBER_BYTES_MAX = 63 }; /* cJSON reads no more of a number. */

bool json_complain(struct json_scanner *scanner, size_t at, enum error_code code,
                   const struct json_path *path, const char *hint, const char *format, ...)
{
    struct error err;
    struct text message = { 0 };
    va_list arguments;

    va_start(arguments, format);
    text_format_va(&message, format, arguments);
    va_end(arguments);
    error_raise(&err, code, path, __FILE__, __LINE__, "%s", text_bytes(&message));
    error_hint(&err, "%s", hint);
    json_position(scanner->bytes, at, &err.json_line, &err.json_column);
    text_fini(&message);
    scanner->good = false;
    return error_list_add(scanner->errors, &err);
}

bool json_complain_found(struct json_scanner *scanner, const struct json_path *path, const char *wanted,
                         const char *hint)
{
    size_t at = scanner->at;
    uint32_t character = 0;

    if (at >= scanner->length)
        return json_complain(scanner, at, ERROR_SYNTAX, path, hint, "the text ends where %s is needed",
                             wanted);
    if (utf8_decode(scanner->bytes + at, scanner->length - at, &character) == 0)
        return json_complain(scanner, at, ERROR_SYNTAX, path, hint, "the text is not UTF-8 here");
    if (character > 0x20 && character < 0x7f)
        return json_complain(scanner, at, ERROR_SYNTAX, path, hint, "'%c' stands where %s is needed",
                             (int)character, wanted);
    return json_complain(scanner, at, ERROR_SYNTAX, path, hint, "U+%04X stands where %s is needed",
                         (unsigned)character, wanted);
}

bool json_at_byte(struct json_scanner *scanner, char byte)
{
    scanner->at = json_skip_space(scanner->bytes, scanner->length, scanner->at);
    return scanner->at < scanner->length && scanner->bytes[scanner->at] == byte;
}

bool json_skip_byte(struct json_scanner *scanner, char byte)
{
    if (!json_at_byte(scanner, byte))
        return false;
    scanner->at++;
    return true;
}

bool json_scan_string(struct json_scanner *scanner, const struct json_path *path)
{
    size_t start = scanner->at, bytes_max = scanner->limits->string_bytes_max;
    bool nul = false;
    const char *wrong;

    text_clear(&scanner->decoded);
    wrong = json_read_string(scanner->bytes, scanner->length, &scanner->at, &scanner->decoded, &nul);
    if (wrong)
        return json_complain(scanner, scanner->at, ERROR_SYNTAX, path, "", "%s", wrong);
    if (nul)
        json_complain(scanner, start, ERROR_INVALID_VALUE, path, "Leave \\u0000 out.",
                      "the string holds the character U+0000");
    if (scanner->decoded.length > bytes_max)
        json_complain(scanner, start, ERROR_LIMIT, path, "", "the string has %zu bytes, more than %zu",
                      scanner->decoded.length, bytes_max);
    return true;
}

bool json_scan_number(struct json_scanner *scanner, const struct json_path *path)
{
    const char *start = scanner->bytes + scanner->at;
    char number[NUMBER_BYTES_MAX + 1];
    size_t at = scanner->at, length = 0;

    while (at + length < scanner->length && start[length] && strchr("0123456789+-.eE", start[length]))
        length++;
    snprintf(number, sizeof number, "%.*s", (int)(length < NUMBER_BYTES_MAX ? length : NUMBER_BYTES_MAX),
             start);
    if (!json_is_number(start, length))
        return json_complain(scanner, at, ERROR_SYNTAX, path,
                             "Numbers look like 0.5, -3 or 1e-4, without leading zeros or a plus sign.",
                             "'%s' is not a number of JSON", number);
    scanner->at += length;
    if (length > NUMBER_BYTES_MAX)
        json_complain(scanner, at, ERROR_LIMIT, path, "", "the number has %zu characters, more than %d",
                      length, NUMBER_BYTES_MAX);
    else if (!isfinite(strtod(number, NULL)))
        json_complain(scanner, at, ERROR_OUT_OF_RANGE, path,
                      "Numbers are of double precision: up to about 1.8e308.", "%s is too large a number",
                      number);
    return true;
}

bool json_scan_word(struct json_scanner *scanner, const struct json_path *path)
{
    static const char *const words[] = { "true", "false", "null" };
    const char *start = scanner->bytes + scanner->at, *nearest;
    char word[24] = "", hint[48] = "Texts stand in double quotes.";
    size_t length = 0;

    while (length < sizeof word - 1 && scanner->at + length < scanner->length &&
           (start[length] | 0x20) >= 'a' && (start[length] | 0x20) <= 'z') {
        word[length] = start[length];
        length++;
    }
    if (length == 0)
        return json_complain_found(scanner, path, "a value", "");
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(word, words[i]) == 0) {
            scanner->at += length;
            return true;
        }
    nearest = text_nearest(word, words, COUNT(words));
    if (nearest)
        snprintf(hint, sizeof hint, "Did you mean %s?", nearest);
    return json_complain(scanner, scanner->at, ERROR_SYNTAX, path, hint, "'%s' is not a value of JSON", word);
}
