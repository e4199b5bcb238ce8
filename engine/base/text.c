/* engine/base/text.c -- see text.h. */
#include "engine/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/utf8.h"

/* Makes room for `more` bytes and the NUL. */
static void text_reserve(struct text *text, size_t more)
{
    size_t needed = text->length + more + 1;
    size_t capacity = text->capacity ? text->capacity : 32;

    if (needed <= text->capacity)
        return;
    while (capacity < needed)
        capacity *= 2;
    text->bytes = memory_grow(text->bytes, capacity, 1);
    text->capacity = capacity;
}

void text_add(struct text *text, const char *addition)
{
    text_add_n(text, addition, strlen(addition));
}

void text_add_n(struct text *text, const char *addition, size_t length)
{
    text_reserve(text, length);
    if (length)
        memcpy(text->bytes + text->length, addition, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add_char(struct text *text, char c)
{
    text_add_n(text, &c, 1);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_format_va(text, format, arguments);
    va_end(arguments);
}

void text_format_va(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0) {
        text_reserve(text, (size_t)length);
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

char *text_take(struct text *text)
{
    char *bytes = text->bytes ? text->bytes : memory_text("");

    *text = (struct text){ 0 };
    return bytes;
}

void text_clear(struct text *text)
{
    text->length = 0;
    if (text->bytes)
        text->bytes[0] = '\0';
}

void text_fini(struct text *text)
{
    free(text->bytes);
    *text = (struct text){ 0 };
}

const char *text_bytes(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

/* The letter of a two-character escape; 0: none. */
static char short_escape(char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c ? strchr(from, c) : NULL;

    return found ? to[found - from] : '\0';
}

void text_add_json_text(struct text *text, const char *string)
{
    size_t length = strlen(string), step;

    text_add_char(text, '"');
    for (size_t at = 0; at < length; at += step) {
        uint32_t character = 0xfffd;
        char letter = short_escape(string[at]);

        step = utf8_decode(string + at, length - at, &character);
        if (letter)
            text_format(text, "\\%c", letter);
        else if (step && character >= 0x20 && character != 0x7f)
            text_add_n(text, string + at, step);
        else
            text_format(text, "\\u%04x", (unsigned)character); /* Bytes that are no UTF-8 give U+FFFD. */
        if (step == 0)
            step = 1;
    }
    text_add_char(text, '"');
}
