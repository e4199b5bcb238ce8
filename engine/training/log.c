/* engine/training/log.c -- identity and life of the log; see log.h. */
#include "engine/training/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "engine/base/memory.h"
#include "engine/training/log_internal.h"

static void uuid_new(char out[LOG_UUID_BYTES])
{
    unsigned char bytes[16];

    while (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        ;
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

struct log *log_new(void)
{
    struct log *log = memory_new(1, sizeof *log);

    uuid_new(log->uuid);
    log->status_touched = true;
    return log;
}

void log_clear(struct log *log)
{
    for (size_t i = 0; i < log->row_count; i++) {
        for (size_t j = 0; j < log->rows[i].count; j++) {
            struct record *record = &log->records[log->rows[i].first + j];

            if (record->kind >= VALUE_TEXT) {
                value_fini(record->boxed);
                free(record->boxed);
            }
        }
    }
    for (uint32_t i = 0; i < log->status_names.count; i++)
        value_fini(&log->status_values[i]);
    name_table_fini(&log->names);
    name_table_fini(&log->status_names);
    free(log->status_values);
    free(log->epoch_ends);
    free(log->rows);
    free(log->records);
    free(log->dirty);
    *log = (struct log){ 0 };
}

void log_free(struct log *log)
{
    if (!log)
        return;
    log_clear(log);
    free(log);
}

const char *log_uuid(const struct log *log)
{
    return log->uuid;
}

void log_resume(struct log *log)
{
    memcpy(log->resumed_from, log->uuid, sizeof log->uuid);
    uuid_new(log->uuid);
    log->status_touched = true;
}
