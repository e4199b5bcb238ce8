/* api/waiters.h -- who waits for news of which job, and until when.
 *
 * The owner of a waiter suspends it first and adds it then; it is resumed exactly once, by news, by its
 * deadline or by waiters_stop.  Every function may be called from any thread; `resume` is called with
 * the table locked and must not call back. */
#ifndef API_WAITERS_H
#define API_WAITERS_H

#include <stddef.h>
#include <stdint.h>

struct waiters;

typedef void waiter_resume_fn(void *waiter);

enum waiters_answer {
    WAITERS_ADDED,
    WAITERS_STALE, /* there was news since the ticket was drawn: look again */
    WAITERS_FULL,
    WAITERS_STOPPED, /* the service stops: answer now */
};

enum { WAITERS_JOB_BYTES_MAX = 63 };

struct waiters *waiters_new(size_t waiters_max, waiter_resume_fn *resume);
void waiters_free(struct waiters *waiters); /* after waiters_stop; accepts NULL */

/* To be drawn before looking for news, so that none is missed between looking and waiting. */
uint64_t waiters_ticket(struct waiters *waiters);
enum waiters_answer waiters_add(struct waiters *waiters, const char *job, uint64_t ticket,
                                int64_t deadline_us, void *waiter);
void waiters_wake(struct waiters *waiters, const char *job);
void waiters_expire(struct waiters *waiters, int64_t now_us); /* resumes those whose deadline has come */
void waiters_stop(struct waiters *waiters);                   /* resumes all; none is added from here on */

#endif
