/* engine/data/scheme.c -- see scheme.h. */
#include "engine/data/scheme.h"

#include "engine/data/stream.h"

struct scheme *scheme_new(const struct component *component, int64_t examples, struct error_list *errors)
{
    const struct scheme_type *type = (const struct scheme_type *)component->type;
    struct scheme *scheme = type->new (component, examples, errors);

    if (scheme)
        scheme->type = type;
    return scheme;
}

void scheme_free(struct scheme *scheme)
{
    if (scheme)
        scheme->type->free(scheme);
}

int64_t scheme_smallest(int64_t examples, int64_t piece)
{
    const int64_t rest = examples % piece;

    return rest > 0 ? rest : piece;
}

int64_t scheme_requests_per_epoch(const struct scheme *scheme)
{
    const int64_t examples = scheme->indices >= 0 ? scheme->indices : scheme->num_examples;

    if (scheme->indices >= 0 && scheme->batch_size < 0)
        return scheme->indices;
    if (scheme->batch_size < 0)
        return BATCHES_UNKNOWN;
    if (examples < 0)
        return BATCHES_UNCOUNTED;
    return examples / scheme->batch_size + (examples % scheme->batch_size > 0);
}
