/* tests/conformance/scripted_algorithm.c -- see job.h. */
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/graph/function.h"
#include "tests/conformance/job.h"

static struct scripted_algorithm *of(struct algorithm *algorithm)
{
    return (struct scripted_algorithm *)algorithm;
}

static bool initialize(struct algorithm *algorithm, struct error *err)
{
    struct scripted_algorithm *self = of(algorithm);

    if (!self->job->started_before) {
        self->job->now_s += fault_duration(self->job, "initialization", 0);
        if (!fault_strike(self->job, "initialize", -1, err))
            return false;
    }
    for (size_t i = 0; i < self->observer_count; i++) {
        const struct batch_observer *observer = self->observers[i];

        function_free(self->functions[i]);
        self->functions[i] = function_compile(self->job->stage->model->training, observer->variables,
                                              observer->count, NULL, err);
        if (!self->functions[i])
            return false;
    }
    return true;
}

static bool tell(struct scripted_algorithm *self, const struct batch *batch, struct error *err)
{
    for (size_t i = 0; i < self->observer_count; i++) {
        const struct batch_observer *observer = self->observers[i];
        const struct tensor **values = memory_new(observer->count + 1, sizeof(struct tensor *));
        bool told = function_call(self->functions[i], batch, err);

        for (size_t j = 0; told && j < observer->count; j++)
            values[j] = function_output(self->functions[i], j);
        told = told && observer->observe(observer->context, values, err);
        free(values);
        if (!told)
            return false;
    }
    return true;
}

static bool process_batch(struct algorithm *algorithm, const struct batch *batch, struct error *err)
{
    struct scripted_algorithm *self = of(algorithm);
    const cJSON *tensor_job = cJSON_GetObjectItemCaseSensitive(self->job->trace, "tensor_job");
    struct scripted_model *model = self->job->stage->model;
    struct variable *p = variables_find(model->variables, "p");
    int64_t call = self->calls++;

    self->job->now_s += fault_duration(self->job, "train", self->job->stage->stream->number);
    if (!tell(self, batch, err))
        return false;
    scripted_model_add(model, 1);
    if (tensor_job && p)
        tensor_write(&p->value, 0, tensor_read(&p->value, 0) + job_number(tensor_job, "step", 0));
    return fault_strike(self->job, "process_batch", call, err);
}

static bool observe(struct algorithm *algorithm, const struct batch_observer *observer, struct error *err)
{
    struct scripted_algorithm *self = of(algorithm);

    for (size_t i = 0; i < self->observer_count; i++)
        if (self->observers[i] == observer)
            return true;
    if (self->observer_count == COUNT(self->observers))
        return RAISE(err, ERROR_LIMIT, NULL, "too many observers");
    self->observers[self->observer_count++] = observer;
    return true;
}

static double *live(struct algorithm *algorithm, const char *path)
{
    (void)algorithm, (void)path;
    return NULL;
}

static bool each_state(struct algorithm *algorithm, algorithm_state_fn *each, void *context,
                       struct error *err)
{
    const struct tensor calls = { DTYPE_INT64, shape_of(0), &of(algorithm)->calls };

    return each(context, "calls", &calls, err);
}

static void free_algorithm(struct algorithm *algorithm)
{
    struct scripted_algorithm *self = of(algorithm);

    for (size_t i = 0; i < self->observer_count; i++)
        function_free(self->functions[i]);
    free(self);
}

static bool is_plain(const cJSON *object)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "plain_algorithm"));
}

struct scripted_algorithm *scripted_algorithm_new(struct job *job)
{
    struct scripted_algorithm *self = memory_new(1, sizeof *self);
    const cJSON *tensor_job = cJSON_GetObjectItemCaseSensitive(job->trace, "tensor_job");

    self->type = (struct algorithm_type){ .name = "scripted",
                                          .initialize = initialize,
                                          .process_batch = process_batch,
                                          .observe = observe,
                                          .live = live,
                                          .each_state = each_state,
                                          .free = free_algorithm };
    self->type.updates = !is_plain(job->trace) && !is_plain(tensor_job);
    self->algorithm.type = &self->type;
    self->job = job;
    return self;
}
