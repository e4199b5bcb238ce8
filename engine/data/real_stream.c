/* engine/data/real_stream.c -- see real_stream.h. */
#include "engine/data/real_stream.h"

#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/data/sourcewise.h"

static bool real_plan(const void *settings, bool examples, enum dtype real, struct source_spec *spec,
                      struct error *err)
{
    (void)settings;
    (void)examples;
    (void)err;
    spec->dtype = real;
    return true;
}

static bool real_apply(const void *settings, const struct sourcewise_input *in, const struct tensor *out,
                       struct error *err)
{
    (void)settings;
    (void)err;
    tensor_convert(&in->source->tensor, out);
    return true;
}

struct data_stream *real_stream_new(struct data_stream *inner, enum dtype real)
{
    static const struct sourcewise how = { .plan = real_plan, .apply = real_apply };
    const struct component component = { 0 }; /* nothing can be wrong with it */
    struct text_list others = { .items = memory_new(inner->source_count, sizeof(char *)), .given = true };
    struct data_stream *stream = inner;

    for (size_t i = 0; i < inner->source_count; i++)
        if (dtype_is_real(inner->sources[i].dtype) && inner->sources[i].dtype != real)
            others.items[others.count++] = inner->sources[i].name;
    if (others.count > 0)
        stream = sourcewise_new(&how, &component, &others, 0, inner, real, NULL);
    free(others.items);
    return stream;
}
