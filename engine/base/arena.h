/* engine/base/arena.h -- memory that is freed all at once.
 *
 * Not thread-safe.  Everything allocated lives until arena_fini.  Allocation failure ends the
 * process through base/memory.h: sizes that a client controls are bounded before they get here. */
#ifndef ENGINE_BASE_ARENA_H
#define ENGINE_BASE_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *newest; /* zero-initialised is an empty arena */
};

void *arena_alloc(struct arena *arena, size_t bytes);               /* zeroed, aligned to 64 bytes */
void *arena_array(struct arena *arena, size_t count, size_t bytes); /* the same, overflow-checked */
char *arena_text(struct arena *arena, const char *text);            /* a copy; NULL gives NULL */
char *arena_text_n(struct arena *arena, const char *text, size_t length);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
void arena_fini(struct arena *arena);

#endif
