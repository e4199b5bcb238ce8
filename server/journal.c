/* server/journal.c -- see journal.h. */
#include "server/journal.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/base/write_file.h"
#include "server/journal_line.h"

struct journal {
    int descriptor;
    enum journal_format format;
    enum journal_level level;
    const struct clock *clock;
    pthread_mutex_t lock; /* one line at a time */
    int64_t dropped;      /* lines, since the last one that was written */
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

/* A pipe that nobody empties would hold up whoever writes to it.  One that takes anything takes PIPE_BUF. */
static bool has_room(int descriptor)
{
    struct pollfd file = { .fd = descriptor, .events = POLLOUT };

    return poll(&file, 1, 0) > 0;
}

static void compose(const struct journal *journal, enum journal_level level, const char *message,
                    const struct journal_field *fields, struct journal_line *out)
{
    journal_line_begin(out, journal->format, journal->clock->wall_us(journal->clock->context), level,
                       message);
    for (; fields && fields->kind != JOURNAL_END; fields++)
        journal_line_add(out, fields);
    journal_line_end(out);
}

/* Under the lock.  A log that cannot be written does not stop the service.  The line that nobody took is
 * counted, and the next one that is not tells of it. */
static void write_or_drop(struct journal *journal, const struct journal_line *line)
{
    struct journal_line loss;

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
    struct journal_line line;

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
