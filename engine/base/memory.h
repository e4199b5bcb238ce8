/* engine/base/memory.h -- malloc and friends that never return NULL.
 *
 * For small sizes that no client controls.  When memory is out the process says so and aborts:
 * the service resumes its jobs from their checkpoints, as after any other crash.
 * Sizes that come from a document or a file are bounded first and use memory_try_aligned. */
#ifndef ENGINE_BASE_MEMORY_H
#define ENGINE_BASE_MEMORY_H

#include <stddef.h>

void *memory_new(size_t count, size_t bytes);             /* zeroed; overflow-checked */
void *memory_grow(void *old, size_t count, size_t bytes); /* realloc; overflow-checked */
/* Room for one more behind `count` elements of that size: twice as many when `capacity` is used up. */
void *memory_room(void *old, size_t count, size_t *capacity, size_t bytes);
char *memory_text(const char *text); /* strdup; NULL gives NULL */
char *memory_text_n(const char *text, size_t length);
/* Zeroed, 64-byte aligned, in huge pages where it is large and the system has some; NULL when out; free()
 * releases. */
void *memory_try_aligned(size_t bytes);

#endif
