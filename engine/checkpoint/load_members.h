/* engine/checkpoint/load_members.h -- an open checkpoint, member by member; for load*.c only. */
#ifndef ENGINE_CHECKPOINT_LOAD_MEMBERS_H
#define ENGINE_CHECKPOINT_LOAD_MEMBERS_H

#include "engine/checkpoint/archive_reader.h"
#include "engine/checkpoint/load.h"

struct cJSON;

struct checkpoint {
    struct archive_reader *reader;
    struct cJSON *manifest; /* NULL: without a main loop, or written by Blocks */
};

/* A member as JSON, for the caller to delete; NULL with ERROR_CORRUPT when it is not there or is no JSON. */
struct cJSON *checkpoint_member(const struct archive_reader *reader, const char *name, struct error *err);

/* Moves `stream` to what `positions` holds under `name`.  ERROR_CORRUPT: there is nothing. */
bool checkpoint_load_position(const struct cJSON *positions, const char *name, struct data_stream *stream,
                              struct error *err);

#endif
