/* engine/training/profile.h -- where the time of a training goes.
 *
 * Named timers, nested as in Blocks: (initialization), (training, epoch, train), (training, epoch,
 * read_data). They run only while somebody needs them: without, no clock is read.  Totals survive runs and
 * checkpoints. */
#ifndef ENGINE_TRAINING_PROFILE_H
#define ENGINE_TRAINING_PROFILE_H

#include <stdbool.h>

#include "engine/base/clock.h"

#define PROFILE_SECTIONS(X)                                                                                  \
    X(PROFILE_INITIALIZATION, "initialization")                                                              \
    X(PROFILE_TRAINING, "training")                                                                          \
    X(PROFILE_EPOCH, "training.epoch")                                                                       \
    X(PROFILE_READ_DATA, "training.epoch.read_data")                                                         \
    X(PROFILE_TRAIN, "training.epoch.train")

enum profile_section {
#define X(section, name) section,
    PROFILE_SECTIONS(X)
#undef X
        PROFILE_SECTION_COUNT
};

/* Zero-initialised is an idle profile. */
struct profile {
    const struct clock *clock; /* NULL: nothing is measured */
    double entered_s[PROFILE_SECTION_COUNT];
    double total_s[PROFILE_SECTION_COUNT];
};

const char *profile_section_name(enum profile_section section);

static inline void profile_enter(struct profile *profile, enum profile_section section)
{
    if (profile->clock)
        profile->entered_s[section] = clock_monotonic_s(profile->clock);
}

static inline void profile_exit(struct profile *profile, enum profile_section section)
{
    if (profile->clock)
        profile->total_s[section] += clock_monotonic_s(profile->clock) - profile->entered_s[section];
}

#endif
