/* engine/training/aggregator.c -- see aggregator.h. */
#include "engine/training/aggregator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

void aggregator_init(struct aggregator *aggregator, enum aggregation aggregation,
                     const struct tensor *planned)
{
    *aggregator = (struct aggregator){ .aggregation = aggregation,
                                       .whole = !dtype_is_real(planned->dtype),
                                       .shape = planned->shape };
    if (aggregation == AGGREGATE_MEAN || aggregation == AGGREGATE_PERPLEXITY)
        aggregator->whole = false;
}

void aggregator_fini(struct aggregator *aggregator)
{
    free(aggregator->elements);
    *aggregator = (struct aggregator){ 0 };
}

void aggregator_reset(struct aggregator *aggregator)
{
    aggregator->batches = 0;
    aggregator->denominator = 0;
    aggregator->single = 0;
    for (size_t i = 0; i < aggregator->count; i++)
        aggregator->elements[i] = 0;
}

static double *room_for(struct aggregator *aggregator, size_t count)
{
    if (aggregator->count + count > aggregator->capacity) {
        aggregator->capacity = (aggregator->count + count) * 2;
        aggregator->elements =
            memory_grow(aggregator->elements, aggregator->capacity, sizeof *aggregator->elements);
    }
    return aggregator->elements + aggregator->count;
}

static double combined(enum aggregation aggregation, double so_far, double now)
{
    switch (aggregation) {
    case AGGREGATE_MEAN:
    case AGGREGATE_PERPLEXITY:
        return so_far + now;
    case AGGREGATE_MINIMUM: /* NaN stays, whichever of the two it is. */
        return isnan(so_far) || so_far <= now ? so_far : now;
    case AGGREGATE_MAXIMUM:
        return isnan(so_far) || so_far >= now ? so_far : now;
    case AGGREGATE_TAKE_LAST:
    case AGGREGATE_CONCATENATE:
        return now;
    }
    return now;
}

static void add_elements(struct aggregator *aggregator, const struct tensor *value, bool first)
{
    size_t count = (size_t)tensor_elements(value);
    double *elements;

    if (aggregator->aggregation != AGGREGATE_CONCATENATE || aggregator->batches == 1)
        aggregator->count = 0;
    elements = room_for(aggregator, count);
    aggregator->count += count;
    for (size_t i = 0; i < count; i++) {
        double now = tensor_read(value, (int64_t)i);

        elements[i] = first ? now : combined(aggregator->aggregation, elements[i], now);
    }
}

bool aggregator_add(struct aggregator *aggregator, const struct tensor *value, double denominator,
                    struct error *err)
{
    bool first = aggregator->batches == 0;
    bool replaces = aggregator->aggregation == AGGREGATE_TAKE_LAST;
    char was[SHAPE_TEXT_BYTES], is[SHAPE_TEXT_BYTES];

    if (!first && !replaces && !shape_equal(&aggregator->shape, &value->shape)) {
        RAISE(err, ERROR_SHAPE, NULL, "a value of shape %s cannot be aggregated with one of shape %s",
              shape_text(&value->shape, is), shape_text(&aggregator->shape, was));
        return error_hint(err, "Reduce it to a number, as mean(...) does, or let all batches have one size.");
    }
    if (first || replaces)
        aggregator->shape = value->shape;
    aggregator->kept = ++aggregator->batches;
    aggregator->denominator += denominator;
    if (value->shape.rank > 0 || aggregator->aggregation == AGGREGATE_CONCATENATE) {
        add_elements(aggregator, value, first || replaces);
        return true;
    }
    aggregator->single = first ? tensor_read(value, 0)
                               : combined(aggregator->aggregation, aggregator->single, tensor_read(value, 0));
    return true;
}

static struct value number(double real, bool whole)
{
    return whole ? value_integer((int64_t)real) : value_real(real);
}

static double finished(const struct aggregator *aggregator, double kept)
{
    if (aggregator->aggregation == AGGREGATE_MEAN)
        return kept / aggregator->denominator;
    if (aggregator->aggregation == AGGREGATE_PERPLEXITY)
        return exp(-(kept / aggregator->denominator));
    return kept;
}

/* Nested lists for the axes from `axis` on; `next` walks through the elements. */
static struct value lists(const struct aggregator *aggregator, const struct shape *shape, int axis,
                          size_t *next)
{
    struct value list;

    if (axis == shape->rank)
        return number(finished(aggregator, aggregator->elements[(*next)++]), aggregator->whole);
    list = value_list();
    for (int64_t i = 0; i < shape->dims[axis]; i++)
        value_append(&list, lists(aggregator, shape, axis + 1, next));
    return list;
}

struct value aggregator_value(const struct aggregator *aggregator)
{
    struct shape shape = aggregator->shape;
    size_t next = 0;

    if (aggregator->aggregation == AGGREGATE_CONCATENATE) {
        if (shape.rank == TENSOR_RANK_MAX)
            shape.rank--;
        memmove(shape.dims + 1, shape.dims, (size_t)shape.rank * sizeof *shape.dims);
        shape.dims[0] = aggregator->kept;
        shape.rank++;
    } else if (shape.rank == 0) {
        return number(finished(aggregator, aggregator->single), aggregator->whole);
    } else if (aggregator->kept == 0) {
        return value_list();
    }
    return lists(aggregator, &shape, 0, &next);
}

struct value tensor_value(const struct tensor *tensor)
{
    struct aggregator last;
    struct value value;
    struct error never;

    aggregator_init(&last, AGGREGATE_TAKE_LAST, tensor);
    aggregator_add(&last, tensor, 1, &never);
    value = aggregator_value(&last);
    aggregator_fini(&last);
    return value;
}
