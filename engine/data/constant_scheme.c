/* engine/data/constant_scheme.c -- batch sizes instead of indices. */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/schemes.h"
#include "engine/data/state.h"

struct constant_scheme_settings {
    int64_t batch_size, num_examples, times;
};

static const struct param params[] = {
    PARAM(constant_scheme_settings, batch_size, INTEGER, .required = true, .min = 1, .max = 1e9,
          .unit = "examples",
          .about = "Examples per batch; they follow one another until the stream has no more."),
    PARAM(constant_scheme_settings, num_examples, INTEGER, .nullable = true, .min = 1, .max = 1e15,
          .unit = "examples",
          .about = "Ends the epoch after so many examples; the last batch may be smaller."),
    PARAM(constant_scheme_settings, times, INTEGER, .nullable = true, .min = 1, .max = 1e15,
          .unit = "batches", .about = "Ends the epoch after so many batches; excludes num_examples."),
    PARAM_END,
};

/* `left` counts examples when num_examples is given, batches when times is, and is not used when neither is.
 */
struct constant_scheme {
    struct scheme scheme;
    int64_t times;
    int64_t left;
    bool started;
};

static bool endless(const struct constant_scheme *self)
{
    return self->scheme.num_examples < 0 && self->times < 0;
}

/* How many of the examples an epoch takes. */
static int64_t taken_of(const struct constant_scheme *self, int64_t examples)
{
    const int64_t size = self->scheme.batch_size;

    if (self->times >= 0)
        return self->times <= examples / size ? self->times * size : examples;
    return endless(self) || self->scheme.num_examples > examples ? examples : self->scheme.num_examples;
}

static struct scheme *constant_scheme_new(const struct component *component, int64_t examples,
                                          struct error_list *errors)
{
    const struct constant_scheme_settings *settings = component->settings;
    const bool by_examples = settings->num_examples != INTEGER_ABSENT;
    const bool by_times = settings->times != INTEGER_ABSENT;
    struct constant_scheme *self;

    if (by_examples && by_times) {
        REPORT_AT(errors, ERROR_CONFLICT, component, "times", "num_examples and times exclude each other");
        error_list_hint(errors, "Leave one of them out.");
        return NULL;
    }
    self = memory_new(1, sizeof(*self));
    self->times = by_times ? settings->times : -1;
    self->scheme.indices = -1;
    self->scheme.batch_size =
        settings->batch_size > 0 ? settings->batch_size : 1; /* absent: reported already */
    self->scheme.num_examples = by_examples ? settings->num_examples : -1;
    self->scheme.request_max = self->scheme.batch_size < examples ? self->scheme.batch_size : examples;
    self->scheme.request_min = scheme_smallest(taken_of(self, examples), self->scheme.batch_size);
    return &self->scheme;
}

static bool constant_scheme_next_epoch(struct scheme *scheme, struct error *err)
{
    struct constant_scheme *self = (struct constant_scheme *)scheme;

    (void)err;
    self->started = true;
    scheme->taken = 0;
    self->left = self->times >= 0 ? self->times : self->scheme.num_examples;
    return true;
}

static bool constant_scheme_next(struct scheme *scheme, struct request *out)
{
    struct constant_scheme *self = (struct constant_scheme *)scheme;

    if (!self->started || (self->left <= 0 && !endless(self)))
        return false;
    *out = (struct request){ .first = REQUEST_FOLLOWS, .count = scheme->batch_size };
    if (self->times >= 0) {
        self->left--;
    } else if (!endless(self)) {
        if (out->count > self->left)
            out->count = self->left;
        self->left -= out->count;
    }
    scheme->taken++;
    return true;
}

/* All batches but the last one are equally large. */
static int64_t left_before(const struct constant_scheme *self, int64_t behind)
{
    const int64_t done = self->scheme.num_examples - self->left, size = self->scheme.batch_size;

    if (self->times >= 0)
        return self->left + behind;
    if (behind == 0 || endless(self))
        return self->left > 0 ? self->left : 0;
    return self->scheme.num_examples - ((done + size - 1) / size - behind) * size;
}

static bool constant_scheme_save(const struct scheme *scheme, int64_t behind, struct cJSON *state,
                                 struct error *err)
{
    const struct constant_scheme *self = (const struct constant_scheme *)scheme;

    (void)err;
    cJSON_AddBoolToObject(state, "started", self->started);
    cJSON_AddNumberToObject(state, "left", (double)left_before(self, behind));
    return true;
}

static bool constant_scheme_load(struct scheme *scheme, const struct cJSON *state, struct error *err)
{
    struct constant_scheme *self = (struct constant_scheme *)scheme;
    const int64_t most = self->times >= 0 ? self->times : scheme->num_examples;

    scheme->taken = 0;
    return state_boolean(state, "started", &self->started, err) &&
           state_integer(state, "left", 0, most > 0 ? most : 0, &self->left, err);
}

static void constant_scheme_free(struct scheme *scheme)
{
    free(scheme);
}

const struct scheme_type constant_scheme_type = {
    .component = {
        .name = "ConstantScheme",
        .about = "Gives batches of one size, cut from the stream's examples as they follow one another.",
        .params = params,
        .settings_size = sizeof(struct constant_scheme_settings),
    },
    .new = constant_scheme_new,
    .next_epoch = constant_scheme_next_epoch,
    .next = constant_scheme_next,
    .save = constant_scheme_save,
    .load = constant_scheme_load,
    .free = constant_scheme_free,
};
