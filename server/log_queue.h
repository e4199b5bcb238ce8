/* server/log_queue.h -- rows and output of many runs in one growing buffer, in order of arrival.
 *
 * Not thread-safe: the log writer guards it.  Emptied as a whole, keeping its memory. */
#ifndef SERVER_LOG_QUEUE_H
#define SERVER_LOG_QUEUE_H

#include <stdint.h>

#include "engine/base/text.h"
#include "engine/training/sink.h"

struct log_writer_run;

enum log_item_kind { LOG_ITEM_RECORD, LOG_ITEM_OUTPUT };

struct log_item {
    struct log_writer_run *run;
    enum log_item_kind kind;
    int64_t iteration;
    double value;             /* what can be plotted; NaN when it is not a number */
    size_t name;              /* offset in bytes: the record's name, or the output */
    size_t json, json_length; /* offset of the exact value; length 0: a real, `value` is all there is */
    size_t length;            /* of the output */
};

struct log_queue {
    struct log_item *items;
    size_t count, capacity;
    struct text bytes; /* names end in a NUL */
};

void log_queue_add_record(struct log_queue *queue, struct log_writer_run *run,
                          const struct sink_record *record);
void log_queue_add_output(struct log_queue *queue, struct log_writer_run *run, const char *bytes,
                          size_t length);
void log_queue_clear(struct log_queue *queue);
void log_queue_fini(struct log_queue *queue);

static inline const char *log_queue_bytes(const struct log_queue *queue, size_t offset)
{
    return queue->bytes.bytes + offset;
}

#endif
