/* server/log_feed.h -- tells who waits that there is news of a job: rows, a checkpoint, another state.
 *
 * Thread-safe.  Whoever writes calls log_feed_news after its commit; whoever is woken reads the tables. */
#ifndef SERVER_LOG_FEED_H
#define SERVER_LOG_FEED_H

struct log_feed;

typedef void log_feed_wake_fn(void *context, const char *job);

struct log_feed *log_feed_new(void);
void log_feed_free(struct log_feed *feed); /* accepts NULL */

/* One listener at a time; NULL for none.  When it returns, the one before is not called any more. */
void log_feed_listen(struct log_feed *feed, log_feed_wake_fn *wake, void *context);

/* Accepts a NULL feed. */
void log_feed_news(struct log_feed *feed, const char *job);

#endif
