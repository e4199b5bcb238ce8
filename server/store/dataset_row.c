/* server/store/dataset_row.c -- see dataset_row.h. */
#include "server/store/dataset_row.h"

#include <stdio.h>

void dataset_row_read(const struct db_rows *rows, struct dataset_row *out)
{
    *out = (struct dataset_row){
        .project = db_rows_text(rows, 0),
        .name = db_rows_text(rows, 1),
        .sources = db_rows_text(rows, 2),
        .examples = db_rows_int64(rows, 3),
        .bytes = db_rows_int64(rows, 4),
        .folder = db_rows_text(rows, 6),
        .created_us = db_rows_time_us(rows, 7),
        .changed_us = db_rows_time_us(rows, 8),
    };
    snprintf(out->sha256, sizeof(out->sha256), "%s", db_rows_text(rows, 5));
}
