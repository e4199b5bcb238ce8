/* engine/training/training_extension.h -- what the main loop and a checkpoint know of an extension.
 *
 * The extensions themselves live one storey up (engine/extensions/); they begin with this struct. */
#ifndef ENGINE_TRAINING_TRAINING_EXTENSION_H
#define ENGINE_TRAINING_TRAINING_EXTENSION_H

#include "engine/base/text.h"
#include "engine/training/callback.h"

struct cJSON;
struct main_loop;
struct training_extension;

struct training_extension_type {
    /* Called for every callback that is in `callbacks`.  False ends the round, and the training. */
    bool (*dispatch)(struct training_extension *self, const struct event *event, struct error *err);
    /* Gives it, and whatever it contains, the main loop; at the beginning of every run, before anything else.
     */
    bool (*attach)(struct training_extension *self, struct main_loop *main_loop, struct error *err);
    /* Everything that a continuation needs, as one JSON value. */
    bool (*save)(const struct training_extension *self, struct text *out_json, struct error *err);
    bool (*load)(struct training_extension *self, const struct cJSON *state, struct error *err);
    void (*free)(struct training_extension *self);
};

struct training_extension {
    const struct training_extension_type *dispatcher;
    const char *name;            /* as in the definition; by default the type */
    const char *type_name;       /* "TrackTheBest" */
    const char *pointer;         /* its place in the definition; "" when it has none */
    struct main_loop *main_loop; /* NULL before the training has started */
    unsigned callbacks;          /* CALLBACK_BITs on which it may do anything */
    bool needs_profile;          /* reads the timers of the main loop */
};

#endif
