/* api/views/log_view.h -- log entries as clients see them. */
#ifndef API_VIEWS_LOG_VIEW_H
#define API_VIEWS_LOG_VIEW_H

#include "api/json_writer.h"
#include "server/store/log.h"

/* "record": value, as a member of an open object. */
void log_value_view(struct text *out, const struct log_entry *entry);

/* Rows of a page: neighbours of one iteration share a row.  Begin with { .out = ... }. */
struct log_rows_view {
    struct text *out; /* inside an open array */
    bool open;        /* a row */
    int64_t iteration;
    int64_t last_seq; /* of the newest entry added; 0: none */
    int64_t count;    /* entries */
};
void log_rows_add(struct log_rows_view *view, const struct log_entry *entry);
void log_rows_end(struct log_rows_view *view);

#endif
