/* engine/data/byte_order.c -- see byte_order.h. */
#include "engine/data/byte_order.h"

#include <stdint.h>

void byte_order_swap(void *elements, size_t count, size_t element_bytes)
{
    uint16_t *two = elements;
    uint32_t *four = elements;
    uint64_t *eight = elements;

    for (size_t i = 0; element_bytes == 2 && i < count; i++)
        two[i] = __builtin_bswap16(two[i]);
    for (size_t i = 0; element_bytes == 4 && i < count; i++)
        four[i] = __builtin_bswap32(four[i]);
    for (size_t i = 0; element_bytes == 8 && i < count; i++)
        eight[i] = __builtin_bswap64(eight[i]);
}
