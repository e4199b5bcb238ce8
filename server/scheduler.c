/* server/scheduler.c -- see scheduler.h. */
#include "server/scheduler.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "server/jobs.h"
#include "server/rescue.h"
#include "server/store/idempotency.h"
#include "server/store/workers.h"

struct scheduler {
    struct scheduler_options options;
    struct db *db;
    struct rescue *rescue;
    struct executor *executor;
    pthread_t thread;
    bool started;
    int wake; /* eventfd */
    _Atomic bool stopping;
};

/* With news one looks again at once, but for a breath: a connection that comes and goes is news, too. */
enum { POLL_MS = 2000, POLL_BUSY_MS = 500, JITTER_MS = 100, NEWS_MS = 2 };

/* Takes what fits; jobs that nobody can run now stay where they are. */
static void claim_jobs(struct scheduler *scheduler)
{
    const struct scheduler_options *options = &scheduler->options;
    size_t free_threads;

    while (!atomic_load(&scheduler->stopping) &&
           (free_threads = executor_free_threads(scheduler->executor)) > 0) {
        const struct job_claim claim = { options->owner, options->numeric_profile, (int64_t)free_threads,
                                         options->lease_ms, options->threads };
        struct arena arena = { 0 };
        struct error err = { 0 };
        struct job job;
        enum store_result result = store_job_claim(scheduler->db, &claim, &arena, &job, &err);

        if (result == STORE_OK) {
            journal_info(options->journal, "job claimed",
                         FIELDS(FIELD_TEXT("job", job.id), FIELD_TEXT("name", job.name),
                                FIELD_INTEGER("attempt", job.epoch)));
            executor_submit(scheduler->executor, &job);
            log_feed_news(options->feed, job.id);
        } else if (result == STORE_FAILED) {
            journal_failure(options->journal, "could not claim a job", NULL, &err);
        }
        arena_fini(&arena);
        if (result != STORE_OK)
            break;
    }
}

static void pass_on_request(void *context, const struct job_running *running)
{
    struct scheduler *scheduler = context;

    if (running->stop != STOP_NONE)
        executor_request(scheduler->executor, running->id, running->epoch, running->stop);
}

static void pass_on_requests(struct scheduler *scheduler)
{
    struct error err = { 0 };

    if (store_job_list_running(scheduler->db, scheduler->options.owner, pass_on_request, scheduler, &err) ==
        STORE_FAILED)
        journal_failure(scheduler->options.journal, "could not read the requests to stop", NULL, &err);
}

static void bury_deleted(struct scheduler *scheduler)
{
    struct error err = { 0 };
    bool idle;

    if (!job_bury(scheduler->db, scheduler->options.checkpoint_files, &idle, &err) &&
        err.code != ERROR_UNAVAILABLE)
        journal_failure(scheduler->options.journal, "could not clean up behind a deleted job", NULL, &err);
}

static void forget_answers(struct scheduler *scheduler)
{
    struct error err = { 0 };

    if (store_idempotency_expire(scheduler->db, &err) == STORE_FAILED)
        journal_failure(scheduler->options.journal, "could not forget the answers of yesterday", NULL, &err);
}

static void enter_worker(struct scheduler *scheduler)
{
    const struct scheduler_options *options = &scheduler->options;
    const struct worker_row row = { options->owner, options->host, options->build, options->numeric_profile,
                                    options->threads };
    struct error err = { 0 };

    store_worker_put(scheduler->db, &row, &err);
}

/* Until there is a notification, somebody wakes us, or it is time to look anyway.  Notifications that came
 * along with answers, while the queue was being looked at, have been read from the socket already. */
static void sleep_until_news(struct scheduler *scheduler)
{
    struct pollfd files[2] = { { .fd = scheduler->wake, .events = POLLIN }, { .events = POLLIN } };
    uint64_t count;
    bool busy;
    int pause_ms;

    /* Running jobs want their automatic checkpoints in time.  Jitter: several servers do not look at once. */
    busy = executor_free_threads(scheduler->executor) < (size_t)scheduler->options.threads;
    pause_ms = busy ? POLL_BUSY_MS : POLL_MS;
    pause_ms = (int)clock_jittered_ms(pause_ms, pause_ms + JITTER_MS);
    if (db_notified(scheduler->db))
        pause_ms = NEWS_MS;
    files[1].fd = db_descriptor(scheduler->db);
    poll(files, files[1].fd >= 0 ? 2 : 1, pause_ms);
    while (read(scheduler->wake, &count, sizeof(count)) > 0)
        ;
    db_notified(scheduler->db);
}

static void *schedule_forever(void *context)
{
    struct scheduler *scheduler = context;
    struct error err = { 0 };

    db_listen(scheduler->db, CHANNEL_JOBS, &err);
    db_listen(scheduler->db, CHANNEL_STOPS, &err);
    while (!atomic_load(&scheduler->stopping)) {
        enter_worker(scheduler);
        rescue_sweep(scheduler->rescue, scheduler->db);
        pass_on_requests(scheduler);
        claim_jobs(scheduler);
        bury_deleted(scheduler);
        forget_answers(scheduler);
        executor_tick(scheduler->executor);
        sleep_until_news(scheduler);
    }
    return NULL;
}

struct scheduler *scheduler_new(const struct scheduler_options *options, struct error *err)
{
    struct scheduler *scheduler = memory_new(1, sizeof(*scheduler));

    scheduler->options = *options;
    scheduler->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (scheduler->wake < 0) {
        RAISE_ERRNO(err, "could not make the scheduler");
        free(scheduler);
        return NULL;
    }
    scheduler->db = db_open(options->database);
    scheduler->rescue = rescue_new(&(struct rescue_options){ .lease_ms = options->lease_ms,
                                                             .alone = options->alone,
                                                             .owner = options->owner,
                                                             .journal = options->journal,
                                                             .feed = options->feed });
    return scheduler;
}

bool scheduler_start(struct scheduler *scheduler, struct executor *executor, struct error *err)
{
    scheduler->executor = executor;
    enter_worker(scheduler); /* whoever is told that the service is ready finds its worker */
    errno = pthread_create(&scheduler->thread, NULL, schedule_forever, scheduler);
    if (errno)
        return RAISE_ERRNO(err, "could not start the scheduler");
    scheduler->started = true;
    return true;
}

void scheduler_wake(void *context)
{
    struct scheduler *scheduler = context;
    ssize_t written = write(scheduler->wake, &(uint64_t){ 1 }, sizeof(uint64_t));

    (void)written; /* a full counter is a wake-up too */
}

void scheduler_stop(struct scheduler *scheduler)
{
    if (!scheduler || !scheduler->started)
        return;
    atomic_store(&scheduler->stopping, true);
    scheduler_wake(scheduler);
    pthread_join(scheduler->thread, NULL);
    scheduler->started = false;
}

void scheduler_free(struct scheduler *scheduler)
{
    if (!scheduler)
        return;
    rescue_free(scheduler->rescue);
    db_close(scheduler->db);
    close(scheduler->wake);
    free(scheduler);
}
