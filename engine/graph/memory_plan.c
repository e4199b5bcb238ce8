/* engine/graph/memory_plan.c -- packs buffers so that those in use at the same time do not overlap.
 *
 * The largest first, each at the lowest place that is free during its whole life: near the best possible for
 * nets, whose few large buffers decide.  Every buffer starts on a 64-byte boundary. */
#include "engine/graph/plan.h"

#include <stdlib.h>

#include "engine/base/memory.h"

enum { ALIGNMENT_BYTES = 64 };

static bool alive_together(const struct buffer *a, const struct buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

static int larger_first(const void *a, const void *b)
{
    const struct buffer *x = *(struct buffer *const *)a, *y = *(struct buffer *const *)b;

    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return x < y ? -1 : 1;
}

static size_t rounded(size_t bytes)
{
    return (bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
}

/* The lowest gap between the buffers of `placed` (in order of their place) that `buffer` has to keep clear
 * of. */
static size_t lowest_place(const struct buffer *buffer, struct buffer *const *placed, size_t placed_count)
{
    size_t place = 0;

    for (size_t i = 0; i < placed_count; i++) {
        if (!alive_together(buffer, placed[i]))
            continue;
        if (place + rounded(buffer->bytes) <= placed[i]->offset)
            break;
        if (placed[i]->offset + rounded(placed[i]->bytes) > place)
            place = placed[i]->offset + rounded(placed[i]->bytes);
    }
    return place;
}

/* Keeps `placed` in the order of places. */
static void insert(struct buffer *buffer, struct buffer **placed, size_t placed_count)
{
    size_t at = placed_count;

    for (; at > 0 && placed[at - 1]->offset > buffer->offset; at--)
        placed[at] = placed[at - 1];
    placed[at] = buffer;
}

size_t plan_memory(struct buffer *buffers, size_t count)
{
    struct buffer **order = memory_new(count + 1, sizeof(struct buffer *));
    struct buffer **placed = memory_new(count + 1, sizeof(struct buffer *));
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        order[i] = &buffers[i];
    qsort(order, count, sizeof(struct buffer *), larger_first);
    for (size_t i = 0; i < count; i++) {
        order[i]->offset = lowest_place(order[i], placed, i);
        if (order[i]->offset + rounded(order[i]->bytes) > total)
            total = order[i]->offset + rounded(order[i]->bytes);
        insert(order[i], placed, i);
    }
    free(order);
    free(placed);
    return total;
}
