/* server/store/dataset_row.h -- the columns of a dataset, as several queries select them. */
#ifndef SERVER_STORE_DATASET_ROW_H
#define SERVER_STORE_DATASET_ROW_H

#include "server/store/datasets.h"

#define DATASET_COLUMNS "project, name, sources, examples, bytes, sha256, folder, created_at, changed_at"

/* Texts are borrowed from `rows`. */
void dataset_row_read(const struct db_rows *rows, struct dataset_row *out);

#endif
