/* engine/data/index_scheme.c -- see index_scheme.h.
 *
 * Every shuffled epoch starts from the original order and goes on with the generator where the last epoch
 * left it.  The saved state therefore is the generator as it was before the epoch, and the position: the
 * order follows from them. */
#include "engine/data/index_scheme.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/component_adopt.h"
#include "engine/base/memory.h"
#include "engine/data/random_json.h"
#include "engine/data/state.h"

struct index_scheme {
    struct scheme scheme;
    struct selection selection; /* the original order */
    int64_t piece;              /* examples per request */
    bool shuffled, sorted_indices;
    bool started;                     /* an epoch was started, perhaps finished */
    int64_t position;                 /* of the next request in the order */
    int64_t *order;                   /* this epoch's; NULL: the original one */
    struct random_state random;       /* as it is now */
    struct random_state epoch_random; /* as it was before this epoch */
};

static struct index_scheme *of(struct scheme *scheme)
{
    return (struct index_scheme *)scheme;
}

static const struct index_scheme *of_const(const struct scheme *scheme)
{
    return (const struct index_scheme *)scheme;
}

static bool read_examples(const struct component *component, const struct cJSON *json, int64_t available,
                          struct selection *out, struct error_list *errors)
{
    const struct json_path path = { .key = "examples" };
    struct error_list found = { 0 };

    selection_read_count(json, available, &path, out, &found);
    return component_adopt(errors, component, &found);
}

struct scheme *index_scheme_new(const struct component *component, int64_t examples,
                                struct error_list *errors)
{
    const struct index_scheme_settings *settings = component->settings;
    struct index_scheme *self;
    struct selection selection;

    if (!read_examples(component, settings->examples, examples, &selection, errors))
        return NULL;
    self = memory_new(1, sizeof(*self));
    self->selection = selection;
    self->sorted_indices = settings->sorted_indices;
    self->piece = settings->batch_size > 0 ? settings->batch_size : 1;
    self->scheme.requests_examples = settings->batch_size == 0;
    self->scheme.request_max = self->piece < selection.count ? self->piece : selection.count;
    self->scheme.request_min = scheme_smallest(selection.count, self->piece);
    self->scheme.indices = selection.count;
    self->scheme.batch_size = settings->batch_size > 0 ? settings->batch_size : -1;
    self->scheme.num_examples = -1;
    return &self->scheme;
}

struct scheme *index_scheme_new_shuffled(const struct component *component, int64_t examples,
                                         struct error_list *errors)
{
    const struct index_scheme_settings *settings = component->settings;
    struct scheme *scheme = index_scheme_new(component, examples, errors);

    if (!scheme)
        return NULL;
    of(scheme)->shuffled = true;
    random_seed(&of(scheme)->random, (uint32_t)settings->rng);
    return scheme;
}

static bool shuffle(struct index_scheme *self, struct error *err)
{
    const int64_t count = self->selection.count;

    if (!self->order)
        self->order = memory_try_aligned((size_t)count * sizeof(*self->order));
    if (!self->order)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for the order of %lld examples", (long long)count);
    for (int64_t i = 0; i < count; i++)
        self->order[i] = selection_at(&self->selection, i);
    random_shuffle(&self->random, self->order, (size_t)count);
    return true;
}

bool index_scheme_next_epoch(struct scheme *scheme, struct error *err)
{
    struct index_scheme *self = of(scheme);

    self->position = scheme->taken = 0;
    self->started = true;
    if (!self->shuffled)
        return true;
    self->epoch_random = self->random;
    return shuffle(self, err);
}

static void sift_down(int64_t *items, int64_t root, int64_t count)
{
    for (int64_t child; (child = 2 * root + 1) < count; root = child) {
        int64_t item = items[root];

        if (child + 1 < count && items[child] < items[child + 1])
            child++;
        if (item >= items[child])
            return;
        items[root] = items[child];
        items[child] = item;
    }
}

/* Heap sort, because qsort may allocate. */
static void sort(int64_t *items, int64_t count)
{
    for (int64_t root = count / 2 - 1; root >= 0; root--)
        sift_down(items, root, count);
    for (int64_t last = count - 1; last > 0; last--) {
        int64_t largest = items[0];

        items[0] = items[last];
        items[last] = largest;
        sift_down(items, 0, last);
    }
}

bool index_scheme_next(struct scheme *scheme, struct request *out)
{
    struct index_scheme *self = of(scheme);
    const int64_t rest = self->started ? self->selection.count - self->position : 0;

    if (rest <= 0)
        return false;
    *out = (struct request){ .count = rest < self->piece ? rest : self->piece };
    if (self->shuffled) {
        if (self->sorted_indices)
            sort(self->order + self->position, out->count);
        out->indices = self->order + self->position;
    } else if (self->selection.items) {
        out->indices = self->selection.items + self->position;
    } else {
        out->first = self->selection.first + self->position;
    }
    self->position += out->count;
    scheme->taken++;
    return true;
}

/* All pieces but the last one of an epoch are equally large. */
static int64_t position_before(const struct index_scheme *self, int64_t behind)
{
    const int64_t pieces = (self->position + self->piece - 1) / self->piece;

    return behind > 0 ? (pieces - behind) * self->piece : self->position;
}

bool index_scheme_save(const struct scheme *scheme, int64_t behind, struct cJSON *state, struct error *err)
{
    const struct index_scheme *self = of_const(scheme);

    (void)err;
    cJSON_AddNumberToObject(state, "indices", (double)self->selection.count);
    cJSON_AddBoolToObject(state, "started", self->started);
    cJSON_AddNumberToObject(state, "position", (double)position_before(self, behind));
    if (self->shuffled)
        cJSON_AddItemToObject(state, "random",
                              random_to_json(self->started ? &self->epoch_random : &self->random));
    return true;
}

bool index_scheme_load(struct scheme *scheme, const struct cJSON *state, struct error *err)
{
    struct index_scheme *self = of(scheme);
    int64_t indices, position;

    if (!state_integer(state, "indices", 0, STATE_INTEGER_MAX, &indices, err) ||
        !state_boolean(state, "started", &self->started, err))
        return false;
    if (indices != self->selection.count)
        return RAISE(err, ERROR_STATE, NULL, "the saved position is in %lld examples, the scheme has %lld",
                     (long long)indices, (long long)self->selection.count);
    if (!state_integer(state, "position", 0, indices, &position, err))
        return false;
    if (self->shuffled &&
        !random_from_json(&self->random, cJSON_GetObjectItemCaseSensitive(state, "random"), err))
        return false;
    if (self->started && !index_scheme_next_epoch(scheme, err))
        return false;
    self->position = position;
    scheme->taken = 0;
    return true;
}

void index_scheme_free(struct scheme *scheme)
{
    struct index_scheme *self = of(scheme);

    selection_fini(&self->selection);
    free(self->order);
    free(self);
}
