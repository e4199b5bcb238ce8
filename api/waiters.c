/* api/waiters.c -- see waiters.h.
 *
 * Waiters hang in buckets by a hash of their job.  A bucket remembers when it was woken last: a foreign job
 * of the same bucket makes a reader look once too often, never once too seldom. */
#include "api/waiters.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

enum { BUCKETS = 256 };

struct entry {
    struct entry *next;
    void *waiter;
    int64_t deadline_us;
    char job[WAITERS_JOB_BYTES_MAX + 1];
};

struct bucket {
    struct entry *first;
    uint64_t woken; /* the number of its last wake */
};

struct waiters {
    pthread_mutex_t lock;
    waiter_resume_fn *resume;
    size_t count, count_max;
    uint64_t wakes; /* so far, of all buckets */
    bool stopped;
    struct bucket buckets[BUCKETS];
};

/* FNV-1a. */
static struct bucket *bucket_of(struct waiters *waiters, const char *job)
{
    uint32_t hash = 2166136261U;

    for (; *job; job++)
        hash = (hash ^ (unsigned char)*job) * 16777619U;
    return &waiters->buckets[hash % BUCKETS];
}

struct waiters *waiters_new(size_t waiters_max, waiter_resume_fn *resume)
{
    struct waiters *waiters = memory_new(1, sizeof(*waiters));

    pthread_mutex_init(&waiters->lock, NULL);
    waiters->resume = resume;
    waiters->count_max = waiters_max;
    return waiters;
}

void waiters_free(struct waiters *waiters)
{
    if (!waiters)
        return;
    pthread_mutex_destroy(&waiters->lock);
    free(waiters);
}

uint64_t waiters_ticket(struct waiters *waiters)
{
    uint64_t ticket;

    pthread_mutex_lock(&waiters->lock);
    ticket = waiters->wakes;
    pthread_mutex_unlock(&waiters->lock);
    return ticket;
}

static void push(struct waiters *waiters, struct bucket *bucket, const char *job, int64_t deadline_us,
                 void *waiter)
{
    struct entry *entry = memory_new(1, sizeof(*entry));

    *entry = (struct entry){ .next = bucket->first, .waiter = waiter, .deadline_us = deadline_us };
    strncpy(entry->job, job, WAITERS_JOB_BYTES_MAX);
    bucket->first = entry;
    waiters->count++;
}

enum waiters_answer waiters_add(struct waiters *waiters, const char *job, uint64_t ticket,
                                int64_t deadline_us, void *waiter)
{
    struct bucket *bucket = bucket_of(waiters, job);
    enum waiters_answer answer = WAITERS_ADDED;

    pthread_mutex_lock(&waiters->lock);
    if (waiters->stopped)
        answer = WAITERS_STOPPED;
    else if (bucket->woken > ticket)
        answer = WAITERS_STALE;
    else if (waiters->count >= waiters->count_max)
        answer = WAITERS_FULL;
    else
        push(waiters, bucket, job, deadline_us, waiter);
    pthread_mutex_unlock(&waiters->lock);
    return answer;
}

/* Resumes those of `job` (NULL: of any) whose deadline is not after `until_us`. */
static void release(struct waiters *waiters, struct bucket *bucket, const char *job, int64_t until_us)
{
    struct entry **link = &bucket->first;

    while (*link) {
        struct entry *entry = *link;

        if ((job && strcmp(entry->job, job) != 0) || entry->deadline_us > until_us) {
            link = &entry->next;
            continue;
        }
        *link = entry->next;
        waiters->count--;
        waiters->resume(entry->waiter);
        free(entry);
    }
}

void waiters_wake(struct waiters *waiters, const char *job)
{
    struct bucket *bucket = bucket_of(waiters, job);

    pthread_mutex_lock(&waiters->lock);
    bucket->woken = ++waiters->wakes;
    release(waiters, bucket, job, INT64_MAX);
    pthread_mutex_unlock(&waiters->lock);
}

static void release_all(struct waiters *waiters, int64_t until_us)
{
    for (size_t i = 0; i < BUCKETS; i++)
        release(waiters, &waiters->buckets[i], NULL, until_us);
}

void waiters_expire(struct waiters *waiters, int64_t now_us)
{
    pthread_mutex_lock(&waiters->lock);
    release_all(waiters, now_us);
    pthread_mutex_unlock(&waiters->lock);
}

void waiters_stop(struct waiters *waiters)
{
    pthread_mutex_lock(&waiters->lock);
    waiters->stopped = true;
    release_all(waiters, INT64_MAX);
    pthread_mutex_unlock(&waiters->lock);
}
