/* engine/data/replay.c -- see replay.h. */
#include "engine/data/replay.h"

#include <cjson/cJSON.h>

#include "engine/data/dataset.h"
#include "engine/data/state.h"

void replay_fini(struct replay *replay)
{
    cJSON_Delete(replay->before);
    data_stream_free(replay->inner);
}

enum stream_result replay_next_epoch(struct replay *replay, struct error *err)
{
    struct data_stream *inner = replay->inner;
    cJSON *before = cJSON_CreateObject();

    if (!inner->type->save(inner, 0, before, err)) {
        cJSON_Delete(before);
        return STREAM_FAILED;
    }
    cJSON_Delete(replay->before);
    replay->before = before;
    replay->fetched = 0;
    return inner->type->next_epoch(inner, err);
}

enum stream_result replay_fetch(struct replay *replay, struct batch *out, struct error *err)
{
    const enum stream_result result = replay->inner->type->next_batch(replay->inner, out, err);

    if (result == STREAM_OK)
        replay->fetched++;
    return result;
}

bool replay_save(const struct replay *replay, struct cJSON *state, struct error *err)
{
    const struct data_stream *inner = replay->inner;

    cJSON_AddBoolToObject(state, "started", replay->before != NULL);
    cJSON_AddNumberToObject(state, "fetched", (double)replay->fetched);
    if (!replay->before)
        return inner->type->save(inner, 0, cJSON_AddObjectToObject(state, "data_stream"), err);
    cJSON_AddItemToObject(state, "data_stream", cJSON_Duplicate(replay->before, true));
    return true;
}

bool replay_load(struct replay *replay, const struct cJSON *state, bool *out_started, int64_t *out_fetched,
                 struct error *err)
{
    const cJSON *inner = state_object(state, "data_stream", err);

    return inner && state_boolean(state, "started", out_started, err) &&
           state_integer(state, "fetched", 0, DATASET_EXAMPLES_MAX, out_fetched, err) &&
           replay->inner->type->load(replay->inner, inner, err);
}
