/* engine/base/memory.c -- see memory.h. */
#include "engine/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void *memory_try_aligned(size_t bytes)
{
    enum { ALIGNMENT = 64 };
    size_t rounded;
    void *memory;

    if (__builtin_add_overflow(bytes, (size_t)(ALIGNMENT - 1), &rounded))
        return NULL;
    rounded &= ~(size_t)(ALIGNMENT - 1);
    memory = aligned_alloc(ALIGNMENT, rounded ? rounded : ALIGNMENT);
    if (memory)
        memset(memory, 0, rounded);
    return memory;
}
