/* engine/extensions/triggers.h -- the keywords that say when an extension acts.
 *
 * Boolean triggers are true or false, numeric ones positive integers; false, 0 and null switch one off.
 * Several add up; the defaults of a type stand behind what the user gave, and only switching one off removes
 * it. */
#ifndef ENGINE_EXTENSIONS_TRIGGERS_H
#define ENGINE_EXTENSIONS_TRIGGERS_H

#include "engine/base/param.h"
#include "engine/extensions/conditions.h"

struct cJSON;

enum trigger {
    TRIGGER_BEFORE_TRAINING,
    TRIGGER_BEFORE_FIRST_EPOCH,
    TRIGGER_BEFORE_EPOCH,
    TRIGGER_BEFORE_BATCH,
    TRIGGER_AFTER_BATCH,
    TRIGGER_AFTER_EPOCH,
    TRIGGER_AFTER_TRAINING,
    TRIGGER_ON_RESUMPTION,
    TRIGGER_ON_INTERRUPT,
    TRIGGER_ON_ERROR,
    TRIGGER_EVERY_N_BATCHES,
    TRIGGER_AFTER_N_BATCHES,
    TRIGGER_EVERY_N_EPOCHS,
    TRIGGER_AFTER_N_EPOCHS,
    TRIGGER_COUNT
};

struct trigger_type {
    const char *name;
    enum callback callback;
    enum predicate_kind predicate;
    bool numeric, epochs; /* numeric ones count batches or epochs */
};
extern const struct trigger_type trigger_types[TRIGGER_COUNT];

/* A default of an extension type: {TRIGGER_AFTER_EPOCH, 1}.  `number` of a boolean one is 1. */
struct trigger_setting {
    enum trigger trigger;
    int64_t number;
};
#define TRIGGERS_END                                                                                         \
    {                                                                                                        \
        .trigger = TRIGGER_COUNT                                                                             \
    }

/* Adds the conditions that the members of `component` ask for, in their order, then those of `defaults` that
 * it does not mention.  Reports values of a wrong type or range. */
bool triggers_read(const struct component *component, const struct trigger_setting *defaults,
                   struct condition_list *out, struct error_list *errors);

/* The trigger of that name; NULL when there is none. */
const struct trigger_type *trigger_find(const char *name);

#endif
