/* engine/graph/storage.c -- where every value lies, and which steps there are. */
#include "engine/graph/plan.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

struct value *function_value(const struct function *function, const struct node *node)
{
    return function->value_of[node->index];
}

struct value *value_root(struct value *value)
{
    while (value->storage == STORAGE_VIEW)
        value = value->parent;
    return value;
}

int plan_add_buffer(struct function *function, size_t bytes, int first, int last)
{
    function->buffers[function->buffer_count] =
        (struct buffer){ .bytes = bytes, .first = first, .last = last };
    return (int)function->buffer_count++;
}

/* ---- Leaves ---- */

static bool store_leaf(struct function *function, struct value *value, struct error *err)
{
    const struct node *node = value->node;

    value->storage = STORAGE_FIXED;
    switch (node->kind) {
    case NODE_INPUT:
        value->storage = STORAGE_SOURCE;
        function->sources[function->source_count++] = (struct source){ node->name, value };
        return true;
    case NODE_VARIABLE:
        value->tensor.data = node->variable->value.data;
        break;
    case NODE_EXTERNAL:
        value->tensor.data = node->external->data;
        break;
    case NODE_CONSTANT:
        value->tensor.data = node->constant.data;
        break;
    case NODE_RESULT:
        break;
    }
    if (!value->tensor.data && !function->plan_only)
        return RAISE(err, ERROR_INTERNAL, NULL, "'%s' has no memory yet", node->name);
    return true;
}

static int in_order_of_making(const void *a, const void *b)
{
    const struct source *x = a, *y = b;

    return x->value->node->index < y->value->node->index ? -1 : 1;
}

/* Where the results of the application at `place` lie; `step` is when it runs. */
static void store_results(struct function *function, size_t place, int step)
{
    struct apply *apply = function->inferred[place];

    for (size_t i = 0; i < apply->output_count; i++) {
        struct value *value = function_value(function, &apply->outputs[i]);
        const struct tensor *destination = plan_destination(function, value->node, function->output_count);

        if (apply->operation->kind == OPERATION_VIEW) {
            value->storage = STORAGE_VIEW;
            value->parent = function_value(function, apply->inputs[0]);
        } else if (destination) {
            value->storage = STORAGE_FIXED;
            value->tensor.data = destination->data;
        } else {
            const int first = function->is_static[place] ? NEVER : step;
            value->storage = STORAGE_ARENA;
            value->buffer = plan_add_buffer(function, tensor_bytes(&value->tensor), first,
                                            function->is_static[place] ? ALWAYS : step);
        }
    }
}

/* ---- Steps ---- */

enum { ROUNDING_BYTES = 64 };

size_t step_operand_count(const struct step *step)
{
    return step->fused ? fused_operand_count(step->fused) : step->apply->input_count;
}

struct value *step_operand(const struct function *function, const struct step *step, size_t index)
{
    if (step->fused)
        return fused_operand(step->fused, index);
    if (apply_input_is_shape_only(step->apply, index))
        return NULL;
    return function_value(function, step->apply->inputs[index]);
}

static size_t scratch_bytes(const struct step *step)
{
    if (step->fused)
        return fused_scratch_bytes(step->fused);
    return step->apply->operation->scratch_bytes ? step->apply->operation->scratch_bytes(step->apply) : 0;
}

static void fill_call(struct function *function, struct step *step)
{
    const struct apply *apply = step->apply;
    const struct tensor **inputs =
        arena_array(&function->arena, apply->input_count + 1, sizeof(struct tensor *));
    const struct tensor **outputs =
        arena_array(&function->arena, apply->output_count, sizeof(struct tensor *));

    for (size_t i = 0; i < apply->input_count; i++)
        inputs[i] = &function_value(function, apply->inputs[i])->tensor;
    for (size_t i = 0; i < apply->output_count; i++)
        outputs[i] = &function_value(function, &apply->outputs[i])->tensor;
    step->call =
        (struct call){ .apply = apply, .kernels = function->kernels, .inputs = inputs, .outputs = outputs };
}

static void add_step(struct function *function, size_t place)
{
    const int number = (int)function->step_count++;
    struct step *step = &function->steps[number];
    size_t bytes;

    step->apply = function->inferred[place];
    step->is_static = function->is_static[place];
    function->begins = function->begins || step->apply->operation->begin;
    step->scratch_buffer = NEVER;
    step->taken = step->follows = NEVER;
    store_results(function, place, number);
    if (step->apply->operation->kind == OPERATION_ELEMENTWISE)
        step->fused = fused_new(function, place);
    fill_call(function, step);
    bytes = scratch_bytes(step);
    if (bytes > function->scratch_bytes)
        function->scratch_bytes = (bytes + ROUNDING_BYTES - 1) / ROUNDING_BYTES * ROUNDING_BYTES;
    if (bytes > 0 && !function->team)
        step->scratch_buffer = plan_add_buffer(function, bytes, number, number);
}

static void make_steps(struct function *function)
{
    for (size_t k = 0; k < function->inferred_count; k++) {
        const struct apply *apply = function->inferred[k];

        if (!function->runs[k])
            continue;
        if (apply->operation->kind == OPERATION_VIEW)
            store_results(function, k, NEVER);
        else if (apply->operation->kind == OPERATION_PLAIN || function->group[k] == (int)k)
            add_step(function, k);
    }
}

/* Members have scratch of their own, the same for all steps, so that no step waits because of it. */
static void add_scratch_of_team(struct function *function)
{
    const size_t bytes = function->scratch_bytes * team_members(function->team);
    const int buffer = bytes > 0 ? plan_add_buffer(function, bytes, NEVER, ALWAYS) : NEVER;

    for (size_t s = 0; s < function->step_count; s++)
        function->steps[s].scratch_buffer = buffer;
}

/* ---- Memory ---- */

static void *address(const struct function *function, int buffer)
{
    return (char *)function->memory + function->buffers[buffer].offset;
}

/* The sum of all buffers, which no plan can exceed, has to be a size. */
static bool sizes_add_up(const struct function *function)
{
    size_t total = 0;

    for (size_t i = 0; i < function->buffer_count; i++)
        if (__builtin_add_overflow(total, function->buffers[i].bytes + ROUNDING_BYTES, &total))
            return false;
    return total <= INT64_MAX;
}

static bool allocate(struct function *function, size_t bytes_max, struct error *err)
{
    if (!sizes_add_up(function))
        return RAISE(err, ERROR_LIMIT, NULL, "the expressions need more memory than there can be");
    function->memory_bytes = plan_memory(function->buffers, function->buffer_count);
    if (bytes_max > 0 && function->memory_bytes > bytes_max)
        return RAISE(err, ERROR_LIMIT, NULL, "the expressions need %zu MiB of memory; %zu MiB are allowed",
                     function->memory_bytes >> 20, bytes_max >> 20);
    if (function->plan_only)
        return true;
    function->memory = memory_try_aligned(function->memory_bytes + 1);
    if (!function->memory)
        return RAISE(err, ERROR_MEMORY, NULL, "not enough memory for %zu MiB of intermediate results",
                     function->memory_bytes >> 20);
    for (size_t i = 0; i < function->value_count; i++)
        if (function->values[i].storage == STORAGE_ARENA)
            function->values[i].tensor.data = address(function, function->values[i].buffer);
    for (size_t s = 0; s < function->step_count; s++)
        if (function->steps[s].scratch_buffer != NEVER)
            function->steps[s].call.scratch = address(function, function->steps[s].scratch_buffer);
    return true;
}

bool plan_storage(struct function *function, size_t bytes_max, struct error *err)
{
    /* A buffer per value, and one of scratch per step. */
    function->buffers = arena_array(&function->arena, function->value_count + function->inferred_count + 1,
                                    sizeof *function->buffers);
    function->steps = arena_array(&function->arena, function->inferred_count + 1, sizeof *function->steps);
    function->sources = arena_array(&function->arena, function->value_count + 1, sizeof *function->sources);
    for (size_t i = 0; i < function->value_count; i++)
        if (function->values[i].node->kind != NODE_RESULT && !store_leaf(function, &function->values[i], err))
            return false;
    qsort(function->sources, function->source_count, sizeof *function->sources, in_order_of_making);
    make_steps(function);
    plan_hand_over(function);
    if (function->team)
        add_scratch_of_team(function);
    plan_lifetimes(function);
    return allocate(function, bytes_max, err);
}
