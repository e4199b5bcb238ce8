/* engine/base/clock.h -- time, as something that can be replaced.
 *
 * Training reads time only through a struct clock, so that tests can run it under a virtual one. */
#ifndef ENGINE_BASE_CLOCK_H
#define ENGINE_BASE_CLOCK_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct clock {
    void *context;
    double (*monotonic_s)(void *context); /* seconds since some start; never goes back */
    int64_t (*wall_us)(void *context);    /* microseconds since 1970, UTC */
};

extern const struct clock clock_system;

/* Processor time that the calling thread has used, in seconds. */
double clock_thread_s(void);
/* A count that moves every few milliseconds and costs next to nothing to read. */
int64_t clock_tick(void);

static inline double clock_monotonic_s(const struct clock *clock)
{
    return clock->monotonic_s(clock->context);
}

/* The system's monotonic clock, for deadlines and waits outside training. */
int64_t clock_now_us(void);
int64_t clock_now_ms(void);
/* A condition that waits by it, and a moment of it as pthread_cond_timedwait takes it. */
void clock_condition_init(pthread_cond_t *condition);
struct timespec clock_timespec(int64_t monotonic_us);
/* Between the two, both included, by the low digits of the clock: so that many who begin to wait at once do
 * not come back at once. */
int64_t clock_jittered_ms(int64_t min_ms, int64_t max_ms);

/* "2026-01-02T03:04:05.678Z" */
enum { TIME_TEXT_BYTES = 32 };
void time_to_rfc3339(int64_t wall_us, char out[TIME_TEXT_BYTES]);
/* Local time in ISO form with `separator` between date and time; six digits of microseconds, left out when
 * zero. */
void time_to_local_iso(int64_t wall_us, char separator, char out[TIME_TEXT_BYTES]);

#endif
