/* engine/data/gzip.c -- see gzip.h. */
#include "engine/data/gzip.h"

#include <limits.h>
#include <stdlib.h>

#define ZLIB_CONST /* zlib does not write to its input */
#include <zlib.h>

enum { WINDOW_GZIP = 15 + 16, MEMORY_LEVEL = 8 };

bool gzip_pack(const void *bytes, size_t length, struct text *out)
{
    z_stream stream = { 0 };
    unsigned char *packed;
    size_t bound;
    bool done = false;

    if (length > UINT_MAX / 2 || deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, WINDOW_GZIP, MEMORY_LEVEL,
                                              Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    bound = deflateBound(&stream, (uLong)length);
    packed = malloc(bound);
    if (packed) {
        stream.next_in = bytes;
        stream.avail_in = (uInt)length;
        stream.next_out = packed;
        stream.avail_out = (uInt)bound;
        done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
        if (done)
            text_add_n(out, (const char *)packed, bound - stream.avail_out);
    }
    free(packed);
    deflateEnd(&stream);
    return done;
}
