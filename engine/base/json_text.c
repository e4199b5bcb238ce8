/* engine/base/json_text.c -- see json_text.h. */
#include "engine/base/json_text.h"

#include <string.h>

#include "engine/base/utf8.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t json_skip_space(const char *bytes, size_t length, size_t at)
{
    while (at < length && is_space(bytes[at]))
        at++;
    return at;
}

static size_t skip_digits(const char *bytes, size_t length, size_t at)
{
    while (at < length && is_digit(bytes[at]))
        at++;
    return at;
}

bool json_is_number(const char *bytes, size_t length)
{
    size_t start = length > 0 && bytes[0] == '-', at = skip_digits(bytes, length, start), digits;

    if (at == start || (bytes[start] == '0' && at - start > 1))
        return false;
    if (at < length && bytes[at] == '.') {
        digits = at + 1;
        at = skip_digits(bytes, length, digits);
        if (at == digits)
            return false;
    }
    if (at < length && (bytes[at] == 'e' || bytes[at] == 'E')) {
        at++;
        digits = at + (at < length && (bytes[at] == '+' || bytes[at] == '-'));
        at = skip_digits(bytes, length, digits);
        if (at == digits)
            return false;
    }
    return at == length;
}

static void add_character(struct text *decoded, uint32_t character)
{
    char bytes[UTF8_BYTES_MAX];

    if (decoded)
        text_add_n(decoded, bytes, utf8_encode(character, bytes));
}

/* The four digits at `at`; false when they are not there. */
static bool read_hex(const char *bytes, size_t length, size_t at, uint32_t *out)
{
    uint32_t number = 0;

    if (at > length || length - at < 4)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        char c = bytes[i];
        int digit = is_digit(c)            ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0)
            return false;
        number = number << 4 | (uint32_t)digit;
    }
    *out = number;
    return true;
}

/* `*at` is at the backslash of \uXXXX; a pair of surrogates is one character. */
static const char *read_unicode_escape(const char *bytes, size_t length, size_t *at, uint32_t *out)
{
    uint32_t high, low;

    if (!read_hex(bytes, length, *at + 2, &high))
        return "four hexadecimal digits must follow \\u";
    if (high < 0xd800 || high > 0xdfff) {
        *at += 6;
        *out = high;
        return NULL;
    }
    if (high > 0xdbff || *at + 8 > length || bytes[*at + 6] != '\\' || bytes[*at + 7] != 'u' ||
        !read_hex(bytes, length, *at + 8, &low) || low < 0xdc00 || low > 0xdfff)
        return "half of a surrogate pair stands alone";
    *at += 12;
    *out = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return NULL;
}

static const char *read_escape(const char *bytes, size_t length, size_t *at, struct text *decoded,
                               bool *out_nul)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char letter = *at + 1 < length ? bytes[*at + 1] : '\0';
    const char *found = letter ? strchr(from, letter) : NULL;
    const char *wrong;
    uint32_t character;

    if (found) {
        *at += 2;
        add_character(decoded, (unsigned char)to[found - from]);
        return NULL;
    }
    if (letter != 'u')
        return "there is no such escape";
    wrong = read_unicode_escape(bytes, length, at, &character);
    if (wrong)
        return wrong;
    *out_nul = *out_nul || character == 0;
    add_character(decoded, character ? character : 0xfffd);
    return NULL;
}

const char *json_read_string(const char *bytes, size_t length, size_t *at, struct text *decoded,
                             bool *out_nul)
{
    size_t step;
    uint32_t character;
    const char *wrong;

    for (++*at; *at < length && bytes[*at] != '"';) {
        if (bytes[*at] == '\\') {
            wrong = read_escape(bytes, length, at, decoded, out_nul);
            if (wrong)
                return wrong;
            continue;
        }
        step = utf8_decode(bytes + *at, length - *at, &character);
        if (step == 0)
            return "the text is not UTF-8 here";
        if (character < 0x20)
            return "a control character in a string must be escaped";
        if (decoded)
            text_add_n(decoded, bytes + *at, step);
        *at += step;
    }
    if (*at >= length)
        return "the string does not end";
    ++*at;
    return NULL;
}

void json_position(const char *bytes, size_t at, unsigned *out_line, unsigned *out_column)
{
    unsigned line = 1, column = 1;

    for (size_t i = 0; i < at; i++) {
        if (bytes[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
            column++;
        }
    }
    *out_line = line;
    *out_column = column;
}
