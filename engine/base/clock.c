/* engine/base/clock.c -- see clock.h. */
#include "engine/base/clock.h"

#include <stdio.h>
#include <string.h>

static double system_monotonic_s(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int64_t system_wall_us(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const struct clock clock_system = { NULL, system_monotonic_s, system_wall_us };

int64_t clock_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

void clock_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

struct timespec clock_timespec(int64_t monotonic_us)
{
    return (struct timespec){ monotonic_us / 1000000, monotonic_us % 1000000 * 1000 };
}

int64_t clock_jittered_ms(int64_t min_ms, int64_t max_ms)
{
    return min_ms + clock_now_us() % (max_ms - min_ms + 1);
}

double clock_thread_s(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

int64_t clock_tick(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Whole seconds, rounded down also before 1970; `out_us` gets the rest. */
static time_t split_seconds(int64_t wall_us, int *out_us)
{
    int64_t rest = wall_us % 1000000;

    if (rest < 0)
        rest += 1000000;
    *out_us = (int)rest;
    return (time_t)((wall_us - rest) / 1000000);
}

/* "2026-01-02T03:04:05"; the length. */
static size_t write_seconds(const struct tm *time, char separator, char out[TIME_TEXT_BYTES])
{
    size_t length = strftime(out, TIME_TEXT_BYTES, "%Y-%m-%dT%H:%M:%S", time);

    if (length)
        *strchr(out, 'T') = separator;
    return length;
}

void time_to_rfc3339(int64_t wall_us, char out[TIME_TEXT_BYTES])
{
    int rest_us;
    time_t seconds = split_seconds(wall_us, &rest_us);
    struct tm time;
    size_t length;

    gmtime_r(&seconds, &time);
    length = write_seconds(&time, 'T', out);
    snprintf(out + length, TIME_TEXT_BYTES - length, ".%03dZ", rest_us / 1000);
}

void time_to_local_iso(int64_t wall_us, char separator, char out[TIME_TEXT_BYTES])
{
    int rest_us;
    time_t seconds = split_seconds(wall_us, &rest_us);
    struct tm time;
    size_t length;

    localtime_r(&seconds, &time);
    length = write_seconds(&time, separator, out);
    if (rest_us)
        snprintf(out + length, TIME_TEXT_BYTES - length, ".%06d", rest_us);
}
