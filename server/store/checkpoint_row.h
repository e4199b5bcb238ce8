/* server/store/checkpoint_row.h -- the columns of a checkpoint, as several queries select them. */
#ifndef SERVER_STORE_CHECKPOINT_ROW_H
#define SERVER_STORE_CHECKPOINT_ROW_H

#include "server/store/checkpoints.h"

/* Of checkpoints as c. */
#define CHECKPOINT_COLUMNS                                                                                   \
    "c.id, c.job, c.path, c.file, c.bytes, c.sha256, c.iterations_done, c.epochs_done, c.epoch,"             \
    " c.automatic, c.resumable, c.metadata, c.created_at"

/* Texts are borrowed from `rows`. */
void checkpoint_row_read(const struct db_rows *rows, struct checkpoint_row *out);
/* Runs a statement that selects CHECKPOINT_COLUMNS, and gives each row to `each`. */
enum store_result checkpoint_row_query(struct db *db, const struct db_statement *statement,
                                       const struct db_value *values, size_t count, store_checkpoint_fn *each,
                                       void *context, struct error *err);

#endif
