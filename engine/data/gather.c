/* engine/data/gather.c -- see gather.h. */
#include "engine/data/gather.h"

#include <string.h>

/* Rows of labels are one number long: a copy of fixed size is one instruction, memcpy of a variable size a
 * call. */
#define GATHER_FIXED(bytes)                                                                                  \
    for (int64_t i = 0; i < count; i++)                                                                      \
    memcpy(out + (size_t)i * (bytes), in + (size_t)rows[i] * (bytes), (bytes))

void gather_rows(const void *from, size_t row_bytes, const int64_t *rows, int64_t count, void *to)
{
    const unsigned char *restrict in = from;
    unsigned char *restrict out = to;

    switch (row_bytes) {
    case 1:
        GATHER_FIXED(1);
        return;
    case 2:
        GATHER_FIXED(2);
        return;
    case 4:
        GATHER_FIXED(4);
        return;
    case 8:
        GATHER_FIXED(8);
        return;
    default:
        GATHER_FIXED(row_bytes);
    }
}
