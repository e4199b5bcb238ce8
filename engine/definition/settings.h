/* engine/definition/settings.h -- the sections of a job definition as tables. */
#ifndef ENGINE_DEFINITION_SETTINGS_H
#define ENGINE_DEFINITION_SETTINGS_H

#include "engine/base/param.h"

/* The whole document.  Sections that map names to something are JSON here and read by their own files. */
struct job_settings {
    const char *name;
    const struct cJSON *labels;
    int64_t seed;
    int dtype; /* enum dtype: float32 or float64 */
    int64_t threads;
    int64_t priority;
    struct autosave_settings *autosave; /* NULL: none */
    int64_t max_attempts;
    const struct cJSON *data_streams;
    const char *data_stream;
    const struct cJSON *bricks, *variables, *shared;
    struct component *algorithm;
    struct component_list extensions;
};
extern const struct param job_params[];

struct autosave_settings {
    double every_s;
};

struct gradient_descent_settings {
    const char *cost;            /* the name of a variable, or an expression */
    struct text_list parameters; /* paths; not given: all */
    struct component *step_rule; /* NULL: Scale */
};
extern const struct family algorithm_family;

/* "digits", "best.tar": letters, digits and . _ -, the first one a letter or a digit, at most 100. */
bool name_is_plain(const char *name);

#endif
