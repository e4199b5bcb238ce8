/* engine/definition/plan_batches.c -- warnings about monitored values that are shaped by the batch, where one
 * batch of an epoch is smaller than the others.
 *
 * Blocks adds such values up, or compares them, until the smaller batch comes, and fails then; so does a job
 * here. */
#include <inttypes.h>
#include <stdio.h>

#include "engine/definition/plan_parts.h"
#include "engine/extensions/dataset_evaluator.h"
#include "engine/extensions/extensions.h"

/* The sizes of a stream's batches, as far as they are known. */
struct sizes {
    int64_t largest, smallest;
};

static bool differ(const struct data_stream *stream, struct sizes *out)
{
    if (stream->produces_examples || stream->source_count == 0)
        return false;
    *out = (struct sizes){ stream->sources[0].shape.dims[0], stream->examples_min };
    return out->smallest > 0 && out->smallest < out->largest;
}

/* Then no value meets that of another batch. */
static bool writes_every_batch(const struct extension *extension)
{
    for (size_t i = 0; i < extension->conditions.count; i++) {
        const struct condition *condition = &extension->conditions.items[i];
        const struct predicate *predicate = &condition->predicate;

        if (condition->callback == AFTER_BATCH && !extension->type->silent(extension, condition) &&
            (predicate->kind == PREDICATE_ALWAYS ||
             (predicate->kind == PREDICATE_EVERY && !predicate->epochs && predicate->integer == 1)))
            return true;
    }
    return false;
}

static bool ends_before(const struct schedule *schedule)
{
    return schedule->batches >= 0 && schedule->batches < schedule->batches_per_epoch;
}

/* The stream over whose batches the extension aggregates; NULL: no two batches meet. */
static const struct data_stream *stream_of(const struct schedule *schedule, const struct extension *extension)
{
    if (extension->type == &data_stream_monitoring_type)
        return ((const struct dataset_evaluator *)extension->state)->stream;
    return writes_every_batch(extension) || ends_before(schedule) ? NULL : schedule->stream;
}

static bool meets_others(const struct monitored *item)
{
    return !item->quantity && !item->at_the_end && item->aggregator.aggregation != AGGREGATE_TAKE_LAST;
}

static void judge(const struct extension *extension, const struct monitoring *monitoring, size_t index,
                  const struct sizes *sizes, struct warnings *warnings)
{
    const struct monitored *item = &monitoring->items[index];
    const struct node *node = monitoring->nodes[item->node];
    char large_text[SHAPE_TEXT_BYTES], small_text[SHAPE_TEXT_BYTES], member[32];
    struct shape large, small;
    struct error err;

    if (!node_shape_of_batch(node, sizes->largest, &large, &err) ||
        !node_shape_of_batch(node, sizes->smallest, &small, &err) || shape_equal(&large, &small))
        return;
    WARN(warnings, "smaller_batch", extension,
         "\"%.60s\" has shape %s in batches of %" PRId64 " examples and %s in one of %" PRId64
         ": their aggregation will fail",
         item->record, shape_text(&large, large_text), sizes->largest, shape_text(&small, small_text),
         sizes->smallest);
    snprintf(member, sizeof member, "variables/%zu", index);
    warnings_place(warnings, member);
    error_list_hint(&warnings->list, "Reduce it to a number, as mean(...) does, or let the iteration scheme "
                                     "take a multiple of its batch_size.");
}

void warn_of_smaller_batches(const struct schedule *schedule, struct warnings *warnings)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct extension *extension = schedule->acting[i];
        const struct data_stream *stream;
        const struct monitoring *monitoring;
        struct sizes sizes;
        bool training;

        if (!extension->type->monitoring)
            continue;
        stream = stream_of(schedule, extension);
        if (!stream || !differ(stream, &sizes))
            continue;
        monitoring = extension->type->monitoring(extension, &training);
        for (size_t k = 0; k < monitoring->count; k++)
            if (meets_others(&monitoring->items[k]))
                judge(extension, monitoring, k, &sizes, warnings);
    }
}
