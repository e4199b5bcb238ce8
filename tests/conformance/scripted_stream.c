/* tests/conformance/scripted_stream.c -- see job.h. */
#include <stdlib.h>

#include "engine/base/memory.h"
#include "tests/conformance/job.h"

static int64_t length_of(const struct scripted_stream *self, int64_t epoch)
{
    int count = cJSON_GetArraySize(self->lengths);

    if (!self->lengths)
        return cJSON_GetArraySize(self->data);
    if (count == 0)
        return 0;
    return (int64_t)cJSON_GetArrayItem(self->lengths, epoch < count ? (int)epoch : count - 1)->valuedouble;
}

static enum stream_result next_epoch(struct data_stream *stream, struct error *err)
{
    struct scripted_stream *self = (struct scripted_stream *)stream;

    (void)err;
    if (self->max_epochs >= 0 && self->epoch >= self->max_epochs)
        return STREAM_END;
    if (self->epoch > 0)
        self->first += length_of(self, self->epoch - 1);
    self->epoch++;
    self->position = 0;
    return STREAM_OK;
}

static void fill(struct scripted_stream *self, int64_t number, struct batch *out)
{
    const cJSON *vector = cJSON_GetArrayItem(self->data, (int)(number % cJSON_GetArraySize(self->data)));
    const cJSON *value;
    int64_t count = 0;

    cJSON_ArrayForEach(value, vector)
    {
        self->values[count++] = value->valuedouble;
    }
    self->source.name = "x";
    self->source.tensor = (struct tensor){ DTYPE_FLOAT64, shape_of(1, count), self->values };
    *out = (struct batch){ .sources = &self->source, .source_count = 1, .examples = count };
}

static enum stream_result next_batch(struct data_stream *stream, struct batch *out, struct error *err)
{
    struct scripted_stream *self = (struct scripted_stream *)stream;

    if (self->epoch == 0) {
        RAISE(err, ERROR_STATE, NULL, "there is no epoch");
        return STREAM_FAILED;
    }
    if (self->main_stream && ++self->job->fetches > FETCHES_MAX) {
        RAISE(err, ERROR_CANCELLED, NULL, "the job does not end");
        return STREAM_FAILED;
    }
    if (self->position >= length_of(self, self->epoch - 1)) {
        if (self->main_stream)
            self->job->now_s += fault_duration(self->job, "end_of_epoch_read", 0);
        return STREAM_END;
    }
    self->number = self->first + self->position++;
    if (self->main_stream && !fault_strike(self->job, "read_data", self->number, err)) {
        self->position -= self->job->keeps_failed_batch;
        return STREAM_FAILED;
    }
    if (self->main_stream)
        self->job->now_s += fault_duration(self->job, "read_data", self->number);
    *out = (struct batch){ .examples = 1 };
    if (self->data)
        fill(self, self->number, out);
    return STREAM_OK;
}

static int64_t batches_per_epoch(const struct data_stream *stream)
{
    return ((const struct scripted_stream *)stream)->length_to_report;
}

static bool save(const struct data_stream *stream, int64_t behind, struct cJSON *state, struct error *err)
{
    const struct scripted_stream *self = (const struct scripted_stream *)stream;

    (void)behind, (void)err;
    cJSON_AddNumberToObject(state, "epoch", (double)self->epoch);
    cJSON_AddNumberToObject(state, "position", (double)self->position);
    cJSON_AddNumberToObject(state, "first", (double)self->first);
    return true;
}

static bool load(struct data_stream *stream, const struct cJSON *state, struct error *err)
{
    struct scripted_stream *self = (struct scripted_stream *)stream;

    (void)err;
    self->epoch = (int64_t)job_number(state, "epoch", 0);
    self->position = (int64_t)job_number(state, "position", 0);
    self->first = (int64_t)job_number(state, "first", 0);
    return true;
}

static void free_stream(struct data_stream *stream)
{
    free(((struct scripted_stream *)stream)->values);
    free(stream);
}

static const struct data_stream_type type = {
    .name = "scripted",
    .next_epoch = next_epoch,
    .next_batch = next_batch,
    .batches_per_epoch = batches_per_epoch,
    .save = save,
    .load = load,
    .free = free_stream,
};

static void use_data(struct scripted_stream *self, const cJSON *data)
{
    const cJSON *vector;
    int longest = 1;

    self->data = data;
    cJSON_ArrayForEach(vector, data)
    {
        if (cJSON_GetArraySize(vector) > longest)
            longest = cJSON_GetArraySize(vector);
    }
    self->values = memory_new((size_t)longest, sizeof *self->values);
    self->spec =
        (struct source_spec){ .name = "x", .dtype = DTYPE_FLOAT64, .shape = shape_of(1, (int64_t)longest) };
    self->stream.sources = &self->spec;
    self->stream.source_count = 1;
}

static int64_t count_of(const cJSON *examples)
{
    return cJSON_IsArray(examples) ? cJSON_GetArraySize(examples) : (int64_t)examples->valuedouble;
}

/* What the progress bar of Blocks reads from the scheme; a smaller last batch counts for us. */
static int64_t reported_length(struct job *job, const cJSON *scheme)
{
    static const char *const names[] = { "examples", "indices", "num_examples" };
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(scheme, "args");
    const cJSON *examples = NULL, *batch_size;
    int64_t count, size;

    if (!scheme || cJSON_IsNull(scheme))
        return BATCHES_UNKNOWN;
    if (!arguments)
        arguments = scheme;
    batch_size = cJSON_GetObjectItemCaseSensitive(arguments, "batch_size");
    for (size_t i = 0; i < COUNT(names) && (!examples || cJSON_IsNull(examples)); i++)
        examples = cJSON_GetObjectItemCaseSensitive(arguments, names[i]);
    if (!examples || cJSON_IsNull(examples))
        return cJSON_IsNumber(batch_size) ? BATCHES_UNCOUNTED : BATCHES_UNKNOWN;
    count = count_of(examples);
    if (!cJSON_IsNumber(batch_size))
        return count;
    size = (int64_t)batch_size->valuedouble;
    job->last_batch_is_smaller = count % size > 0;
    return count / size + (job->last_batch_is_smaller && !job->as_in_blocks);
}

struct scripted_stream *scripted_stream_new(struct job *job, const cJSON *trace)
{
    struct scripted_stream *self = memory_new(1, sizeof *self);
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(trace, "data");

    self->stream.type = &type;
    self->job = job;
    self->main_stream = true;
    self->lengths = cJSON_GetObjectItemCaseSensitive(trace, "batches_per_epoch");
    self->max_epochs = (int64_t)job_number(trace, "max_epochs", -1);
    self->length_to_report =
        reported_length(job, cJSON_GetObjectItemCaseSensitive(trace, "iteration_scheme"));
    if (data)
        use_data(self, data);
    return self;
}

/* One epoch is the whole list, again and again. */
struct scripted_stream *scripted_stream_of_data(struct job *job, const cJSON *data)
{
    struct scripted_stream *self = memory_new(1, sizeof *self);

    self->stream.type = &type;
    self->job = job;
    self->max_epochs = -1;
    self->length_to_report = BATCHES_UNKNOWN;
    use_data(self, data);
    return self;
}
