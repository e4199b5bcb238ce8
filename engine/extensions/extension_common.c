/* engine/extensions/extension_common.c -- the members that every extension has; see extension.h. */
#include "engine/extensions/extension.h"

#define TRIGGER(id, trigger_name, accepted, accepted_schema, text)                                           \
    {                                                                                                        \
        .name = trigger_name, .kind = PARAM_JSON, .offset = offsetof(struct extension_common, triggers[id]), \
        .nullable = true, .accepts = accepted, .schema = accepted_schema, .about = text                      \
    }
#define SWITCH(id, name, text) TRIGGER(id, name, "true or false", "{\"enum\": [true, false, 0, null]}", text)
#define NUMBER(id, name, text)                                                                               \
    TRIGGER(id, name, "integer, or false",                                                                   \
            "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0, \"maximum\": 9007199254740992},"           \
            " {\"enum\": [false, null]}]}",                                                                  \
            text)

static const char conditions_schema[] =
    "{\"type\": [\"array\", \"null\"], \"maxItems\": 1000, \"items\": {\"type\": \"object\","
    " \"required\": [\"callbacks\"], \"additionalProperties\": false, \"properties\": {"
    "\"callbacks\": {\"type\": \"array\", \"maxItems\": 100, \"items\": {\"enum\": [\"before_training\","
    " \"on_resumption\", \"before_epoch\", \"before_batch\", \"after_batch\", \"after_epoch\","
    " \"after_training\", \"on_error\", \"on_interrupt\"]}},"
    "\"predicate\": {\"type\": [\"string\", \"object\", \"null\"]},"
    "\"arguments\": {\"type\": [\"array\", \"null\"], \"maxItems\": 100}}}}";

const struct param extension_common_params[] = {
    PARAM(extension_common, name, TEXT, .nullable = true, .about = "What it is called; by default its type."),
    SWITCH(TRIGGER_BEFORE_TRAINING, "before_training", "true: acts before the training starts."),
    SWITCH(TRIGGER_BEFORE_FIRST_EPOCH, "before_first_epoch",
           "true: acts before each epoch as long as none has been completed."),
    SWITCH(TRIGGER_BEFORE_EPOCH, "before_epoch", "true: acts before each epoch."),
    SWITCH(TRIGGER_BEFORE_BATCH, "before_batch", "true: acts before each batch."),
    SWITCH(TRIGGER_AFTER_BATCH, "after_batch", "true: acts after each batch."),
    SWITCH(TRIGGER_AFTER_EPOCH, "after_epoch", "true: acts after each epoch."),
    SWITCH(TRIGGER_AFTER_TRAINING, "after_training",
           "true: acts when the training has been finished or interrupted."),
    SWITCH(TRIGGER_ON_RESUMPTION, "on_resumption",
           "true: acts when a training goes on that has done batches before."),
    SWITCH(TRIGGER_ON_INTERRUPT, "on_interrupt", "true: acts when an interrupt takes effect."),
    SWITCH(TRIGGER_ON_ERROR, "on_error", "true: acts when the training has failed."),
    NUMBER(TRIGGER_EVERY_N_BATCHES, "every_n_batches",
           "A whole number: acts after each batch whose number is a multiple of it."),
    NUMBER(TRIGGER_AFTER_N_BATCHES, "after_n_batches",
           "A whole number: acts after the batch of exactly this number."),
    NUMBER(TRIGGER_EVERY_N_EPOCHS, "every_n_epochs",
           "A whole number: acts after each epoch whose number is a multiple of it."),
    NUMBER(TRIGGER_AFTER_N_EPOCHS, "after_n_epochs",
           "A whole number: acts after the epoch of exactly this number."),
    PARAM(extension_common, conditions, JSON, .nullable = true, .accepts = "list of conditions",
          .schema = conditions_schema,
          .about = "More conditions: a list of {\"callbacks\", \"predicate\", \"arguments\"}."),
    PARAM_END
};
