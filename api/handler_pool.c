/* api/handler_pool.c -- see handler_pool.h. */
#include "api/handler_pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/memory.h"

struct handler_pool {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    handler_task_fn *run;
    void **queue; /* a ring */
    size_t queue_max, first, count;
    bool stopping;
    pthread_t *threads;
    size_t thread_count;
};

/* The oldest task; NULL once the pool stops and nothing is left. */
static void *next_task(struct handler_pool *pool)
{
    void *task = NULL;

    pthread_mutex_lock(&pool->lock);
    while (pool->count == 0 && !pool->stopping)
        pthread_cond_wait(&pool->changed, &pool->lock);
    if (pool->count > 0) {
        task = pool->queue[pool->first];
        pool->first = (pool->first + 1) % pool->queue_max;
        pool->count--;
    }
    pthread_mutex_unlock(&pool->lock);
    return task;
}

static void *work(void *context)
{
    struct handler_pool *pool = context;
    void *task;

    while ((task = next_task(pool)))
        pool->run(task);
    return NULL;
}

struct handler_pool *handler_pool_start(size_t threads, size_t queue_max, handler_task_fn *run,
                                        struct error *err)
{
    struct handler_pool *pool = memory_new(1, sizeof(*pool));

    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    pool->run = run;
    pool->queue_max = queue_max;
    pool->queue = memory_new(queue_max, sizeof(*pool->queue));
    pool->threads = memory_new(threads, sizeof(*pool->threads));
    for (; pool->thread_count < threads; pool->thread_count++)
        if (pthread_create(&pool->threads[pool->thread_count], NULL, work, pool) != 0) {
            RAISE(err, ERROR_UNAVAILABLE, NULL, "could not start a thread for slow requests");
            handler_pool_stop(pool);
            return NULL;
        }
    return pool;
}

bool handler_pool_add(struct handler_pool *pool, void *task)
{
    bool added = false;

    pthread_mutex_lock(&pool->lock);
    if (!pool->stopping && pool->count < pool->queue_max) {
        pool->queue[(pool->first + pool->count++) % pool->queue_max] = task;
        pthread_cond_signal(&pool->changed);
        added = true;
    }
    pthread_mutex_unlock(&pool->lock);
    return added;
}

void handler_pool_stop(struct handler_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool->queue);
    free(pool->threads);
    free(pool);
}
