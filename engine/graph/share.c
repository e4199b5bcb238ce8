/* engine/graph/share.c -- how the members of a team share the steps of a function.
 *
 * Every member goes through all steps in their order and does its part of each: rows, columns, parts, or, of
 * steps that are not shared, member 0 does everything.  share_waits.c tells where they wait for each other.
 */
#include "engine/graph/plan.h"

/* Below about 20 microseconds of work waiting costs more than it saves; so do many small steps, after each of
 * which members fetch from each other what they made. */
#define WORK_MIN 5e6
#define WORK_MIN_OF_STEP 5e5
/* Per element and operation of a fused pass, loads and stores included. */
enum { WORK_PER_ELEMENT = 4 };

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

struct sharing sharing_of(const struct function *function, const struct apply *apply)
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
    double work = 0, steps = 0;

    for (size_t k = 0; k < function->inferred_count; k++) {
        const struct apply *apply = function->inferred[k];

        if (!function->runs[k] || function->is_static[k] || apply->operation->kind == OPERATION_VIEW)
            continue;
        work += sharing_of(function, apply).work;
        steps += function->group[k] == NEVER || function->group[k] == (int)k;
    }
    return work >= WORK_MIN && work >= WORK_MIN_OF_STEP * steps;
}

bool operand_is_sliced(const struct step *step, size_t index, const struct shape *operand)
{
    const bool whole = index < 32 && (step->apply->operation->whole >> index & 1);

    if (step->sharing.kind == SHARE_SEQUENCES || step->sharing.kind == SHARE_CHANNELS)
        return !whole;
    if (step->sharing.kind == SHARE_COLUMNS)
        return !step->fused && step->apply->operation->columns_are_rows &&
               step->apply->operation->columns_are_rows(step->apply, index);
    if (step->sharing.kind != SHARE_ROWS || rows_of(operand) != step->sharing.count)
        return false;
    return step->fused ? operand->rank == step->call.outputs[0]->shape.rank : !whole;
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
        const bool sliced = results || operand_is_sliced(step, i, &tensors[i]->shape);

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
        share->call.partial = step->sharing.kind != SHARE_ROWS;
        if (step->fused || step->sharing.kind != SHARE_ROWS)
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
    hand_over_begin(function);
    for (size_t s = 0; s < function->step_count; s++) {
        if (function->steps[s].is_static)
            continue;
        share_place_step(function, &function->steps[s]);
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
    }
    share_plan_waits(function);
    function->errors = arena_array(&function->arena, members, sizeof *function->errors);
}

/* ---- Running ---- */

int64_t step_parts(const struct step *step)
{
    return step->sharing.kind == SHARE_NONE ? 1 : step->sharing.count;
}

bool step_run_part(const struct step *step, const struct call *call, struct part part, struct error *err)
{
    int64_t unit;

    if (!step->fused)
        return step->apply->operation->run(call, err);
    unit = fused_elements(step->fused) / step_parts(step);
    fused_run(step->fused, part.begin * unit, part.end * unit, call->scratch);
    return true;
}

bool share_run(const struct function *function, const struct step *step, size_t member, struct error *err)
{
    const struct share *share = &step->shares[member];
    const bool alone = step->sharing.kind == SHARE_NONE;
    const struct part part = alone ? (struct part){ 0, member == 0 } : share->part;
    const struct call *call = alone ? &step->call : &share->call;

    if (part.begin == part.end)
        return true;
    return hand_over_run(function, step, member, call, part, err);
}
