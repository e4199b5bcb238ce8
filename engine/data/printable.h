/* engine/data/printable.h -- text from a file, fit for an error message. */
#ifndef ENGINE_DATA_PRINTABLE_H
#define ENGINE_DATA_PRINTABLE_H

#include <stddef.h>

enum { PRINTABLE_BYTES = 48 };

/* At most 40 characters, then "..."; whatever is not printable ASCII becomes "?".  Returns `out`. */
const char *printable(const char *text, size_t length, char out[PRINTABLE_BYTES]);

#endif
