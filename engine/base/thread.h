/* engine/base/thread.h -- threads that work for another one and take no signals: those are for the threads
 * that wait for them. */
#ifndef ENGINE_BASE_THREAD_H
#define ENGINE_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* False with errno set.  The caller joins it. */
bool thread_start(pthread_t *out, void *(*run)(void *context), void *context);

#endif
