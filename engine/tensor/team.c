/* engine/tensor/team.c -- see team.h. */
#include "engine/tensor/team.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/tensor/processors.h"

enum {
    PAUSES =
        20000, /* some hundred microseconds: longer than most steps of a batch, shorter than a time slice */
    PAUSES_PER_LOOK = 64,
    YIELDS = 10,
    MOVES_APART_MS = 1000, /* sooner, members of several jobs would chase each other about */
    CACHE_LINE = 64
};

/* Where a member was when it last began or waited, and when it was last moved; on a cache line of its own. */
struct seat {
    _Alignas(CACHE_LINE) _Atomic int processor;
    int64_t moved_ms;
};

struct team {
    size_t members;
    int pauses; /* none where threads have to share processors */
    team_fn *work;
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t *threads;
    size_t thread_count;
    bool stopping; /* read behind `runs` */
    /* Each on a cache line of its own: they are written by one and watched by all. */
    _Alignas(CACHE_LINE) _Atomic unsigned runs; /* begun so far */
    _Alignas(CACHE_LINE) _Atomic unsigned sleepers;
    _Alignas(CACHE_LINE) _Atomic unsigned arrived;  /* at the present barrier */
    _Alignas(CACHE_LINE) _Atomic unsigned barriers; /* passed so far */
    struct seat seats[TEAM_MEMBERS_MAX];
};

/* What a new thread is told; its creator waits until it has been read. */
struct newcomer {
    struct team *team;
    size_t member;
};

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void sit_down(struct team *team, size_t member)
{
    _Atomic int *processor = &team->seats[member].processor;
    const int now = processor_now();

    if (atomic_load_explicit(processor, memory_order_relaxed) != now)
        atomic_store_explicit(processor, now, memory_order_relaxed);
}

/* Where the others sit; whether nobody sits where this member does. */
static bool sits_alone(struct team *team, size_t member, int others[TEAM_MEMBERS_MAX])
{
    const int mine = processor_now();
    bool alone = true;

    for (size_t i = 0; i < team->members; i++) {
        others[i] = i == member ? PROCESSOR_UNKNOWN
                                : atomic_load_explicit(&team->seats[i].processor, memory_order_relaxed);
        alone = alone && (others[i] == PROCESSOR_UNKNOWN || others[i] != mine);
    }
    return alone;
}

/* Where other processors are busy for a moment, a thread is woken on that of the one that wakes it, and while
 * neither sleeps the system leaves both there for a tenth of a second: they take turns, each waiting for the
 * other.  Who finds that out moves, or, when that is not possible or was tried just now, lets the other one
 * go on. */
static void keep_apart(struct team *team, size_t member)
{
    struct seat *seat = &team->seats[member];
    int others[TEAM_MEMBERS_MAX];
    int64_t now;

    if (sits_alone(team, member, others))
        return;
    now = clock_now_ms();
    if (now - seat->moved_ms < MOVES_APART_MS || !processors_avoid(others, team->members))
        sched_yield();
    else
        seat->moved_ms = now;
    sit_down(team, member);
}

/* Who has watched for long gives its processor away; who has done that some times sleeps, and is woken as
 * soon as there is something to do, which on a busy machine is sooner than its next turn would come. */
static void sleep_until_change(struct team *team, _Atomic unsigned *value, unsigned old)
{
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(value) == old)
        pthread_cond_wait(&team->changed, &team->lock);
    atomic_fetch_sub(&team->sleepers, 1);
    pthread_mutex_unlock(&team->lock);
}

/* Returns when `value` is no longer `old`. */
static void await_change(struct team *team, size_t member, _Atomic unsigned *value, unsigned old)
{
    for (int i = 1; i <= team->pauses; i++) {
        if (atomic_load_explicit(value, memory_order_acquire) != old)
            return;
        pause_briefly();
        if (i % PAUSES_PER_LOOK == 0)
            keep_apart(team, member);
    }
    for (int i = 0; i < YIELDS; i++) {
        if (atomic_load_explicit(value, memory_order_acquire) != old)
            return;
        sched_yield();
    }
    sleep_until_change(team, value, old);
}

/* A sleeper counts itself before it looks for the last time, and a value is changed before sleepers are
 * counted: one of the two sees the other. */
static void change(struct team *team, _Atomic unsigned *value, unsigned new)
{
    atomic_store(value, new);
    if (atomic_load(&team->sleepers) == 0)
        return;
    pthread_mutex_lock(&team->lock);
    pthread_cond_broadcast(&team->changed);
    pthread_mutex_unlock(&team->lock);
}

static void begin_run(struct team *team)
{
    sit_down(team, 0);
    change(team, &team->runs, atomic_load_explicit(&team->runs, memory_order_relaxed) + 1);
}

void team_wait(struct team *team, size_t member)
{
    const unsigned passed = atomic_load_explicit(&team->barriers, memory_order_relaxed);

    sit_down(team, member);
    if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) + 1 < team->members) {
        await_change(team, member, &team->barriers, passed);
        return;
    }
    atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
    change(team, &team->barriers, passed + 1);
}

static void *take_part(void *context)
{
    struct newcomer *newcomer = context;
    struct team *team = newcomer->team;
    const size_t member = newcomer->member;

    free(newcomer);
    for (unsigned seen = 0;; seen++) {
        await_change(team, member, &team->runs, seen);
        if (team->stopping)
            return NULL;
        sit_down(team, member);
        if (team->pauses)
            keep_apart(team, member);
        team->work(team->context, member);
        team_wait(team, member);
    }
}

struct team *team_start(size_t members, struct error *err)
{
    struct team *team = memory_try_aligned(sizeof *team);
    const size_t processors = processors_allowed();

    if (!team) {
        RAISE(err, ERROR_MEMORY, NULL, "not enough memory for %zu threads", members);
        return NULL;
    }
    *team = (struct team){ .members = members };
    team->pauses = processors > 0 && members > processors ? 0 : PAUSES;
    for (size_t i = 0; i < TEAM_MEMBERS_MAX; i++)
        atomic_init(&team->seats[i].processor, PROCESSOR_UNKNOWN);
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->changed, NULL);
    team->threads = memory_new(members, sizeof *team->threads);
    for (; team->thread_count + 1 < members; team->thread_count++) {
        struct newcomer *newcomer = memory_new(1, sizeof *newcomer);

        *newcomer = (struct newcomer){ team, team->thread_count + 1 };
        errno = pthread_create(&team->threads[team->thread_count], NULL, take_part, newcomer);
        if (errno) {
            RAISE_ERRNO(err, "could not start thread %zu of %zu of the job", team->thread_count + 2, members);
            free(newcomer);
            team_stop(team);
            return NULL;
        }
    }
    return team;
}

void team_stop(struct team *team)
{
    if (!team)
        return;
    team->stopping = true;
    begin_run(team);
    for (size_t i = 0; i < team->thread_count; i++)
        pthread_join(team->threads[i], NULL);
    pthread_cond_destroy(&team->changed);
    pthread_mutex_destroy(&team->lock);
    free(team->threads);
    free(team);
}

size_t team_members(const struct team *team)
{
    return team ? team->members : 1;
}

void team_run(struct team *team, team_fn *work, void *context)
{
    if (team_members(team) == 1) {
        work(context, 0);
        return;
    }
    team->work = work;
    team->context = context;
    begin_run(team);
    work(context, 0);
    team_wait(team, 0);
}

/* Whole groups of 16 where there are enough, the nearest boundary between two: products like that, and parts
 * do not share cache lines. */
static int64_t boundary(int64_t count, size_t members, size_t member)
{
    enum { GROUP = 16, GROUPS_MIN = 2 };
    const int64_t n = (int64_t)members, i = (int64_t)member;
    const int64_t at = count / n * i + count % n * i / n;

    if (i == n || count < n * GROUPS_MIN * GROUP)
        return at;
    return (at + GROUP / 2) / GROUP * GROUP;
}

struct part team_part(int64_t count, size_t members, size_t member)
{
    return (struct part){ boundary(count, members, member), boundary(count, members, member + 1) };
}
