/* server/journal_line.h -- one line of the journal, as text or as JSON; see journal.h. */
#ifndef SERVER_JOURNAL_LINE_H
#define SERVER_JOURNAL_LINE_H

#include "server/journal.h"

/* Begun, given fields, ended.  Once it is full, what no longer fits is left out. */
struct journal_line {
    enum journal_format format;
    char bytes[JOURNAL_LINE_MAX];
    size_t length;
    bool full;
};

void journal_line_begin(struct journal_line *line, enum journal_format format, int64_t now_us,
                        enum journal_level level, const char *message);
/* The whole field or nothing of it. */
void journal_line_add(struct journal_line *line, const struct journal_field *field);
void journal_line_end(struct journal_line *line);

#endif
