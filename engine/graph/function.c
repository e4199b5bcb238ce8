/* engine/graph/function.c -- compiling and calling: see function.h; plan.h tells how a function is made. */
#include "engine/graph/function.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/graph_state.h"
#include "engine/graph/plan.h"

struct function *function_compile(struct graph *graph, struct node *const *outputs, size_t count,
                                  const struct function_options *options, struct error *err)
{
    static const struct function_options defaults = { .destinations = NULL };
    struct function *function = memory_new(1, sizeof *function);

    if (!options)
        options = &defaults;
    function->graph = graph;
    function->kernels = kernels_best(graph_real(graph));
    function->poison = options->poison;
    function->plan_only = options->plan_only;
    if (options->taker)
        function->taker = *options->taker;
    if (!plan_outputs(function, outputs, count, options, err))
        goto failed;
    plan_collect(function);
    plan_fuse(function);
    if (options->share_always || (!function->poison && function_is_worth_sharing(function)))
        function->team = graph_team(graph);
    if (!plan_storage(function, options->bytes_max, err))
        goto failed;
    if (function->team)
        plan_shares(function);
    return function;
failed:
    function_free(function);
    return NULL;
}

void function_free(struct function *function)
{
    if (!function)
        return;
    free(function->memory);
    arena_fini(&function->arena);
    free(function);
}

/* ---- Sources ---- */

static bool raise_missing(const struct function *function, const struct batch *batch, struct error *err)
{
    struct text missing = { 0 };

    for (size_t i = 0; i < function->source_count; i++)
        if (!batch || !batch_find(batch, function->sources[i].name))
            text_format(&missing, "%s'%s'", missing.length ? ", " : "", function->sources[i].name);
    RAISE(err, ERROR_TRAINING, NULL, "didn't find all sources: the batch lacks %s", text_bytes(&missing));
    text_fini(&missing);
    return false;
}

static bool source_fits(const struct value *value, const struct batch_source *source, struct error *err)
{
    const struct shape *planned = &value->node->shape, *shape = &source->tensor.shape;
    bool fits = shape->rank == planned->rank && source->tensor.dtype == value->node->dtype;

    for (int axis = 0; fits && axis < shape->rank; axis++)
        fits = shape->dims[axis] <= planned->dims[axis];
    if (fits)
        return true;
    return raise_shapes(err, source->name, shape, planned,
                        "the batch is %s, planned were at most so many of %s",
                        dtype_name(source->tensor.dtype), dtype_name(value->node->dtype));
}

/* Takes the sources out of the batch; tells whether a shape or only an address is new. */
static bool bind_sources(struct function *function, const struct batch *batch, bool *out_moved,
                         struct error *err)
{
    *out_moved = false;
    for (size_t i = 0; i < function->source_count; i++) {
        struct value *value = function->sources[i].value;
        const struct batch_source *source = batch ? batch_find(batch, function->sources[i].name) : NULL;

        if (!source)
            return raise_missing(function, batch, err);
        if (!shape_equal(&source->tensor.shape, &value->tensor.shape) ||
            source->tensor.dtype != value->node->dtype) {
            if (!source_fits(value, source, err))
                return false;
            value->tensor.shape = source->tensor.shape;
            function->shapes_known = false;
        }
        *out_moved = *out_moved || value->tensor.data != source->tensor.data;
        value->tensor.data = source->tensor.data;
    }
    return true;
}

/* ---- Running ---- */

static void poison(const struct function *function, int step)
{
    for (size_t i = 0; i < function->buffer_count; i++) {
        const struct buffer *buffer = &function->buffers[i];
        const bool dead = step == NEVER ? buffer->first != NEVER : buffer->last == step;

        if (dead && buffer->bytes > 0)
            memset((char *)function->memory + buffer->offset, 0xff, buffer->bytes);
    }
}

static bool run_step(const struct function *function, const struct step *step, struct error *err)
{
    const struct part whole = { 0, step_parts(step) };

    return hand_over_run(function, step, 0, &step->call, whole, err);
}

/* New shapes: infers the others and computes what depends on nothing else. */
static bool take_shapes(struct function *function, struct error *err)
{
    if (!function_infer(function, err))
        return false;
    for (size_t s = 0; s < function->step_count; s++)
        if (function->steps[s].is_static && !run_step(function, &function->steps[s], err))
            return false;
    if (function->team)
        function_share(function);
    else
        hand_over_place_alone(function);
    function->shapes_known = true;
    return true;
}

static bool run_alone(struct function *function, struct error *err)
{
    for (size_t s = 0; s < function->step_count; s++) {
        struct step *step = &function->steps[s];

        if (!step->is_static && !run_step(function, step, err))
            return false;
        if (function->poison)
            poison(function, (int)s);
    }
    if (function->takes_last)
        hand_over_last(function, 0);
    return true;
}

/* ---- Running on a team ---- */

static void run_member(void *context, size_t member)
{
    struct function *function = context;

    for (size_t s = 0; s < function->step_count; s++) {
        struct step *step = &function->steps[s];

        if (step->is_static)
            continue;
        if (step->waits)
            team_wait(function->team, member);
        if (atomic_load_explicit(&function->failed, memory_order_relaxed))
            continue; /* but waits where the others wait */
        if (!share_run(function, step, member, &function->errors[member]))
            atomic_store_explicit(&function->failed, true, memory_order_relaxed);
    }
    if (!function->takes_last)
        return;
    team_wait(function->team, member);
    if (!atomic_load_explicit(&function->failed, memory_order_relaxed))
        hand_over_last(function, member);
}

/* Of several errors the one of the first member, whose rows come first. */
static bool run_on_team(struct function *function, struct error *err)
{
    const size_t members = team_members(function->team);

    atomic_store_explicit(&function->failed, false, memory_order_relaxed);
    for (size_t i = 0; i < members; i++)
        function->errors[i].code = ERROR_NONE;
    team_run(function->team, run_member, function);
    if (!atomic_load_explicit(&function->failed, memory_order_relaxed))
        return true;
    for (size_t i = 0; i < members; i++) {
        if (function->errors[i].code == ERROR_NONE)
            continue;
        *err = function->errors[i];
        return false;
    }
    return RAISE(err, ERROR_INTERNAL, NULL, "a step failed without saying why");
}

static void begin_steps(const struct function *function)
{
    for (size_t s = 0; s < function->step_count; s++)
        if (function->steps[s].apply->operation->begin)
            function->steps[s].apply->operation->begin(&function->steps[s].call);
}

bool function_call(struct function *function, const struct batch *batch, struct error *err)
{
    bool moved;

    if (!bind_sources(function, batch, &moved, err))
        return false;
    if (function->poison)
        poison(function, NEVER);
    if (!function->shapes_known) {
        if (!take_shapes(function, err))
            return false;
    } else if (moved) {
        for (size_t i = 0; i < function->value_count; i++)
            value_follow(&function->values[i]);
        if (function->team)
            function_follow_sources(function);
    }
    if (function->begins)
        begin_steps(function);
    if (!(function->team ? run_on_team(function, err) : run_alone(function, err)))
        return false;
    for (size_t i = 0; i < function->update_count; i++) {
        const struct tensor *value = &function_value(function, function->updates[i].value)->tensor;
        memcpy(function->updates[i].variable->variable->value.data, value->data, tensor_bytes(value));
    }
    return true;
}

const struct tensor *function_output(const struct function *function, size_t index)
{
    return &function_value(function, function->outputs[index])->tensor;
}

bool function_hands_over(const struct function *function)
{
    return function->taker.count > 0;
}

size_t function_output_count(const struct function *function)
{
    return function->output_count;
}

/* ---- What it needs ---- */

size_t function_source_count(const struct function *function)
{
    return function->source_count;
}

const char *function_source(const struct function *function, size_t index)
{
    return function->sources[index].name;
}

bool function_depends_on_data(const struct function *function)
{
    return function->source_count > 0;
}

size_t function_threads(const struct function *function)
{
    return team_members(function->team);
}

size_t function_bytes(const struct function *function)
{
    return function->memory_bytes;
}

/* ---- In words ---- */

static void describe_node(const struct node *node, struct text *out)
{
    char shape[SHAPE_TEXT_BYTES];

    if (node->name)
        text_format(out, "%s%s", node->name, shape_text(&node->shape, shape));
    else
        text_format(out, "#%zu%s", node->index, shape_text(&node->shape, shape));
}

static const char *describe_sharing(const struct step *step)
{
    static const char *const ways[] = { [SHARE_NONE] = "",
                                        [SHARE_ROWS] = " shared",
                                        [SHARE_PARTS] = " shared",
                                        [SHARE_COLUMNS] = " shared by columns",
                                        [SHARE_SEQUENCES] = " shared by sequences",
                                        [SHARE_CHANNELS] = " shared by channels" };
    return ways[step->sharing.kind];
}

void function_describe(const struct function *function, struct text *out)
{
    for (size_t s = 0; s < function->step_count; s++) {
        const struct step *step = &function->steps[s];
        const struct value *result = function_value(function, &step->apply->outputs[0]);

        text_format(out, "%zu%s%s%s%s ", s, step->is_static ? " once" : "", step->waits ? " waits" : "",
                    function->team ? describe_sharing(step) : "", step->takes ? " handed over" : "");
        if (step->fused) {
            fused_describe(step->fused, out);
        } else {
            text_format(out, "%s(", step->apply->operation->name);
            for (size_t i = 0; i < step->apply->input_count; i++) {
                text_add(out, i ? ", " : "");
                describe_node(step->apply->inputs[i], out);
            }
            text_add(out, ")");
        }
        text_add(out, " -> ");
        describe_node(result->node, out);
        if (result->storage == STORAGE_ARENA)
            text_format(out, " at %zu", function->buffers[result->buffer].offset);
        text_add(out, "\n");
    }
}
