/* engine/data/stream.c -- see stream.h. */
#include "engine/data/stream.h"

#include <string.h>

const struct source_spec *data_stream_source(const struct data_stream *stream, const char *name)
{
    for (size_t i = 0; i < stream->source_count; i++)
        if (strcmp(stream->sources[i].name, name) == 0)
            return &stream->sources[i];
    return NULL;
}

void data_stream_free(struct data_stream *stream)
{
    if (stream)
        stream->type->free(stream);
}

void data_stream_use_team(struct data_stream *stream, struct team *team)
{
    if (stream && stream->type->use_team)
        stream->type->use_team(stream, team);
}
