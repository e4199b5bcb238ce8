/* engine/base/arena.c -- see arena.h. */
#include "engine/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

enum { ALIGNMENT = 64, BLOCK_BYTES = 16 * 1024 };

/* Bytes in use follow the header at once; `used` counts from the start of the block. */
struct arena_block {
    struct arena_block *older;
    size_t used, bytes;
};

static struct arena_block *arena_block_add(struct arena *arena, size_t bytes)
{
    size_t needed = bytes + sizeof(struct arena_block) + ALIGNMENT;
    size_t whole = needed > BLOCK_BYTES ? needed : BLOCK_BYTES;
    struct arena_block *block = needed < bytes ? NULL : memory_try_aligned(whole);

    if (!block)
        block = memory_new(SIZE_MAX, 2); /* Says so, and ends the process. */
    block->older = arena->newest;
    block->used = sizeof *block;
    block->bytes = whole;
    arena->newest = block;
    return block;
}

/* `alignment` is a power of two, at most ALIGNMENT.  The memory is zero: blocks are, and nothing is reused.
 */
static void *arena_take(struct arena *arena, size_t bytes, size_t alignment)
{
    struct arena_block *block = arena->newest;
    size_t start = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;

    if (!block || start > block->bytes || bytes > block->bytes - start) {
        block = arena_block_add(arena, bytes);
        start = (block->used + alignment - 1) & ~(alignment - 1);
    }
    block->used = start + bytes;
    return (char *)block + start;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    return arena_take(arena, bytes, ALIGNMENT);
}

void *arena_array(struct arena *arena, size_t count, size_t bytes)
{
    size_t whole;

    if (__builtin_mul_overflow(count, bytes, &whole))
        return memory_new(count, bytes); /* Says so, and ends the process. */
    return arena_take(arena, whole, ALIGNMENT);
}

char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_text_n(arena, text, strlen(text)) : NULL;
}

char *arena_text_n(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1, 1);

    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    char *text;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    text = arena_take(arena, length < 0 ? 1 : (size_t)length + 1, 1);
    if (length > 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

void arena_fini(struct arena *arena)
{
    while (arena->newest) {
        struct arena_block *block = arena->newest;

        arena->newest = block->older;
        free(block);
    }
}
