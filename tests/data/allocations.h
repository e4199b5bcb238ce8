/* tests/data/allocations.h -- counts what this program allocates (the linker wraps malloc and its like). */
#ifndef TESTS_DATA_ALLOCATIONS_H
#define TESTS_DATA_ALLOCATIONS_H

#include <stddef.h>

size_t allocations(void); /* since the program started */

#endif
