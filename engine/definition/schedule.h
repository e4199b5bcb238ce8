/* engine/definition/schedule.h -- when a training ends and how often each extension acts, as far as that is
 * known before it runs.
 *
 * Numbers are upper bounds, because extensions can finish a training earlier than FinishAfter does; -1 stands
 * for what is not known. */
#ifndef ENGINE_DEFINITION_SCHEDULE_H
#define ENGINE_DEFINITION_SCHEDULE_H

#include "engine/definition/assembly.h"

struct schedule {
    const struct extension *
        *acting; /* all of them, parts of composites too, in the order in which they act */
    size_t count;
    const struct data_stream *stream; /* that is trained on */
    int64_t batches_per_epoch;
    int64_t batches, epochs;          /* when the training ends; epochs are completed ones */
    const struct extension *ended_by; /* by FinishAfter; NULL: by none */
};

/* Borrows the assembly. */
void schedule_init(struct schedule *schedule, const struct assembly *assembly);
void schedule_fini(struct schedule *schedule);

/* How often a callback comes. */
int64_t schedule_rounds(const struct schedule *schedule, enum callback callback);
/* How often a condition holds. */
int64_t schedule_times(const struct schedule *schedule, const struct condition *condition);

#endif
