/* engine/base/value_text.c -- values as Python and JSON write them; see value.h. */
#include <inttypes.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/base/value.h"

/* What Python's repr escapes above ASCII, as far as texts of a log can be expected to hold it: controls,
 * spaces, marks without a shape, private use. */
static const struct {
    uint32_t first, last;
} unprintable[] = {
    { 0x7f, 0xa0 },     { 0xad, 0xad },       { 0x1680, 0x1680 },    { 0x2000, 0x200f }, { 0x2028, 0x202f },
    { 0x205f, 0x206f }, { 0x3000, 0x3000 },   { 0xe000, 0xf8ff },    { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb },
    { 0xfffe, 0xffff }, { 0xe0000, 0xe00ff }, { 0xf0000, 0x10ffff },
};

static bool is_printable(uint32_t character)
{
    if (character < 0x20)
        return false;
    for (size_t i = 0; i < sizeof unprintable / sizeof *unprintable; i++)
        if (character >= unprintable[i].first && character <= unprintable[i].last)
            return false;
    return true;
}

static void add_escaped(struct text *out, uint32_t character)
{
    if (character == '\n' || character == '\r' || character == '\t')
        text_format(out, "\\%c", character == '\n' ? 'n' : character == '\r' ? 'r' : 't');
    else if (character <= 0xff)
        text_format(out, "\\x%02" PRIx32, character);
    else if (character <= 0xffff)
        text_format(out, "\\u%04" PRIx32, character);
    else
        text_format(out, "\\U%08" PRIx32, character);
}

/* Single quotes, unless only they occur inside.  Bytes that are no UTF-8 are shown as they are numbered. */
static void add_repr_text(struct text *out, const char *string)
{
    char quote = strchr(string, '\'') && !strchr(string, '"') ? '"' : '\'';
    size_t length = strlen(string), step;

    text_add_char(out, quote);
    for (size_t at = 0; at < length; at += step) {
        uint32_t character = (unsigned char)string[at];

        step = utf8_decode(string + at, length - at, &character);
        if (string[at] == quote || string[at] == '\\')
            text_format(out, "\\%c", string[at]);
        else if (step && is_printable(character))
            text_add_n(out, string + at, step);
        else
            add_escaped(out, character);
        if (step == 0)
            step = 1;
    }
    text_add_char(out, quote);
}

static void add_repr(struct text *out, const struct value *value);

static void add_repr_items(struct text *out, const struct value *list)
{
    for (size_t i = 0; i < list->list.count; i++) {
        if (i > 0)
            text_add(out, ", ");
        if (list->kind == VALUE_TABLE) {
            add_repr_text(out, list->list.keys[i]);
            text_add(out, ": ");
        }
        add_repr(out, &list->list.items[i]);
    }
}

static void add_repr(struct text *out, const struct value *value)
{
    char number[REAL_TEXT_BYTES];

    switch (value->kind) {
    case VALUE_NONE:
        text_add(out, "None");
        break;
    case VALUE_BOOLEAN:
        text_add(out, value->boolean ? "True" : "False");
        break;
    case VALUE_INTEGER:
        text_format(out, "%" PRId64, value->integer);
        break;
    case VALUE_REAL:
        text_add_n(out, number, real_to_text(value->real, number));
        break;
    case VALUE_TEXT:
        add_repr_text(out, value->text);
        break;
    case VALUE_LIST:
        text_add_char(out, value->list.tuple ? '(' : '[');
        add_repr_items(out, value);
        text_add(out, !value->list.tuple ? "]" : value->list.count == 1 ? ",)" : ")");
        break;
    case VALUE_TABLE:
        text_add_char(out, '{');
        add_repr_items(out, value);
        text_add_char(out, '}');
        break;
    }
}

void value_print(const struct value *value, struct text *out)
{
    if (value->kind == VALUE_TEXT)
        text_add(out, value->text);
    else
        add_repr(out, value);
}

static void add_json_items(const struct value *list, struct text *out)
{
    for (size_t i = 0; i < list->list.count; i++) {
        if (i > 0)
            text_add_char(out, ',');
        if (list->kind == VALUE_TABLE) {
            text_add_json_text(out, list->list.keys[i]);
            text_add_char(out, ':');
        }
        value_to_json(&list->list.items[i], out);
    }
}

void value_to_json(const struct value *value, struct text *out)
{
    char number[REAL_TEXT_BYTES];

    switch (value->kind) {
    case VALUE_NONE:
        text_add(out, "null");
        break;
    case VALUE_BOOLEAN:
        text_add(out, value->boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        text_format(out, "%" PRId64, value->integer);
        break;
    case VALUE_REAL:
        text_add_n(out, number, real_to_json(value->real, number));
        break;
    case VALUE_TEXT:
        text_add_json_text(out, value->text);
        break;
    case VALUE_LIST:
    case VALUE_TABLE:
        text_add_char(out, value->kind == VALUE_LIST ? '[' : '{');
        add_json_items(value, out);
        text_add_char(out, value->kind == VALUE_LIST ? ']' : '}');
        break;
    }
}
