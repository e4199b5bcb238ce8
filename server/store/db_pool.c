/* server/store/db_pool.c -- see db_pool.h. */
#include "server/store/db_pool.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"

struct db_pool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct db *
        *free; /* the last one given is the first one taken: few connections stay busy, the others idle */
    size_t free_count, count;
};

struct db_pool *db_pool_open(const struct db_options *options, size_t connections_max)
{
    struct db_pool *pool = memory_new(1, sizeof(*pool));

    clock_condition_init(&pool->given);
    pthread_mutex_init(&pool->lock, NULL);
    pool->free = memory_new(connections_max, sizeof(*pool->free));
    pool->count = connections_max;
    while (pool->free_count < connections_max)
        pool->free[pool->free_count++] = db_open(options);
    return pool;
}

void db_pool_close(struct db_pool *pool)
{
    if (!pool)
        return;
    assert(pool->free_count == pool->count);
    for (size_t i = 0; i < pool->free_count; i++)
        db_close(pool->free[i]);
    pthread_cond_destroy(&pool->given);
    pthread_mutex_destroy(&pool->lock);
    free(pool->free);
    free(pool);
}

struct db *db_pool_take(struct db_pool *pool, unsigned wait_ms, struct error *err)
{
    const struct timespec until = clock_timespec(clock_now_us() + (int64_t)wait_ms * 1000);
    struct db *db = NULL;
    int waited = 0;

    pthread_mutex_lock(&pool->lock);
    while (pool->free_count == 0 && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&pool->given, &pool->lock, &until);
    if (pool->free_count > 0)
        db = pool->free[--pool->free_count];
    pthread_mutex_unlock(&pool->lock);
    if (!db)
        RAISE(err, ERROR_UNAVAILABLE, NULL, "all %zu connections to the database are busy", pool->count);
    return db;
}

void db_pool_give(struct db_pool *pool, struct db *db)
{
    if (!db)
        return;
    pthread_mutex_lock(&pool->lock);
    assert(pool->free_count < pool->count);
    pool->free[pool->free_count++] = db;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
}
