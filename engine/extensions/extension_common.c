/* engine/extensions/extension_common.c -- the members that every extension has; see extension.h. */
#include "engine/extensions/extension.h"

#define TRIGGER(id, trigger_name, text)                                                                      \
    {                                                                                                        \
        .name = trigger_name, .kind = PARAM_JSON, .offset = offsetof(struct extension_common, triggers[id]), \
        .nullable = true, .about = text                                                                      \
    }

const struct param extension_common_params[] = {
    PARAM(extension_common, name, TEXT, .nullable = true, .about = "What it is called; by default its type."),
    TRIGGER(TRIGGER_BEFORE_TRAINING, "before_training", "true: acts before the training starts."),
    TRIGGER(TRIGGER_BEFORE_FIRST_EPOCH, "before_first_epoch",
            "true: acts before each epoch as long as none has been completed."),
    TRIGGER(TRIGGER_BEFORE_EPOCH, "before_epoch", "true: acts before each epoch."),
    TRIGGER(TRIGGER_BEFORE_BATCH, "before_batch", "true: acts before each batch."),
    TRIGGER(TRIGGER_AFTER_BATCH, "after_batch", "true: acts after each batch."),
    TRIGGER(TRIGGER_AFTER_EPOCH, "after_epoch", "true: acts after each epoch."),
    TRIGGER(TRIGGER_AFTER_TRAINING, "after_training",
            "true: acts when the training has been finished or interrupted."),
    TRIGGER(TRIGGER_ON_RESUMPTION, "on_resumption",
            "true: acts when a training goes on that has done batches before."),
    TRIGGER(TRIGGER_ON_INTERRUPT, "on_interrupt", "true: acts when an interrupt takes effect."),
    TRIGGER(TRIGGER_ON_ERROR, "on_error", "true: acts when the training has failed."),
    TRIGGER(TRIGGER_EVERY_N_BATCHES, "every_n_batches",
            "A whole number: acts after each batch whose number is a multiple of it."),
    TRIGGER(TRIGGER_AFTER_N_BATCHES, "after_n_batches",
            "A whole number: acts after the batch of exactly this number."),
    TRIGGER(TRIGGER_EVERY_N_EPOCHS, "every_n_epochs",
            "A whole number: acts after each epoch whose number is a multiple of it."),
    TRIGGER(TRIGGER_AFTER_N_EPOCHS, "after_n_epochs",
            "A whole number: acts after the epoch of exactly this number."),
    PARAM(extension_common, conditions, JSON, .nullable = true,
          .about = "More conditions: a list of {\"callbacks\", \"predicate\", \"arguments\"}."),
    PARAM_END
};
