/* server/rescue.c -- see rescue.h. */
#include "server/rescue.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "server/store/jobs.h"

/* A running job as last seen. */
struct sighting {
    struct job_running job;
    int64_t unchanged_since_ms; /* monotonic: epoch and heartbeat are what they were then */
    bool present;               /* in the present sweep */
};

struct rescue {
    struct rescue_options options;
    struct sighting *sightings;
    size_t count, capacity;
    int64_t swept_ms; /* 0: never */
    int64_t now_ms;   /* of the present sweep */
    bool alone;       /* the first sweep has not been done */
};

enum { SWEEP_EVERY_MS = 5000, DELAY_MS = 1000 };

struct rescue *rescue_new(const struct rescue_options *options)
{
    struct rescue *rescue = memory_new(1, sizeof(*rescue));

    rescue->options = *options;
    rescue->alone = options->alone;
    return rescue;
}

void rescue_free(struct rescue *rescue)
{
    if (!rescue)
        return;
    free(rescue->sightings);
    free(rescue);
}

static struct sighting *sighting_of(struct rescue *rescue, const char *id)
{
    for (size_t i = 0; i < rescue->count; i++)
        if (strcmp(rescue->sightings[i].job.id, id) == 0)
            return &rescue->sightings[i];
    rescue->sightings =
        memory_room(rescue->sightings, rescue->count, &rescue->capacity, sizeof(*rescue->sightings));
    rescue->sightings[rescue->count] = (struct sighting){ 0 };
    return &rescue->sightings[rescue->count++];
}

static void see(void *context, const struct job_running *running)
{
    struct rescue *rescue = context;
    struct sighting *sighting = sighting_of(rescue, running->id);
    bool changed = !*sighting->job.id || sighting->job.epoch != running->epoch ||
                   sighting->job.heartbeat != running->heartbeat;

    sighting->job = *running;
    sighting->present = true;
    if (changed)
        sighting->unchanged_since_ms = rescue->now_ms;
}

static bool worker_is_dead(const struct rescue *rescue, const struct sighting *sighting)
{
    if (strcmp(sighting->job.owner, rescue->options.owner) == 0)
        return false;
    if (rescue->alone)
        return true;
    return sighting->job.lease_passed &&
           rescue->now_ms - sighting->unchanged_since_ms >= rescue->options.lease_ms;
}

static void take(struct rescue *rescue, struct db *db, const struct sighting *sighting)
{
    const struct job_rescue order = { .id = sighting->job.id,
                                      .epoch = sighting->job.epoch,
                                      .heartbeat = sighting->job.heartbeat,
                                      .delay_ms = rescue->alone ? 0 : DELAY_MS,
                                      .alone = rescue->alone };
    struct error err = { 0 };
    enum job_state state;

    switch (store_job_rescue(db, &order, &state, &err)) {
    case STORE_OK:
        journal_warning(
            rescue->options.journal, "job taken from a dead worker",
            FIELDS(FIELD_TEXT("job", sighting->job.id), FIELD_TEXT("state", job_state_name(state))));
        log_feed_news(rescue->options.feed, sighting->job.id);
        break;
    case STORE_FAILED:
        journal_failure(rescue->options.journal, "could not rescue a job", sighting->job.id, &err);
        break;
    case STORE_NONE:
    case STORE_CONFLICT:
    case STORE_UNAVAILABLE:
        break;
    }
}

static void forget_absent(struct rescue *rescue)
{
    size_t kept = 0;

    for (size_t i = 0; i < rescue->count; i++)
        if (rescue->sightings[i].present)
            rescue->sightings[kept++] = rescue->sightings[i];
    rescue->count = kept;
}

void rescue_sweep(struct rescue *rescue, struct db *db)
{
    struct error err = { 0 };

    rescue->now_ms = clock_now_ms();
    if (rescue->swept_ms && rescue->now_ms - rescue->swept_ms < SWEEP_EVERY_MS)
        return;
    for (size_t i = 0; i < rescue->count; i++)
        rescue->sightings[i].present = false;
    if (store_job_list_running(db, NULL, see, rescue, &err) != STORE_OK)
        return;
    forget_absent(rescue);
    for (size_t i = 0; i < rescue->count; i++)
        if (worker_is_dead(rescue, &rescue->sightings[i]))
            take(rescue, db, &rescue->sightings[i]);
    rescue->swept_ms = rescue->now_ms;
    rescue->alone = false;
}
