/* engine/script/record_names.h -- which records a function writes and reads, as far as its text tells.
 *
 * Followed are `current_row.NAME`, `current_row['NAME']`, and the same of a local that was made by
 * `local row = ....current_row`. */
#ifndef ENGINE_SCRIPT_RECORD_NAMES_H
#define ENGINE_SCRIPT_RECORD_NAMES_H

#include <stdbool.h>

typedef void script_record_fn(void *context, const char *record, bool written);

/* Calls `each` for every record of the current row that `source`, a function that compiles, writes or reads.
 * True when there may be others: names that are put together, a row that is handed on. */
bool script_records_each(const char *source, script_record_fn *each, void *context);

#endif
