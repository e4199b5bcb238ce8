/* engine/data/gzip.h -- packs bytes for somebody who asked for gzip (RFC 1952). */
#ifndef ENGINE_DATA_GZIP_H
#define ENGINE_DATA_GZIP_H

#include "engine/base/text.h"

/* Adds `length` bytes to `out`, packed, fast rather than small.  False, with nothing added, when they are not
 * to be packed: more than 2 GiB, or no memory. */
bool gzip_pack(const void *bytes, size_t length, struct text *out);

#endif
