/* server/log_feed.c -- see log_feed.h. */
#include "server/log_feed.h"

#include <pthread.h>
#include <stdlib.h>

#include "engine/base/memory.h"

struct log_feed {
    pthread_mutex_t lock;
    log_feed_wake_fn *wake;
    void *context;
};

struct log_feed *log_feed_new(void)
{
    struct log_feed *feed = memory_new(1, sizeof(*feed));

    pthread_mutex_init(&feed->lock, NULL);
    return feed;
}

void log_feed_free(struct log_feed *feed)
{
    if (!feed)
        return;
    pthread_mutex_destroy(&feed->lock);
    free(feed);
}

void log_feed_listen(struct log_feed *feed, log_feed_wake_fn *wake, void *context)
{
    pthread_mutex_lock(&feed->lock);
    feed->wake = wake;
    feed->context = context;
    pthread_mutex_unlock(&feed->lock);
}

void log_feed_news(struct log_feed *feed, const char *job)
{
    if (!feed)
        return;
    pthread_mutex_lock(&feed->lock);
    if (feed->wake)
        feed->wake(feed->context, job);
    pthread_mutex_unlock(&feed->lock);
}
