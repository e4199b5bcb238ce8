/* engine/data/batch_room.h -- memory for the batches of a source. */
#ifndef ENGINE_DATA_BATCH_ROOM_H
#define ENGINE_DATA_BATCH_ROOM_H

#include "engine/data/stream.h"

/* What one example takes in a batch of this source: its view, when the source is ragged; SIZE_MAX: more than
 * can be addressed. */
size_t source_row_bytes(const struct source_spec *spec);

/* Room for so many rows; NULL: no memory. */
void *row_room(int64_t rows, size_t row_bytes);

/* A source as it goes out in a batch: `examples` rows, which lie at `rows`. */
struct batch_source batch_source_of_rows(const struct source_spec *spec, int64_t examples, void *rows);

/* Room for the largest array that can come, of a source that is not ragged. */
void *batch_room(const struct source_spec *spec);

#endif
