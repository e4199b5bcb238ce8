/* engine/data/csv_scan.h -- calls back for every field and row of a CSV text (RFC 4180, strict about quotes).
 *
 * The home of libcsv.  Rows without fields are skipped; spaces around unquoted fields are not part of them.
 */
#ifndef ENGINE_DATA_CSV_SCAN_H
#define ENGINE_DATA_CSV_SCAN_H

#include "engine/data/byte_reader.h"

struct csv_place {
    size_t line, column, row; /* line and column from 1, row from 0 */
};

struct csv_handler {
    /* `field` ends in a NUL behind its `length` bytes. */
    bool (*field)(void *context, const struct csv_place *place, const char *field, size_t length,
                  struct error *err);
    /* After the last field; place->column is the number of fields. */
    bool (*row)(void *context, const struct csv_place *place, struct error *err);
};

/* False when the text is malformed or a callback was false. */
bool csv_scan(struct byte_reader *reader, const struct csv_handler *handler, void *context,
              struct error *err);

#endif
