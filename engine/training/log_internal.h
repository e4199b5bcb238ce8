/* engine/training/log_internal.h -- what the files of the log share; for nobody else. */
#ifndef ENGINE_TRAINING_LOG_INTERNAL_H
#define ENGINE_TRAINING_LOG_INTERNAL_H

#include "engine/training/log.h"
#include "engine/training/name_table.h"

/* One record, packed: numbers in place, texts and lists boxed. */
struct record {
    uint32_t name;
    uint8_t kind; /* enum value_kind */
    bool dirty;   /* waits in log->dirty */
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct value *boxed;
    };
};

/* The records of a row lie side by side.  Only the last stretch of the records can grow in place; a row that
 * grows elsewhere moves to the end. */
struct row {
    int64_t iteration;
    size_t first;
    size_t count;
};

struct dirty_record {
    int64_t iteration;
    uint32_t name;
};

struct log {
    struct log_counters counters;
    char uuid[LOG_UUID_BYTES];
    char resumed_from[LOG_UUID_BYTES]; /* "": None */
    int64_t *epoch_ends;
    size_t epoch_end_count, epoch_end_capacity;
    struct name_table status_names; /* of the entries besides the main loop's */
    struct value *status_values;
    uint32_t status_capacity;

    struct name_table names;
    struct row *rows; /* ascending by iteration */
    size_t row_count, row_capacity;
    struct record *records;
    size_t record_count, record_capacity;
    struct dirty_record *dirty;
    size_t dirty_count, dirty_capacity;

    int64_t function_bytes; /* by which functions of users have made it grow */

    /* What the sink knows of the status. */
    struct log_counters sent;
    size_t sent_bytes;
    bool status_touched;
};

struct value record_view(const struct record *record);
/* NULL when there is none. */
struct record *log_find(const struct log *log, int64_t iteration, uint32_t name);
void log_clear(struct log *log); /* frees everything inside, keeps the struct */

#endif
