/* engine/data/dataset_stream.c -- see dataset_stream.h. */
#include "engine/data/dataset_stream.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/data/batch_room.h"
#include "engine/data/dataset_lane.h"
#include "engine/data/state.h"

struct dataset_stream {
    struct data_stream stream;
    struct dataset *dataset;
    struct selection selection;
    struct scheme *scheme;
    struct source_spec *specs;
    struct batch_source *batch;
    struct dataset_lane *lanes;
    int64_t *rows;          /* of the batch, in the dataset; NULL until the first epoch */
    bool copies;            /* numbers of rows are needed even of consecutive ones */
    struct array *replaced; /* what is delivered instead of the dataset; NULL: the dataset */
    struct request asked;   /* count 0: the scheme decides */
    int64_t follows;        /* the example after the last one taken by a REQUEST_FOLLOWS of this epoch */
    int64_t follows_before[STREAM_BEHIND_MAX + 1]; /* each of the last batches */
    int64_t batches;
};

static const struct data_stream_type dataset_stream_type;

static struct dataset_stream *of(struct data_stream *stream)
{
    return (struct dataset_stream *)stream;
}

static void plan_lane(struct dataset_stream *self, size_t index, const struct source *source)
{
    const struct tensor *stored = &source->array.tensor;
    struct source_spec *spec = &self->specs[index];

    *spec = (struct source_spec){
        .name = source->name, .dtype = stored->dtype, .shape = source->shape, .ragged = source->offsets
    };
    if (self->stream.produces_examples) {
        spec->shape.rank--;
        for (int axis = 0; axis < spec->shape.rank; axis++)
            spec->shape.dims[axis] = source->shape.dims[axis + 1];
    } else {
        spec->shape.dims[0] = self->scheme->request_max;
    }
    dataset_lane_init(&self->lanes[index], source, self->dataset->on_disk);
    self->batch[index].name = source->name;
}

struct data_stream *dataset_stream_new(const struct dataset_stream_options *options)
{
    struct dataset_stream *self = memory_new(1, sizeof(*self));

    self->dataset = dataset_ref(options->dataset);
    self->selection = options->selection;
    self->scheme = options->scheme;
    self->specs = memory_new(options->source_count, sizeof(*self->specs));
    self->batch = memory_new(options->source_count, sizeof(*self->batch));
    self->lanes = memory_new(options->source_count, sizeof(*self->lanes));
    self->stream = (struct data_stream){
        .type = &dataset_stream_type,
        .sources = self->specs,
        .source_count = options->source_count,
        .examples_min = options->scheme->request_min,
        .produces_examples = options->scheme->requests_examples,
        .remembers = true,
        .is_slow = options->dataset->on_disk,
    };
    self->stream.rowwise = true;
    for (size_t i = 0; i < options->source_count; i++) {
        plan_lane(self, i, options->sources[i]);
        self->stream.rowwise = self->stream.rowwise && !options->sources[i]->offsets;
        self->copies = self->copies || !self->lanes[i].aligned || options->sources[i]->offsets;
    }
    return &self->stream;
}

/* Takes all memory that batches need. */
static bool prepare(struct dataset_stream *self, struct error *err)
{
    const int64_t rows = self->scheme->request_max;
    bool good = true;

    if (self->rows)
        return true;
    for (size_t i = 0; i < self->stream.source_count; i++)
        if (!self->lanes[i].stored->data && !self->lanes[i].reader)
            return RAISE(err, ERROR_INTERNAL, NULL, "a planned dataset cannot be read");
    for (size_t i = 0; i < self->stream.source_count; i++)
        good = dataset_lane_make_room(&self->lanes[i], rows) && good;
    self->rows = good ? row_room(rows, sizeof(*self->rows)) : NULL;
    if (!self->rows)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for batches of %lld examples", (long long)rows);
    return true;
}

static enum stream_result dataset_stream_next_epoch(struct data_stream *stream, struct error *err)
{
    struct dataset_stream *self = of(stream);

    self->follows = 0;
    if (!prepare(self, err) || !self->scheme->type->next_epoch(self->scheme, err))
        return STREAM_FAILED;
    return STREAM_OK;
}

/* Puts a number to "those that follow"; false when none are left. */
static bool resolve(struct dataset_stream *self, struct request *request)
{
    const int64_t rest = self->selection.count - self->follows;

    if (request->indices || request->first != REQUEST_FOLLOWS)
        return true;
    request->first = self->follows;
    request->count = request->count < rest ? request->count : rest;
    self->follows += request->count;
    return request->count > 0;
}

/* The rows of a request: `first` of consecutive ones in the dataset, or -1. */
static bool deliver(struct dataset_stream *self, size_t index, int64_t first, int64_t count,
                    struct error *err)
{
    struct dataset_lane *lane = &self->lanes[index];
    struct batch_source *out = &self->batch[index];
    const struct tensor *views = NULL;

    if (lane->source->offsets)
        views = dataset_lane_views(lane, self->rows, count);
    if (views && self->stream.produces_examples) {
        out->tensor = views[0];
        return true;
    }
    out->tensor = (struct tensor){ .dtype = lane->stored->dtype, .shape = self->specs[index].shape };
    if (!self->stream.produces_examples)
        out->tensor.shape.dims[0] = count;
    out->ragged = views;
    if (!views)
        out->tensor.data = dataset_lane_read(lane, first, self->rows, count, err);
    return views || out->tensor.data;
}

static enum stream_result dataset_stream_next_batch(struct data_stream *stream, struct batch *out,
                                                    struct error *err)
{
    struct dataset_stream *self = of(stream);
    const int64_t follows = self->follows;
    struct request request;
    bool consecutive;

    request = self->asked;
    self->asked.count = 0;
    if (request.count == 0 && (!self->scheme->type->next(self->scheme, &request) || !resolve(self, &request)))
        return STREAM_END;
    self->follows_before[self->batches++ % (STREAM_BEHIND_MAX + 1)] = follows;
    consecutive = !request.indices && !self->selection.items;
    for (int64_t i = 0; i < request.count && (!consecutive || self->copies); i++)
        self->rows[i] =
            selection_at(&self->selection, request.indices ? request.indices[i] : request.first + i);
    for (size_t i = 0; i < stream->source_count; i++)
        if (!deliver(self, i, consecutive ? self->selection.first + request.first : -1, request.count, err))
            return STREAM_FAILED;
    *out = (struct batch){
        .sources = self->batch,
        .source_count = stream->source_count,
        .examples = request.count,
    };
    return STREAM_OK;
}

void dataset_stream_ask(struct data_stream *stream, int64_t first, int64_t count)
{
    of(stream)->asked = (struct request){ .first = first, .count = count };
}

/* Room to gather rows of the new arrays; NULL when there is none. */
static void **rooms(const struct dataset_stream *self, const struct array *arrays)
{
    const size_t count = self->stream.source_count;
    void **gathered = memory_new(count, sizeof(*gathered));
    bool good = true;

    for (size_t i = 0; i < count; i++) {
        const struct tensor *tensor = &arrays[i].tensor;

        gathered[i] =
            row_room(self->scheme->request_max, tensor_bytes(tensor) / (size_t)tensor->shape.dims[0]);
        good = good && gathered[i];
    }
    if (good)
        return gathered;
    for (size_t i = 0; i < count; i++)
        free(gathered[i]);
    free(gathered);
    return NULL;
}

bool dataset_stream_replace(struct data_stream *stream, struct array *arrays)
{
    struct dataset_stream *self = of(stream);
    void **gathered = rooms(self, arrays);

    if (!gathered)
        return false;
    self->replaced = memory_new(stream->source_count, sizeof(*self->replaced));
    for (size_t i = 0; i < stream->source_count; i++) {
        const struct tensor *tensor = &self->replaced[i].tensor;

        self->replaced[i] = arrays[i];
        arrays[i] = (struct array){ 0 };
        dataset_lane_replace(&self->lanes[i], tensor, gathered[i]);
        self->specs[i].dtype = tensor->dtype;
        self->specs[i].shape = tensor->shape;
        self->specs[i].shape.dims[0] = self->scheme->request_max;
    }
    free(gathered);
    free(self->selection.items); /* what was selected lies in order now */
    self->selection = (struct selection){ .count = self->selection.count };
    return true;
}

static void dataset_stream_use_team(struct data_stream *stream, struct team *team)
{
    for (size_t i = 0; i < stream->source_count; i++)
        of(stream)->lanes[i].team = team;
}

static int64_t dataset_stream_batches_per_epoch(const struct data_stream *stream)
{
    return scheme_requests_per_epoch(((const struct dataset_stream *)stream)->scheme);
}

static bool dataset_stream_save(const struct data_stream *stream, int64_t behind, struct cJSON *state,
                                struct error *err)
{
    const struct dataset_stream *self = (const struct dataset_stream *)stream;
    const int64_t follows =
        behind > 0 ? self->follows_before[(self->batches - behind) % (STREAM_BEHIND_MAX + 1)] : self->follows;

    cJSON_AddNumberToObject(state, "examples", (double)self->selection.count);
    cJSON_AddNumberToObject(state, "follows", (double)follows);
    return self->scheme->type->save(self->scheme, behind, cJSON_AddObjectToObject(state, "iteration_scheme"),
                                    err);
}

static bool dataset_stream_load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct dataset_stream *self = of(stream);
    const cJSON *scheme = state_object(state, "iteration_scheme", err);
    int64_t examples;

    if (!scheme || !state_integer(state, "examples", 0, STATE_INTEGER_MAX, &examples, err))
        return false;
    if (examples != self->selection.count)
        return RAISE(err, ERROR_STATE, NULL, "the saved position is in %lld examples, the stream has %lld",
                     (long long)examples, (long long)self->selection.count);
    return state_integer(state, "follows", 0, examples, &self->follows, err) && prepare(self, err) &&
           self->scheme->type->load(self->scheme, scheme, err);
}

static void dataset_stream_free(struct data_stream *stream)
{
    struct dataset_stream *self = of(stream);

    for (size_t i = 0; i < stream->source_count; i++) {
        dataset_lane_fini(&self->lanes[i]);
        if (self->replaced)
            array_fini(&self->replaced[i]);
    }
    free(self->replaced);
    free(self->lanes);
    free(self->batch);
    free(self->specs);
    free(self->rows);
    scheme_free(self->scheme);
    selection_fini(&self->selection);
    dataset_unref(self->dataset);
    free(self);
}

static const struct data_stream_type dataset_stream_type = {
    .name = "DataStream",
    .next_epoch = dataset_stream_next_epoch,
    .next_batch = dataset_stream_next_batch,
    .batches_per_epoch = dataset_stream_batches_per_epoch,
    .save = dataset_stream_save,
    .load = dataset_stream_load,
    .use_team = dataset_stream_use_team,
    .free = dataset_stream_free,
};
