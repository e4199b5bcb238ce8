/* engine/training/aggregator_state.c -- aggregators in checkpoints; see aggregator.h. */
#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/training/aggregator.h"
#include "engine/training/value_json.h"

/* [batches, kept, denominator, single, [dims], [elements]] */
void aggregator_save(const struct aggregator *aggregator, struct text *out_json)
{
    struct value list = value_list(), dims = value_list(), elements = value_list();

    for (int i = 0; i < aggregator->shape.rank; i++)
        value_append(&dims, value_integer(aggregator->shape.dims[i]));
    for (size_t i = 0; i < aggregator->count; i++)
        value_append(&elements, value_real(aggregator->elements[i]));
    value_append(&list, value_integer(aggregator->batches));
    value_append(&list, value_integer(aggregator->kept));
    value_append(&list, value_real(aggregator->denominator));
    value_append(&list, value_real(aggregator->single));
    value_append(&list, dims);
    value_append(&list, elements);
    value_save(&list, out_json);
    value_fini(&list);
}

static bool dims_load(struct shape *shape, const struct value *dims)
{
    if (dims->list.count > TENSOR_RANK_MAX)
        return false;
    shape->rank = (int)dims->list.count;
    for (int i = 0; i < shape->rank; i++) {
        if (dims->list.items[i].kind != VALUE_INTEGER || dims->list.items[i].integer < 0)
            return false;
        shape->dims[i] = dims->list.items[i].integer;
    }
    return true;
}

/* Scalars keep no elements unless they are concatenated; everything else keeps them all. */
static bool count_fits(const struct aggregator *aggregator, size_t count)
{
    int64_t each;

    if (aggregator->kept == 0)
        return count == 0;
    if (!shape_count(&aggregator->shape, &each))
        return false;
    if (aggregator->aggregation == AGGREGATE_CONCATENATE)
        return each == 0 ? count == 0
                         : count % (size_t)each == 0 && count / (size_t)each == (size_t)aggregator->kept;
    return count == (aggregator->shape.rank == 0 ? 0 : (size_t)each);
}

static bool apply(struct aggregator *aggregator, const struct value *saved)
{
    static const enum value_kind kinds[] = { VALUE_INTEGER, VALUE_INTEGER, VALUE_REAL,
                                             VALUE_REAL,    VALUE_LIST,    VALUE_LIST };
    struct aggregator loaded = { .aggregation = aggregator->aggregation, .whole = aggregator->whole };
    const struct value *items = saved->list.items;

    if (saved->kind != VALUE_LIST || saved->list.count != COUNT(kinds))
        return false;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (items[i].kind != kinds[i])
            return false;
    loaded.batches = items[0].integer;
    loaded.kept = items[1].integer;
    loaded.denominator = items[2].real;
    loaded.single = items[3].real;
    loaded.count = loaded.capacity = items[5].list.count;
    if (loaded.batches < 0 || loaded.kept < loaded.batches || !dims_load(&loaded.shape, &items[4]) ||
        !count_fits(&loaded, loaded.count))
        return false;
    for (size_t i = 0; i < loaded.count; i++)
        if (items[5].list.items[i].kind != VALUE_REAL)
            return false;
    loaded.elements = memory_new(loaded.count + 1, sizeof *loaded.elements);
    for (size_t i = 0; i < loaded.count; i++)
        loaded.elements[i] = items[5].list.items[i].real;
    aggregator_fini(aggregator);
    *aggregator = loaded;
    return true;
}

bool aggregator_load(struct aggregator *aggregator, const struct cJSON *saved, struct error *err)
{
    struct value value;
    bool applied;

    if (!value_load(saved, &value, err))
        return false;
    applied = apply(aggregator, &value);
    value_fini(&value);
    return applied || RAISE(err, ERROR_CORRUPT, NULL, "a saved aggregate is not readable");
}
