/* tests/data/allocations.c -- see allocations.h. */
#include "tests/data/allocations.h"

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void *__real_aligned_alloc(size_t alignment, size_t bytes);
int __real_posix_memalign(void **out, size_t alignment, size_t bytes);

static _Atomic size_t count; /* some tests allocate on several threads */

size_t allocations(void)
{
    return count;
}

void *__wrap_malloc(size_t bytes)
{
    count++;
    return __real_malloc(bytes);
}

void *__wrap_calloc(size_t number, size_t bytes)
{
    count++;
    return __real_calloc(number, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
    count++;
    return __real_realloc(old, bytes);
}

void *__wrap_aligned_alloc(size_t alignment, size_t bytes)
{
    count++;
    return __real_aligned_alloc(alignment, bytes);
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t bytes)
{
    count++;
    return __real_posix_memalign(out, alignment, bytes);
}
