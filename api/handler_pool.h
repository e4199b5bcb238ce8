/* api/handler_pool.h -- threads for handlers that take long: HTTP threads must not wait for disks.
 *
 * The queue is bounded: who comes when it is full is told to come again.  Any thread. */
#ifndef API_HANDLER_POOL_H
#define API_HANDLER_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct handler_pool;

typedef void handler_task_fn(void *task);

/* `threads` at least 1. */
struct handler_pool *handler_pool_start(size_t threads, size_t queue_max, handler_task_fn *run,
                                        struct error *err);
/* False when the queue is full or the pool stops; `task` is untouched then. */
bool handler_pool_add(struct handler_pool *pool, void *task);
/* Runs what is queued, joins the threads.  Accepts NULL. */
void handler_pool_stop(struct handler_pool *pool);

#endif
