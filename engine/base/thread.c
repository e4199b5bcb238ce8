/* engine/base/thread.c -- see thread.h. */
#include "engine/base/thread.h"

#include <errno.h>
#include <signal.h>

bool thread_start(pthread_t *out, void *(*run)(void *context), void *context)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    errno = pthread_create(out, NULL, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errno == 0;
}
