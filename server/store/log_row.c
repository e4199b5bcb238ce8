/* server/store/log_row.c -- see log_row.h. */
#include "server/store/log_row.h"

struct log_entry log_row_read(const struct db_rows *rows, int first)
{
    return (struct log_entry){
        .seq = db_rows_int64(rows, first),
        .iteration = db_rows_int64(rows, first + 1),
        .record = db_rows_text(rows, first + 2),
        .value = db_rows_real(rows, first + 3),
        .json = db_rows_text(rows, first + 4),
    };
}
