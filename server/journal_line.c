/* server/journal_line.c -- see journal_line.h. */
#include "server/journal_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/base/utf8.h"

enum {
    FIELD_BYTES_MAX = 2048, /* of one text, before escaping */
    LINE_END_BYTES = 4,     /* kept free for what closes a line */
};

static const char *const level_names[] = {
    [JOURNAL_DEBUG] = "debug",
    [JOURNAL_INFO] = "info",
    [JOURNAL_WARNING] = "warning",
    [JOURNAL_ERROR] = "error",
};

static void add_n(struct journal_line *line, const char *bytes, size_t length)
{
    if (line->full || length > sizeof(line->bytes) - LINE_END_BYTES - line->length) {
        line->full = true;
        return;
    }
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void add(struct journal_line *line, const char *text)
{
    add_n(line, text, strlen(text));
}

/* What a terminal might act on, or a reader of lines might stumble over. */
static bool is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 ||
           character == 0x2029 || (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

/* Adds a text in quotes; both formats escape alike, as JSON does.  Bytes that are not UTF-8 become U+FFFD. */
static void add_quoted(struct journal_line *line, const char *text)
{
    size_t length = strnlen(text, FIELD_BYTES_MAX + 1);
    const bool cut = length > FIELD_BYTES_MAX;
    char escape[16];

    if (cut)
        length = utf8_cut(text, length, FIELD_BYTES_MAX);
    add(line, "\"");
    for (size_t at = 0; at < length;) {
        uint32_t character = 0xfffd;
        const size_t bytes = utf8_decode(text + at, length - at, &character);

        if (bytes == 0)
            add(line, "\\ufffd");
        else if (character == '"' || character == '\\')
            add_n(line, (char[]){ '\\', (char)character }, 2);
        else if (is_control(character))
            add_n(line, escape, (size_t)snprintf(escape, sizeof(escape), "\\u%04" PRIx32, character));
        else
            add_n(line, text + at, bytes);
        at += bytes ? bytes : 1;
    }
    add(line, cut ? " ...\"" : "\"");
}

/* A word needs no quotes in the text format. */
static bool is_word(const char *text)
{
    const size_t length = strcspn(text, " \"\\=");

    for (size_t i = 0; i < length && i <= FIELD_BYTES_MAX; i++)
        if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7f)
            return false;
    return length > 0 && length <= FIELD_BYTES_MAX && text[length] == '\0';
}

static void add_value(struct journal_line *line, const struct journal_field *field)
{
    char number[REAL_TEXT_BYTES];

    switch (field->kind) {
    case JOURNAL_FIELD_TEXT:
        if (line->format == JOURNAL_TEXT && is_word(field->text))
            add(line, field->text);
        else
            add_quoted(line, field->text);
        break;
    case JOURNAL_FIELD_INTEGER:
        add_n(line, number, (size_t)snprintf(number, sizeof(number), "%" PRId64, field->integer));
        break;
    case JOURNAL_FIELD_REAL:
        add_n(line, number, real_to_json(field->real, number));
        break;
    case JOURNAL_END:
        break;
    }
}

void journal_line_begin(struct journal_line *line, enum journal_format format, int64_t now_us,
                        enum journal_level level, const char *message)
{
    char now[TIME_TEXT_BYTES];

    line->format = format;
    line->length = 0;
    line->full = false;
    time_to_rfc3339(now_us, now);
    if (format == JOURNAL_TEXT) {
        add(line, now);
        add_n(line, "         ", 9 - strlen(level_names[level])); /* levels are right-aligned */
        add(line, level_names[level]);
        add(line, "  ");
        add(line, message);
        return;
    }
    add(line, "{\"time\":\"");
    add(line, now);
    add(line, "\",\"level\":\"");
    add(line, level_names[level]);
    add(line, "\",\"message\":");
    add_quoted(line, message);
}

void journal_line_add(struct journal_line *line, const struct journal_field *field)
{
    const size_t before = line->length;

    if (field->kind == JOURNAL_FIELD_TEXT && !field->text)
        return;
    add(line, line->format == JOURNAL_JSON ? ",\"" : " ");
    add(line, field->name);
    add(line, line->format == JOURNAL_JSON ? "\":" : "=");
    add_value(line, field);
    if (line->full)
        line->length = before;
}

void journal_line_end(struct journal_line *line)
{
    if (line->format == JOURNAL_JSON)
        line->bytes[line->length++] = '}';
    line->bytes[line->length++] = '\n';
}
