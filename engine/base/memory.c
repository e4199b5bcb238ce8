/* engine/base/memory.c -- see memory.h. */
#include "engine/base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CACHE_LINE_BYTES = 64, HUGE_PAGE_BYTES = 2 << 20 };

static _Noreturn void memory_out(size_t count, size_t bytes)
{
    fprintf(stderr, "kilnd: out of memory: %zu times %zu bytes\n", count, bytes);
    abort();
}

/* At least one byte, so that NULL always means that memory is out. */
static size_t whole_size(size_t count, size_t bytes)
{
    size_t whole;

    if (__builtin_mul_overflow(count, bytes, &whole))
        memory_out(count, bytes);
    return whole ? whole : 1;
}

void *memory_new(size_t count, size_t bytes)
{
    void *memory = calloc(1, whole_size(count, bytes));

    if (!memory)
        memory_out(count, bytes);
    return memory;
}

void *memory_grow(void *old, size_t count, size_t bytes)
{
    void *memory = realloc(old, whole_size(count, bytes));

    if (!memory)
        memory_out(count, bytes);
    return memory;
}

void *memory_room(void *old, size_t count, size_t *capacity, size_t bytes)
{
    enum { CAPACITY_FIRST = 8 };

    if (count < *capacity)
        return old;
    *capacity = *capacity ? 2 * *capacity : CAPACITY_FIRST;
    return memory_grow(old, *capacity, bytes);
}

char *memory_text(const char *text)
{
    return text ? memory_text_n(text, strlen(text)) : NULL;
}

char *memory_text_n(const char *text, size_t length)
{
    char *copy = memory_grow(NULL, length + 1, 1);

    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* Large memory lies in huge pages where the system has some: matrices are read across their rows, a page
 * each. */
static void ask_for_huge_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    madvise(memory, bytes / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}

void *memory_try_aligned(size_t bytes)
{
    const bool large = bytes >= HUGE_PAGE_BYTES;
    size_t rounded;
    void *memory;

    if (__builtin_add_overflow(bytes, (size_t)(CACHE_LINE_BYTES - 1), &rounded))
        return NULL;
    rounded &= ~(size_t)(CACHE_LINE_BYTES - 1);
    if (posix_memalign(&memory, large ? HUGE_PAGE_BYTES : CACHE_LINE_BYTES,
                       rounded ? rounded : CACHE_LINE_BYTES) != 0)
        return NULL;
    if (large)
        ask_for_huge_pages(memory, rounded);
    return memset(memory, 0, rounded);
}
