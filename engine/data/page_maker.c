/* engine/data/page_maker.c -- see page_maker.h. */
#include "engine/data/page_maker.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/base/thread.h"

enum { BYTES_MIN = 8 << 20, PIECE_BYTES = 1 << 20, USUAL_EXPANSION = 32 };

struct page_maker {
    pthread_t thread;
    char *at, *end; /* whole pages */
    _Atomic bool stopped;
};

/* As if it were written, but without a change. */
static bool make(void *pages, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    return madvise(pages, bytes, MADV_POPULATE_WRITE) == 0;
#else
    (void)pages;
    (void)bytes;
    return false;
#endif
}

static void *make_pages(void *context)
{
    struct page_maker *maker = context;

    while (maker->at < maker->end && !maker->stopped) {
        const size_t left = (size_t)(maker->end - maker->at), piece = left < PIECE_BYTES ? left : PIECE_BYTES;

        if (!make(maker->at, piece))
            break;
        maker->at += piece;
    }
    return NULL;
}

struct page_maker *page_maker_start(void *memory, size_t bytes, size_t packed_bytes)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)memory;
    struct page_maker *maker;

    if (packed_bytes < bytes / USUAL_EXPANSION)
        bytes = packed_bytes * USUAL_EXPANSION;
    if (bytes < BYTES_MIN)
        return NULL;
    maker = memory_new(1, sizeof(*maker));
    maker->at = (char *)((begin + page - 1) / page * page);
    maker->end = (char *)((begin + bytes) / page * page);
    atomic_init(&maker->stopped, false);
    if (thread_start(&maker->thread, make_pages, maker))
        return maker;
    free(maker);
    return NULL;
}

void page_maker_stop(struct page_maker *maker)
{
    if (!maker)
        return;
    maker->stopped = true;
    pthread_join(maker->thread, NULL);
    free(maker);
}
