/* engine/data/concatenated_scheme.c -- several schemes, one after the other. */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/data/schemes.h"
#include "engine/data/state.h"

enum { PARTS_MAX = 64 };

struct concatenated_scheme_settings {
    struct component_list schemes;
};

static const struct param params[] = {
    PARAM(concatenated_scheme_settings, schemes, COMPONENTS, .required = true, .family = &scheme_family,
          .count_min = 1, .count_max = PARTS_MAX,
          .about = "The schemes in their order; all give batches, or all give single examples."),
    PARAM_END,
};

struct concatenated_scheme {
    struct scheme scheme;
    struct scheme **parts;
    size_t count, current;
};

static void concatenated_scheme_free(struct scheme *scheme)
{
    struct concatenated_scheme *self = (struct concatenated_scheme *)scheme;

    for (size_t i = 0; i < self->count; i++)
        scheme_free(self->parts[i]);
    free(self->parts);
    free(self);
}

/* All of one kind; and the largest and the smallest request of any. */
static bool join(struct concatenated_scheme *self, const struct component *component,
                 struct error_list *errors)
{
    self->scheme.requests_examples = self->parts[0]->requests_examples;
    self->scheme.request_min = self->parts[0]->request_min;
    for (size_t i = 0; i < self->count; i++) {
        if (self->parts[i]->requests_examples != self->scheme.requests_examples)
            return REPORT_AT(errors, ERROR_CONFLICT, component, "schemes",
                             "all schemes must give batches, or all must give examples");
        if (self->parts[i]->request_max > self->scheme.request_max)
            self->scheme.request_max = self->parts[i]->request_max;
        if (self->parts[i]->request_min < self->scheme.request_min)
            self->scheme.request_min = self->parts[i]->request_min;
    }
    return true;
}

static struct scheme *concatenated_scheme_new(const struct component *component, int64_t examples,
                                              struct error_list *errors)
{
    const struct concatenated_scheme_settings *settings = component->settings;
    struct concatenated_scheme *self = memory_new(1, sizeof(*self));
    bool good = settings->schemes.count > 0; /* none are left: reported already */

    self->count = settings->schemes.count;
    self->parts = memory_new(self->count, sizeof(*self->parts));
    self->scheme.indices = self->scheme.batch_size = self->scheme.num_examples = -1;
    for (size_t i = 0; i < self->count; i++) {
        self->parts[i] = scheme_new(settings->schemes.items[i], examples, errors);
        good &= self->parts[i] != NULL;
    }
    if (good && join(self, component, errors))
        return &self->scheme;
    concatenated_scheme_free(&self->scheme);
    return NULL;
}

static bool concatenated_scheme_next_epoch(struct scheme *scheme, struct error *err)
{
    struct concatenated_scheme *self = (struct concatenated_scheme *)scheme;

    self->current = 0;
    scheme->taken = 0;
    for (size_t i = 0; i < self->count; i++)
        if (!self->parts[i]->type->next_epoch(self->parts[i], err))
            return false;
    return true;
}

static bool concatenated_scheme_next(struct scheme *scheme, struct request *out)
{
    struct concatenated_scheme *self = (struct concatenated_scheme *)scheme;

    for (; self->current < self->count; self->current++) {
        if (self->parts[self->current]->type->next(self->parts[self->current], out)) {
            scheme->taken++;
            return true;
        }
    }
    self->current = self->count - 1; /* there it says again that nothing is left */
    return false;
}

/* How far each part has to go back so that all together go back by `behind`: the last ones first.  Gives back
 * the part that is current then. */
static size_t go_back(const struct concatenated_scheme *self, int64_t behind, int64_t out_steps[PARTS_MAX])
{
    size_t current = self->current;

    for (size_t i = self->count; i-- > 0;) {
        const int64_t taken = self->parts[i]->taken;

        out_steps[i] = behind < taken ? behind : taken;
        behind -= out_steps[i];
        if (i > 0 && i == current && out_steps[i] > 0 && out_steps[i] == taken)
            current--; /* the first request of a part is taken when the part before has no more */
    }
    return current;
}

static bool concatenated_scheme_save(const struct scheme *scheme, int64_t behind, struct cJSON *state,
                                     struct error *err)
{
    const struct concatenated_scheme *self = (const struct concatenated_scheme *)scheme;
    cJSON *parts = cJSON_AddArrayToObject(state, "schemes");
    int64_t steps[PARTS_MAX];

    cJSON_AddNumberToObject(state, "current", (double)go_back(self, behind, steps));
    for (size_t i = 0; i < self->count; i++) {
        cJSON *part = cJSON_CreateObject();

        cJSON_AddItemToArray(parts, part);
        if (!self->parts[i]->type->save(self->parts[i], steps[i], part, err))
            return false;
    }
    return true;
}

static bool concatenated_scheme_load(struct scheme *scheme, const struct cJSON *state, struct error *err)
{
    struct concatenated_scheme *self = (struct concatenated_scheme *)scheme;
    const cJSON *parts = cJSON_GetObjectItemCaseSensitive(state, "schemes"), *part;
    int64_t current;
    size_t i = 0;

    if (!cJSON_IsArray(parts) || (size_t)cJSON_GetArraySize(parts) != self->count)
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved state is not one of %zu schemes", self->count);
    if (!state_integer(state, "current", 0, (int64_t)self->count, &current, err))
        return false;
    cJSON_ArrayForEach(part, parts)
    {
        if (!self->parts[i]->type->load(self->parts[i], part, err))
            return false;
        i++;
    }
    self->current = (size_t)current;
    scheme->taken = 0;
    return true;
}

const struct scheme_type concatenated_scheme_type = {
    .component = {
        .name = "ConcatenatedScheme",
        .about = "Runs several schemes one after the other in each epoch.",
        .params = params,
        .settings_size = sizeof(struct concatenated_scheme_settings),
    },
    .new = concatenated_scheme_new,
    .next_epoch = concatenated_scheme_next_epoch,
    .next = concatenated_scheme_next,
    .save = concatenated_scheme_save,
    .load = concatenated_scheme_load,
    .free = concatenated_scheme_free,
};
