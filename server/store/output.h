/* server/store/output.h -- the table output_chunks: what Printing wrote, as one growing text per job. */
#ifndef SERVER_STORE_OUTPUT_H
#define SERVER_STORE_OUTPUT_H

#include "engine/base/text.h"
#include "server/store/db.h"

/* Appends at `start`, the length of the text so far (struct job: output_bytes).  The same again changes
 * nothing. STORE_CONFLICT: the claim is lost, or the text does not end at `start`. */
enum store_result store_output_append(struct db *db, const char *job, int64_t epoch, int64_t start,
                                      const char *bytes, size_t count, struct error *err);

/* Cuts the text: an attempt that goes on from a checkpoint writes again what came after it. */
enum store_result store_output_truncate(struct db *db, const char *job, int64_t epoch, int64_t bytes,
                                        struct error *err);

/* Adds up to bytes_max bytes from `offset` to `out`; STORE_OK also when there are none. */
enum store_result store_output_select(struct db *db, const char *job, int64_t offset, int64_t bytes_max,
                                      struct text *out, struct error *err);

#endif
