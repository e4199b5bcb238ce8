/* engine/checkpoint/load.c -- opens a checkpoint and loads its parts; see load.h. */
#include "engine/checkpoint/load.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/checkpoint/load_members.h"
#include "engine/checkpoint/main_loop_members.h"
#include "engine/checkpoint/manifest.h"
#include "engine/checkpoint/saved_parameters.h"

cJSON *checkpoint_member(const struct archive_reader *reader, const char *name, struct error *err)
{
    const struct archive_member *member = archive_reader_find(reader, name);
    cJSON *json;

    if (!member) {
        RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint has no member \"%s\"", name);
        return NULL;
    }
    json = cJSON_ParseWithLength(member->bytes, member->length);
    if (!json)
        RAISE(err, ERROR_CORRUPT, NULL, "the member \"%s\" of the checkpoint is not JSON", name);
    return json;
}

struct checkpoint *checkpoint_open(const char *file, struct error *err)
{
    struct checkpoint *checkpoint = memory_new(1, sizeof(*checkpoint));

    checkpoint->reader = archive_reader_open(file, err);
    if (!checkpoint->reader)
        goto failed;
    if (archive_reader_find(checkpoint->reader, MANIFEST_MEMBER)) {
        checkpoint->manifest = checkpoint_member(checkpoint->reader, MANIFEST_MEMBER, err);
        if (!checkpoint->manifest || !manifest_check(checkpoint->manifest, checkpoint->reader, err))
            goto failed;
    }
    return checkpoint;
failed:
    checkpoint_close(checkpoint);
    return NULL;
}

void checkpoint_close(struct checkpoint *checkpoint)
{
    if (!checkpoint)
        return;
    cJSON_Delete(checkpoint->manifest);
    archive_reader_close(checkpoint->reader);
    free(checkpoint);
}

bool checkpoint_has_main_loop(const struct checkpoint *checkpoint)
{
    return checkpoint->manifest;
}

bool checkpoint_load_parameters(const struct checkpoint *checkpoint, struct variables *model, bool strict,
                                struct error *err)
{
    const struct archive_member *member = archive_reader_find(checkpoint->reader, "_parameters");
    struct saved_parameters saved = { 0 };
    bool loaded;

    if (!member)
        return RAISE(err, ERROR_NOT_FOUND, NULL, "the checkpoint holds no parameters");
    loaded = saved_parameters_read(&saved, member->bytes, member->length, err) &&
             saved_parameters_fit(&saved, model, strict, err);
    if (loaded)
        saved_parameters_apply(&saved, model);
    saved_parameters_fini(&saved);
    return loaded;
}

bool checkpoint_load_log(const struct checkpoint *checkpoint, struct log *log, bool fresh, struct error *err)
{
    cJSON *rows = checkpoint_member(checkpoint->reader, LOG_MEMBER, err), *status = NULL;
    bool loaded = false;

    if (rows)
        status = checkpoint_member(checkpoint->reader, STATUS_MEMBER, err);
    if (status)
        loaded = log_load(log, rows, status, fresh, err);
    cJSON_Delete(rows);
    cJSON_Delete(status);
    return loaded;
}

bool checkpoint_load_position(const cJSON *positions, const char *name, struct data_stream *stream,
                              struct error *err)
{
    const cJSON *position = cJSON_GetObjectItemCaseSensitive(positions, name);

    if (!cJSON_IsObject(position))
        return RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint lacks the position of a data stream");
    return stream->type->load(stream, position, err);
}

bool checkpoint_load_stream(const struct checkpoint *checkpoint, struct data_stream *stream,
                            struct error *err)
{
    cJSON *positions = checkpoint_member(checkpoint->reader, STREAM_MEMBER, err);
    bool loaded = positions && checkpoint_load_position(positions, "training", stream, err);

    cJSON_Delete(positions);
    return loaded;
}
