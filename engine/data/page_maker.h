/* engine/data/page_maker.h -- a thread that makes the pages of large memory while somebody begins to fill it.
 *
 * The system makes a page when it is first written, for about a microsecond: a third of the time that it
 * takes to inflate something there, and more than that of a copy.  What is in the memory does not change. */
#ifndef ENGINE_DATA_PAGE_MAKER_H
#define ENGINE_DATA_PAGE_MAKER_H

#include <stddef.h>

struct page_maker;

/* `bytes` are going to be written, from the first on, out of `packed_bytes`: a file may promise more than it
 * holds, and memory beyond what is usual is made when it is written.  NULL: too few, or no thread is to be
 * had; then all is. */
struct page_maker *page_maker_start(void *memory, size_t bytes, size_t packed_bytes);
/* Returns when the thread has ended, also before all pages are made; then the memory may go.  Accepts NULL.
 */
void page_maker_stop(struct page_maker *maker);

#endif
