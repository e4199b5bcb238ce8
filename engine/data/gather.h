/* engine/data/gather.h -- copies chosen rows next to each other. */
#ifndef ENGINE_DATA_GATHER_H
#define ENGINE_DATA_GATHER_H

#include <stddef.h>
#include <stdint.h>

/* Row i of `to` is row rows[i] of `from`, for i in [0, count); rows are row_bytes long and the two do not
 * overlap. */
void gather_rows(const void *from, size_t row_bytes, const int64_t *rows, int64_t count, void *to);

#endif
