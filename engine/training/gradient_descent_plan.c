/* engine/training/gradient_descent_plan.c -- what a step is going to take; see gradient_descent.h. */
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/training/gradient_descent_internal.h"

/* Adds what a function of these nodes takes. */
static bool add_function(const struct gradient_descent *self, struct node *const *nodes, size_t count,
                         struct function_options options, struct gradient_descent_needs *needs,
                         struct error *err)
{
    struct function *function;

    if (!count)
        return true;
    options.plan_only = true;
    function = function_compile(self->options.graph, nodes, count, &options, err);
    if (!function)
        return false;
    needs->bytes += function_bytes(function);
    needs->worth_sharing |= function_is_worth_sharing(function);
    function_free(function);
    return true;
}

static size_t step_bytes(const struct gradient_descent *self)
{
    size_t bytes = 0;

    for (size_t i = 0; i < self->count; i++)
        bytes += (size_t)shape_elements(&self->variables[i]->value.shape) *
                 dtype_bytes(self->variables[i]->value.dtype);
    return bytes;
}

bool gradient_descent_plan(struct algorithm *algorithm, struct node *const *observed, size_t count,
                           struct gradient_descent_needs *out, struct error *err)
{
    const struct gradient_descent *self = gradient_descent_of(algorithm);
    struct node **of_batch = memory_new(self->count + count, sizeof(struct node *)),
                **of_steps = memory_new(count + 1, sizeof(struct node *));
    size_t batch_count = 0, step_count = 0;
    struct function_options options = { 0 };
    bool planned;

    *out = (struct gradient_descent_needs){ 0 };
    while (batch_count < self->count) {
        of_batch[batch_count] = self->gradients[batch_count];
        batch_count++;
    }
    for (size_t i = 0; i < count; i++) {
        if (gradient_descent_looks_at_steps(self, observed[i]))
            of_steps[step_count++] = observed[i];
        else
            of_batch[batch_count++] = observed[i];
    }
    options.updates = graph_updates(self->options.graph, &options.update_count);
    planned = add_function(self, of_batch, batch_count, options, out, err) &&
              add_function(self, of_steps, step_count, (struct function_options){ 0 }, out, err);
    if (step_count)
        out->bytes += step_bytes(self);
    free(of_batch);
    free(of_steps);
    return planned;
}
