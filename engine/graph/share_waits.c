/* engine/graph/share_waits.c -- where the members of a team wait for each other.
 *
 * Before a step they wait if one of them could touch what another has written, or write what another reads,
 * since they last waited.  Which memory that is follows from the shapes: whole values are read by all, and
 * rows by those to whom the rows belong.  The same test covers memory that one value takes over from another.
 * They also wait before the first step that hands its result over: nothing is taken when a step has failed.
 */
#include "engine/graph/plan.h"

enum toucher { BY_FIRST, BY_ALL, BY_PARTS };

/* Memory that a step touches.  BY_PARTS: it is one period after the other, each of `count` units, of which
 * every member touches its part. */
struct access {
    const char *begin, *end;
    enum toucher by;
    bool writes;
    int64_t count;
    size_t unit_bytes;
};

static void add_access(struct function *function, const struct tensor *tensor, struct access access,
                       int64_t periods)
{
    const size_t bytes = tensor_bytes(tensor);

    if (bytes == 0 || !tensor->data)
        return;
    access.begin = tensor->data;
    access.end = access.begin + bytes;
    access.unit_bytes = bytes / (size_t)(access.count * periods);
    function->accesses[function->access_count++] = access;
}

/* Steps of a sequence, or images of a batch. */
static int64_t steps_of(const struct tensor *sequence)
{
    return sequence->shape.dims[0];
}

static void add_operand(struct function *function, const struct step *step, size_t index,
                        const struct tensor *operand)
{
    const struct sharing *sharing = &step->sharing;
    struct access access = { .by = sharing->kind == SHARE_NONE ? BY_FIRST : BY_ALL, .count = 1 };
    int64_t periods = 1;

    if (operand_is_sliced(step, index, &operand->shape)) {
        access.by = BY_PARTS;
        access.count = sharing->count;
        if (sharing->kind == SHARE_SEQUENCES && !(step->apply->operation->states >> index & 1))
            periods = steps_of(operand);
        if (sharing->kind == SHARE_CHANNELS)
            periods = steps_of(operand);
    }
    add_access(function, operand, access, periods);
}

static void add_result(struct function *function, const struct step *step, size_t index)
{
    const struct sharing *sharing = &step->sharing;
    const struct tensor *result = step->call.outputs[index];
    struct access access = { .by = BY_FIRST, .writes = true, .count = 1 };
    int64_t periods = 1;

    if (sharing->kind != SHARE_NONE) {
        access.by = BY_PARTS;
        access.count = sharing->count;
    }
    if (sharing->kind == SHARE_COLUMNS)
        periods = tensor_elements(result) / sharing->count;
    if (sharing->kind == SHARE_SEQUENCES && !(step->apply->operation->state_results >> index & 1))
        periods = steps_of(result);
    if (sharing->kind == SHARE_CHANNELS)
        periods = steps_of(result);
    add_access(function, result, access, periods);
}

/* What the taker changes when it is handed a part. */
static void add_taken(struct function *function, const struct step *step)
{
    const bool first = step->sharing.kind == SHARE_NONE;

    add_access(function, &function->taker.variables[step->taken]->value,
               (struct access){ .by = first ? BY_FIRST : BY_PARTS,
                                .writes = true,
                                .count = first ? 1 : step->sharing.count },
               1);
}

/* Sources are never written, and scratch belongs to one member. */
static void add_accesses(struct function *function, const struct step *step)
{
    for (size_t i = 0; i < step_operand_count(step); i++) {
        struct value *operand = step_operand(function, step, i);

        if (operand && value_root(operand)->storage != STORAGE_SOURCE)
            add_operand(function, step, i, &operand->tensor);
    }
    for (size_t i = 0; i < step->apply->output_count; i++)
        add_result(function, step, i);
    if (step->takes)
        add_taken(function, step);
}

/* Periods of one length, one beginning some whole ones after the other: a step of a sequence, say. */
static bool same_parts(const struct access *a, const struct access *b, size_t members)
{
    const size_t period = (size_t)a->count * a->unit_bytes;
    const size_t apart = (size_t)(a->begin < b->begin ? b->begin - a->begin : a->begin - b->begin);

    if (period != (size_t)b->count * b->unit_bytes || apart % period != 0)
        return false;
    for (size_t i = 1; i < members && a->count != b->count; i++)
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

void share_place_step(struct function *function, struct step *step)
{
    const size_t before = function->access_count;

    step->sharing = sharing_of(function, step->apply);
    hand_over_place_step(function, step);
    add_accesses(function, step);
    if (any_conflict(function, before, function->access_count, before, function->access_count)) {
        step->sharing.kind = SHARE_NONE; /* it writes over what everybody reads */
        function->access_count = before;
        hand_over_place_step(function, step);
        add_accesses(function, step);
    }
    step->waits = any_conflict(function, 0, before, before, function->access_count) ||
                  (step->takes && !function->takes_some);
    function->takes_some = function->takes_some || step->takes;
    if (!step->waits)
        return;
    for (size_t i = before; i < function->access_count; i++)
        function->accesses[i - before] = function->accesses[i];
    function->access_count -= before;
}

void share_plan_waits(struct function *function)
{
    size_t accesses = 1;

    for (size_t s = 0; s < function->step_count; s++)
        accesses += step_operand_count(&function->steps[s]) + function->steps[s].apply->output_count + 1;
    function->accesses = arena_array(&function->arena, accesses, sizeof *function->accesses);
}
