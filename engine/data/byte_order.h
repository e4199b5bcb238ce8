/* engine/data/byte_order.h -- numbers of the other byte order. */
#ifndef ENGINE_DATA_BYTE_ORDER_H
#define ENGINE_DATA_BYTE_ORDER_H

#include <stddef.h>

/* Reverses the bytes of each of `count` elements of 1, 2, 4 or 8 bytes; `elements` is aligned to their size.
 */
void byte_order_swap(void *elements, size_t count, size_t element_bytes);

#endif
