/* server/journal.h -- the server's own log: one line per event on a file descriptor, as text or as JSON.
 *
 * A line is time, level, message and named fields.  Control characters and bytes that are not UTF-8 are
 * escaped, lines are cut at JOURNAL_LINE_MAX bytes, and each is written by one call; a pipe that nobody reads
 * loses lines and holds nobody up.  Nothing secret is given
 * to it: no bodies, tokens, passwords or scripts.  Thread-safe.  A NULL journal swallows everything. */
#ifndef SERVER_JOURNAL_H
#define SERVER_JOURNAL_H

#include <stdint.h>

#include "engine/base/clock.h"
#include "engine/base/error.h"

struct journal;

enum journal_format { JOURNAL_TEXT, JOURNAL_JSON };
enum journal_level { JOURNAL_DEBUG, JOURNAL_INFO, JOURNAL_WARNING, JOURNAL_ERROR };
enum { JOURNAL_LINE_MAX = 4096 }; /* PIPE_BUF of Linux: pipes take so much at once, or nothing */

/* `descriptor` stays the caller's.  Lines below `level` are dropped. */
struct journal *journal_new(int descriptor, enum journal_format format, enum journal_level level,
                            const struct clock *clock);
void journal_free(struct journal *journal); /* accepts NULL */

enum journal_kind { JOURNAL_END, JOURNAL_FIELD_TEXT, JOURNAL_FIELD_INTEGER, JOURNAL_FIELD_REAL };

struct journal_field {
    const char *name; /* a constant word */
    enum journal_kind kind;
    union {
        const char *text; /* NULL: the field is left out */
        int64_t integer;
        double real;
    };
};

#define FIELD_TEXT(field, value)                                                                             \
    {                                                                                                        \
        .name = (field), .kind = JOURNAL_FIELD_TEXT, .text = (value)                                         \
    }
#define FIELD_INTEGER(field, value)                                                                          \
    {                                                                                                        \
        .name = (field), .kind = JOURNAL_FIELD_INTEGER, .integer = (int64_t)(value)                          \
    }
#define FIELD_REAL(field, value)                                                                             \
    {                                                                                                        \
        .name = (field), .kind = JOURNAL_FIELD_REAL, .real = (value)                                         \
    }
#define FIELDS(...) ((const struct journal_field[]){ __VA_ARGS__, { .kind = JOURNAL_END } })

/* journal_info(journal, "job claimed", FIELDS(FIELD_TEXT("job", id), FIELD_INTEGER("epoch", epoch))).
 * `message` is a constant: what varies belongs into fields.  `fields` may be NULL. */
void journal_debug(struct journal *journal, const char *message, const struct journal_field *fields);
void journal_info(struct journal *journal, const char *message, const struct journal_field *fields);
void journal_warning(struct journal *journal, const char *message, const struct journal_field *fields);
void journal_error(struct journal *journal, const char *message, const struct journal_field *fields);

/* An error-level line with code, message and place of `err`; `job` may be NULL. */
void journal_failure(struct journal *journal, const char *message, const char *job, const struct error *err);

#endif
