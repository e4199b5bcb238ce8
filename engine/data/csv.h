/* engine/data/csv.h -- a dataset as CSV: numeric columns become `features`, one column of classes `targets`.
 *
 * The first row is a header when one of its fields is no number.  Classes are whole numbers: which text would
 * be which class is for the user to say, and texts are refused.  `features` is float64 (rows, columns),
 * `targets` int64 (rows, 1). */
#ifndef ENGINE_DATA_CSV_H
#define ENGINE_DATA_CSV_H

#include "engine/data/byte_reader.h"
#include "engine/data/dataset.h"

/* `target` names the column of classes, by its header or by its number from 1 (-1 is the last one); NULL: all
 * columns are features.  Gzip is accepted. */
bool csv_read(const void *bytes, size_t length, const char *target, struct dataset *dataset,
              struct error *err);

#endif
