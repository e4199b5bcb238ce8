/* engine/data/decimal.h -- decimal numbers as they stand in files. */
#ifndef ENGINE_DATA_DECIMAL_H
#define ENGINE_DATA_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

/* The double nearest to a finite decimal number, also "+1", ".5", "5." or "1e-3"; no hexadecimal, no names,
 * no spaces. A NUL follows the `length` bytes.  False: it is none. */
bool decimal_read(const char *field, size_t length, double *out);

#endif
