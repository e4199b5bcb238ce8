/* api/keeper.c -- see keeper.h. */
#include "api/keeper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"

enum { PERIOD_MS = 50 };

struct keeper {
    struct waiters *waiters;
    struct connections *connections;
    pthread_t thread;
    _Atomic bool stops;
};

static void *keep(void *context)
{
    static const struct timespec period = { .tv_nsec = PERIOD_MS * 1000000L };
    struct keeper *keeper = context;

    while (!atomic_load(&keeper->stops)) {
        nanosleep(&period, NULL);
        waiters_expire(keeper->waiters, clock_now_us());
        connections_reap(keeper->connections, clock_now_us());
    }
    return NULL;
}

struct keeper *keeper_start(struct waiters *waiters, struct connections *connections, struct error *err)
{
    struct keeper *keeper = memory_new(1, sizeof(*keeper));

    keeper->waiters = waiters;
    keeper->connections = connections;
    if (pthread_create(&keeper->thread, NULL, keep, keeper) == 0)
        return keeper;
    RAISE(err, ERROR_UNAVAILABLE, NULL, "could not start a thread for the HTTP server");
    free(keeper);
    return NULL;
}

void keeper_stop(struct keeper *keeper)
{
    if (!keeper)
        return;
    atomic_store(&keeper->stops, true);
    pthread_join(keeper->thread, NULL);
    free(keeper);
}
