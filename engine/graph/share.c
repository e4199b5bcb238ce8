/* engine/graph/share.c -- how the members of a team share the steps of a function, and where they wait.
 *
 * Every member goes through all steps in their order and does its part of each: rows, parts, or, of steps
 * that are not shared, member 0 does everything.  Before a step they wait for each other if one of them could
 * touch what another has written, or write what another reads, since they last waited.  Which memory that is
 * follows from the shapes: whole values are read by all, and rows by those to whom the rows belong.  The same
 * test covers memory that one value takes over from another. */
#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/graph/plan.h"

/* Below about 20 microseconds of work waiting costs more than it saves. */
#define WORK_MIN 5e6
/* Per element and operation of a fused pass, loads and stores included. */
enum { WORK_PER_ELEMENT = 4 };

enum toucher { BY_FIRST, BY_ALL, BY_PARTS };

/* Memory that a step touches.  BY_PARTS: `count` units, of which every member touches its part. */
struct access {
    const char *begin, *end;
    enum toucher by;
    bool writes;
    int64_t count;
    size_t unit_bytes;
};

/* One member's part of a step. */
struct share {
    struct call call;
    struct tensor *slices; /* operands, then results; those without data are not sliced */
    const struct tensor **operands;
    struct part part;
};

/* ---- What is shared ---- */

static int64_t rows_of(const struct shape *shape)
{
    return shape->rank > 0 ? shape->dims[0] : 1;
}

struct sharing share_rows(const struct apply *apply, const struct shape *inputs, const struct shape *outputs)
{
    enum { WORK_OF_ROWS = 10 };

    (void)apply;
    (void)inputs;
    return (struct sharing){ SHARE_ROWS, rows_of(&outputs[0]),
                             WORK_OF_ROWS * (double)shape_elements(&outputs[0]) };
}

static struct sharing sharing_of(const struct function *function, const struct apply *apply)
{
    struct shape inputs[OPERANDS_MAX], outputs[RESULTS_MAX];
    struct sharing sharing = { .kind = SHARE_NONE };

    for (size_t i = 0; i < apply->input_count; i++)
        inputs[i] = function_value(function, apply->inputs[i])->tensor.shape;
    for (size_t i = 0; i < apply->output_count; i++)
        outputs[i] = function_value(function, &apply->outputs[i])->tensor.shape;
    if (apply->operation->kind == OPERATION_ELEMENTWISE) {
        sharing = share_rows(apply, inputs, outputs);
        sharing.work = WORK_PER_ELEMENT * (double)shape_elements(&outputs[0]);
    } else if (apply->operation->share) {
        sharing = apply->operation->share(apply, inputs, outputs);
    }
    if (sharing.count < 2)
        sharing = (struct sharing){ .kind = SHARE_NONE };
    return sharing;
}

bool function_is_worth_sharing(const struct function *function)
{
    double work = 0;

    for (size_t k = 0; k < function->inferred_count; k++)
        if (function->runs[k] && !function->is_static[k])
            work += sharing_of(function, function->inferred[k]).work;
    return work >= WORK_MIN;
}

/* Whether members read only their rows of an operand. */
static bool operand_is_sliced(const struct step *step, size_t index, const struct shape *operand)
{
    if (step->sharing.kind != SHARE_ROWS || rows_of(operand) != step->sharing.count)
        return false;
    if (step->fused)
        return operand->rank == step->call.outputs[0]->shape.rank;
    return index >= 32 || !(step->apply->operation->whole >> index & 1);
}

/* ---- Where members wait ---- */

static void add_access(struct function *function, const struct tensor *tensor, enum toucher by, bool writes,
                       int64_t count)
{
    const size_t bytes = tensor_bytes(tensor);
    const char *data = tensor->data;

    if (bytes > 0 && data)
        function->accesses[function->access_count++] =
            (struct access){ data, data + bytes, by, writes, count, bytes / (size_t)count };
}

/* Sources are never written, and scratch belongs to one member. */
static void add_accesses(struct function *function, const struct step *step)
{
    const struct sharing *sharing = &step->sharing;

    for (size_t i = 0; i < step_operand_count(step); i++) {
        struct value *operand = step_operand(function, step, i);
        enum toucher by = BY_FIRST;

        if (!operand || value_root(operand)->storage == STORAGE_SOURCE)
            continue;
        if (sharing->kind != SHARE_NONE)
            by = operand_is_sliced(step, i, &operand->tensor.shape) ? BY_PARTS : BY_ALL;
        add_access(function, &operand->tensor, by, false, by == BY_PARTS ? sharing->count : 1);
    }
    for (size_t i = 0; i < step->apply->output_count; i++)
        add_access(function, step->call.outputs[i], sharing->kind == SHARE_NONE ? BY_FIRST : BY_PARTS, true,
                   sharing->kind == SHARE_NONE ? 1 : sharing->count);
}

static bool same_parts(const struct access *a, const struct access *b, size_t members)
{
    if (a->begin != b->begin)
        return false;
    if (a->count == b->count)
        return a->unit_bytes == b->unit_bytes;
    for (size_t i = 1; i < members; i++)
        if ((size_t)team_part(a->count, members, i).begin * a->unit_bytes !=
            (size_t)team_part(b->count, members, i).begin * b->unit_bytes)
            return false;
    return true;
}

/* Whether two members could touch the same memory, one of them writing. */
static bool conflict(const struct access *a, const struct access *b, size_t members)
{
    if ((!a->writes && !b->writes) || a->end <= b->begin || b->end <= a->begin)
        return false;
    if (a->by == BY_FIRST && b->by == BY_FIRST)
        return false;
    return a->by != BY_PARTS || b->by != BY_PARTS || !same_parts(a, b, members);
}

/* Accesses [first, end) against those from `other` to `other_end` - 1. */
static bool any_conflict(const struct function *function, size_t first, size_t end, size_t other,
                         size_t other_end)
{
    const size_t members = team_members(function->team);

    for (size_t i = first; i < end; i++)
        for (size_t k = other; k < other_end; k++)
            if (conflict(&function->accesses[i], &function->accesses[k], members))
                return true;
    return false;
}

static void place_step(struct function *function, struct step *step)
{
    const size_t before = function->access_count;

    step->sharing = sharing_of(function, step->apply);
    add_accesses(function, step);
    if (any_conflict(function, before, function->access_count, before, function->access_count)) {
        step->sharing.kind = SHARE_NONE; /* it writes over what everybody reads */
        function->access_count = before;
        add_accesses(function, step);
    }
    step->waits = any_conflict(function, 0, before, before, function->access_count);
    if (!step->waits)
        return;
    for (size_t i = before; i < function->access_count; i++)
        function->accesses[i - before] = function->accesses[i];
    function->access_count -= before;
}

/* ---- Parts ---- */

static struct tensor slice(const struct tensor *tensor, struct part rows)
{
    struct tensor slice = *tensor;

    slice.shape.dims[0] = rows.end - rows.begin;
    if (tensor->data)
        slice.data =
            (char *)tensor->data + tensor_bytes(tensor) / (size_t)tensor->shape.dims[0] * (size_t)rows.begin;
    return slice;
}

static void slice_tensors(const struct step *step, struct share *share, const struct tensor *const *tensors,
                          size_t count, size_t first, bool results)
{
    for (size_t i = 0; i < count; i++) {
        const bool sliced =
            results ? step->sharing.kind == SHARE_ROWS : operand_is_sliced(step, i, &tensors[i]->shape);

        share->operands[first + i] = tensors[i];
        if (!sliced)
            continue;
        share->slices[first + i] = slice(tensors[i], share->part);
        share->operands[first + i] = &share->slices[first + i];
    }
}

/* Fused passes need to know from where to where; others get operands of their own. */
static void cut_step(struct function *function, struct step *step)
{
    const size_t members = team_members(function->team), inputs = step->apply->input_count;

    if (step->sharing.kind == SHARE_NONE)
        return;
    for (size_t i = 0; i < members; i++) {
        struct share *share = &step->shares[i];

        share->part = team_part(step->sharing.count, members, i);
        share->call = step->call;
        share->call.scratch = (char *)step->call.scratch + i * function->scratch_bytes;
        share->call.begin = share->part.begin;
        share->call.end = share->part.end;
        share->call.partial = step->sharing.kind == SHARE_PARTS;
        if (step->fused)
            continue;
        slice_tensors(step, share, step->call.inputs, inputs, 0, false);
        slice_tensors(step, share, step->call.outputs, step->apply->output_count, inputs, true);
        share->call.inputs = share->operands;
        share->call.outputs = share->operands + inputs;
    }
}

void function_share(struct function *function)
{
    function->access_count = 0;
    for (size_t s = 0; s < function->step_count; s++) {
        if (function->steps[s].is_static)
            continue;
        place_step(function, &function->steps[s]);
        cut_step(function, &function->steps[s]);
    }
}

void function_follow_sources(struct function *function)
{
    for (size_t s = 0; s < function->step_count; s++)
        if (function->steps[s].reads_source)
            cut_step(function, &function->steps[s]);
}

void plan_shares(struct function *function)
{
    const size_t members = team_members(function->team);
    size_t accesses = 1;

    for (size_t s = 0; s < function->step_count; s++) {
        struct step *step = &function->steps[s];
        const size_t tensors = step->apply->input_count + step->apply->output_count;

        step->shares = arena_array(&function->arena, members, sizeof *step->shares);
        for (size_t i = 0; i < members && !step->fused; i++) {
            step->shares[i].slices = arena_array(&function->arena, tensors, sizeof(struct tensor));
            step->shares[i].operands = arena_array(&function->arena, tensors, sizeof(struct tensor *));
        }
        for (size_t i = 0; i < step_operand_count(step) && !step->fused; i++) {
            struct value *operand = step_operand(function, step, i);
            step->reads_source =
                step->reads_source || (operand && value_root(operand)->storage == STORAGE_SOURCE);
        }
        accesses += step_operand_count(step) + step->apply->output_count;
    }
    function->accesses = arena_array(&function->arena, accesses, sizeof *function->accesses);
    function->errors = arena_array(&function->arena, members, sizeof *function->errors);
}

/* ---- Running ---- */

bool share_run(const struct step *step, size_t member, struct error *err)
{
    const struct share *share = &step->shares[member];
    int64_t row;

    if (step->sharing.kind == SHARE_NONE) {
        if (member > 0)
            return true;
        if (!step->fused)
            return step->apply->operation->run(&step->call, err);
        fused_run(step->fused, 0, fused_elements(step->fused), step->call.scratch);
        return true;
    }
    if (share->part.begin == share->part.end)
        return true;
    if (!step->fused)
        return step->apply->operation->run(&share->call, err);
    row = fused_elements(step->fused) / step->sharing.count;
    fused_run(step->fused, share->part.begin * row, share->part.end * row, share->call.scratch);
    return true;
}
