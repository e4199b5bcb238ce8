/* engine/data/filter.c -- only the examples that a user's function wants, as Fuel's Filter.
 *
 * The predicate is a Lua function of one table: the sources by name, numbers as numbers, arrays as lists of
 * lists.  Behind an example scheme or Unpack it sees single examples, else whole batches. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/base/value.h"
#include "engine/data/dataset.h"
#include "engine/data/source_choice.h"
#include "engine/data/transformers.h"
#include "engine/data/wrapping_stream.h"

struct filter {
    const char *predicate;
    struct text_list which_sources;
};

static const struct param params[] = {
    PARAM(filter, predicate, FUNCTION, .required = true,
          .about = "Whether to keep an example: function(example) return example.targets[1] < 5 end."),
    PARAM(filter, which_sources, TEXTS, .nullable = true, .count_max = DATASET_SOURCES_MAX,
          .about = "The sources that the predicate sees; by default all of the stream."),
    PARAM_END,
};

struct filter_stream {
    struct wrapping_stream wrapping;
    const struct data_functions *functions;
    void *predicate;
    bool *chosen;
};

static const struct data_stream_type filter_stream_type;

/* ---- what the predicate sees ---- */

static struct value number_of(const struct tensor *tensor, int64_t index)
{
    const double number = tensor_read(tensor, index);

    if (tensor->dtype == DTYPE_BOOL)
        return value_boolean(number != 0);
    return dtype_is_real(tensor->dtype) ? value_real(number) : value_integer((int64_t)number);
}

/* The part of an array from axis `axis` on; *at is the element that comes next. */
static struct value array_of(const struct tensor *tensor, int axis, int64_t *at)
{
    struct value list;

    if (axis == tensor->shape.rank)
        return number_of(tensor, (*at)++);
    list = value_list();
    for (int64_t i = 0; i < tensor->shape.dims[axis]; i++)
        value_append(&list, array_of(tensor, axis + 1, at));
    return list;
}

static struct value source_of(const struct batch_source *source, int64_t examples)
{
    struct value list;
    int64_t at = 0;

    if (!source->ragged)
        return array_of(&source->tensor, 0, &at);
    list = value_list();
    for (int64_t i = 0; i < examples; i++) {
        at = 0;
        value_append(&list, array_of(&source->ragged[i], 0, &at));
    }
    return list;
}

static bool is_wanted(const struct filter_stream *self, const struct batch *batch, bool *out,
                      struct error *err)
{
    struct value example = value_table();
    bool good;

    for (size_t i = 0; i < batch->source_count; i++)
        if (self->chosen[i])
            value_add(&example, batch->sources[i].name, source_of(&batch->sources[i], batch->examples));
    good = self->functions->truth(self->predicate, &example, out, err);
    value_fini(&example);
    return good;
}

/* ---- the stream ---- */

static enum stream_result filter_next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct filter_stream *self = (struct filter_stream *)stream;
    struct data_stream *inner = self->wrapping.inner;
    enum stream_result result = STREAM_OK;
    bool wanted = false;

    while (result == STREAM_OK && !wanted) {
        result = inner->type->next_batch(inner, out, err);
        if (result == STREAM_OK && !is_wanted(self, out, &wanted, err))
            result = STREAM_FAILED;
    }
    return result;
}

static int64_t filter_batches_per_epoch(const struct data_stream *stream)
{
    (void)stream;
    return BATCHES_UNKNOWN;
}

static void filter_free(struct data_stream *stream)
{
    struct filter_stream *self = (struct filter_stream *)stream;

    if (self->predicate)
        self->functions->close(self->predicate);
    free(self->chosen);
    data_stream_free(self->wrapping.inner);
    free(self);
}

static const struct data_stream_type filter_stream_type = {
    .name = "Filter",
    .next_epoch = wrapping_next_epoch,
    .next_batch = filter_next_batch,
    .batches_per_epoch = filter_batches_per_epoch,
    .save = wrapping_save,
    .load = wrapping_load,
    .free = filter_free,
};

/* NULL with the error reported. */
static void *open_predicate(const struct component *component, const struct data_functions *functions,
                            struct error_list *errors)
{
    const char *source = ((const struct filter *)component->settings)->predicate;
    struct error err = { 0 };
    char pointer[256];
    void *predicate;

    if (!functions) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, component, "predicate", "there are no functions here");
        return NULL;
    }
    snprintf(pointer, sizeof(pointer), "%s/predicate", component->pointer);
    predicate = functions->open(functions->context, source, pointer, &err);
    if (!predicate)
        REPORT_AT(errors, err.code, component, "predicate", "%s", err.message);
    return predicate;
}

static struct data_stream *filter_new(const struct component *component, struct data_stream *inner,
                                      const struct transforming *with, struct error_list *errors)
{
    const struct filter *settings = component->settings;
    struct filter_stream *self;
    bool good;

    if (!settings->predicate) /* reported already */
        return NULL;
    self = memory_new(1, sizeof(*self));
    *self = (struct filter_stream){
        .wrapping = { .stream = { .type = &filter_stream_type,
                                  .sources = inner->sources,
                                  .source_count = inner->source_count,
                                  .produces_examples = inner->produces_examples },
                      .inner = inner },
        .functions = with->functions,
        .chosen = memory_new(inner->source_count, sizeof(*self->chosen)),
    };
    good = sources_choose(inner, component, "which_sources", &settings->which_sources, self->chosen, errors);
    self->predicate = open_predicate(component, with->functions, errors);
    if (good && self->predicate)
        return &self->wrapping.stream;
    self->wrapping.inner = NULL;
    data_stream_free(&self->wrapping.stream);
    return NULL;
}

const struct transformer_type filter_type = {
    .component = {
        .name = "Filter",
        .about = "Leaves out the examples, or batches, that a function does not want.",
        .params = params,
        .settings_size = sizeof(struct filter),
    },
    .new = filter_new,
    .forgets = true,
};
