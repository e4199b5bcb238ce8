/* server/journal.c -- see journal.h. */
#include "server/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/base/utf8.h"

enum {
    FIELD_BYTES_MAX = 2048, /* of one text, before escaping */
    LINE_END_BYTES = 4,     /* kept free for what closes a line */
};

struct journal {
    int descriptor;
    enum journal_format format;
    enum journal_level level;
    const struct clock *clock;
    pthread_mutex_t lock; /* one line at a time */
    int64_t dropped;      /* lines, since the last one that was written */
};

static const char *const level_names[] = {
    [JOURNAL_DEBUG] = "debug",
    [JOURNAL_INFO] = "info",
    [JOURNAL_WARNING] = "warning",
    [JOURNAL_ERROR] = "error",
};

/* A line being written.  Once it is full, what no longer fits is left out. */
struct line {
    char bytes[JOURNAL_LINE_MAX];
    size_t length;
    bool full;
};

struct journal *journal_new(int descriptor, enum journal_format format, enum journal_level level,
                            const struct clock *clock)
{
    struct journal *journal = memory_new(1, sizeof(*journal));

    *journal = (struct journal){ .descriptor = descriptor, .format = format, .level = level, .clock = clock };
    pthread_mutex_init(&journal->lock, NULL);
    return journal;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    pthread_mutex_destroy(&journal->lock);
    free(journal);
}

static void add_n(struct line *line, const char *bytes, size_t length)
{
    if (line->full || length > sizeof(line->bytes) - LINE_END_BYTES - line->length) {
        line->full = true;
        return;
    }
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void add(struct line *line, const char *text)
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
static void add_quoted(struct line *line, const char *text)
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

static void add_value(struct line *line, enum journal_format format, const struct journal_field *field)
{
    char number[REAL_TEXT_BYTES];

    switch (field->kind) {
    case JOURNAL_FIELD_TEXT:
        if (format == JOURNAL_TEXT && is_word(field->text))
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

/* Whole or not at all. */
static void add_field(struct line *line, enum journal_format format, const struct journal_field *field)
{
    const size_t before = line->length;

    if (field->kind == JOURNAL_FIELD_TEXT && !field->text)
        return;
    add(line, format == JOURNAL_JSON ? ",\"" : " ");
    add(line, field->name);
    add(line, format == JOURNAL_JSON ? "\":" : "=");
    add_value(line, format, field);
    if (line->full)
        line->length = before;
}

static void add_start(struct line *line, const struct journal *journal, enum journal_level level,
                      const char *message)
{
    char now[TIME_TEXT_BYTES];

    time_to_rfc3339(journal->clock->wall_us(journal->clock->context), now);
    if (journal->format == JOURNAL_TEXT) {
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

static void write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t written = write(descriptor, bytes, length);

        if (written < 0 && errno != EINTR)
            return; /* a log that cannot be written does not stop the service */
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
}

/* A pipe that nobody empties would hold up whoever writes to it.  One that takes anything takes PIPE_BUF. */
static bool has_room(int descriptor)
{
    struct pollfd file = { .fd = descriptor, .events = POLLOUT };

    return poll(&file, 1, 0) > 0;
}

static void compose(const struct journal *journal, enum journal_level level, const char *message,
                    const struct journal_field *fields, struct line *out)
{
    out->length = 0;
    out->full = false;
    add_start(out, journal, level, message);
    for (; fields && fields->kind != JOURNAL_END; fields++)
        add_field(out, journal->format, fields);
    if (journal->format == JOURNAL_JSON)
        out->bytes[out->length++] = '}';
    out->bytes[out->length++] = '\n';
}

/* Under the lock.  The line that is lost is counted, and the next one that is not tells of it. */
static void write_or_drop(struct journal *journal, const struct line *line)
{
    struct line loss;

    if (journal->dropped && has_room(journal->descriptor)) {
        compose(journal, JOURNAL_WARNING, "lines of this log were lost: nobody read it",
                FIELDS(FIELD_INTEGER("lines", journal->dropped)), &loss);
        write_all(journal->descriptor, loss.bytes, loss.length);
        journal->dropped = 0;
    }
    if (!journal->dropped && has_room(journal->descriptor))
        write_all(journal->descriptor, line->bytes, line->length);
    else
        journal->dropped++;
}

static void journal_write(struct journal *journal, enum journal_level level, const char *message,
                          const struct journal_field *fields)
{
    struct line line;

    if (!journal || level < journal->level)
        return;
    compose(journal, level, message, fields, &line);
    pthread_mutex_lock(&journal->lock);
    write_or_drop(journal, &line);
    pthread_mutex_unlock(&journal->lock);
}

void journal_debug(struct journal *journal, const char *message, const struct journal_field *fields)
{
    journal_write(journal, JOURNAL_DEBUG, message, fields);
}

void journal_info(struct journal *journal, const char *message, const struct journal_field *fields)
{
    journal_write(journal, JOURNAL_INFO, message, fields);
}

void journal_warning(struct journal *journal, const char *message, const struct journal_field *fields)
{
    journal_write(journal, JOURNAL_WARNING, message, fields);
}

void journal_error(struct journal *journal, const char *message, const struct journal_field *fields)
{
    journal_write(journal, JOURNAL_ERROR, message, fields);
}

void journal_failure(struct journal *journal, const char *message, const char *job, const struct error *err)
{
    const char *hint = err->hint[0] ? err->hint : NULL, *pointer = err->pointer[0] ? err->pointer : NULL;

    journal_error(journal, message,
                  FIELDS(FIELD_TEXT("job", job), FIELD_TEXT("code", error_code_name(err->code)),
                         FIELD_TEXT("error", err->message), FIELD_TEXT("pointer", pointer),
                         FIELD_TEXT("hint", hint), FIELD_TEXT("file", err->file),
                         FIELD_INTEGER("line", err->line)));
}
