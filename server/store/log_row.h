/* server/store/log_row.h -- the columns of a log entry, as several queries select them. */
#ifndef SERVER_STORE_LOG_ROW_H
#define SERVER_STORE_LOG_ROW_H

#include "server/store/log.h"

#define LOG_COLUMNS "seq, iteration, record, value, json"

/* From the columns `first` and following; texts are borrowed from `rows`. */
struct log_entry log_row_read(const struct db_rows *rows, int first);

#endif
