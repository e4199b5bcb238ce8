/* engine/graph/hand_over.c -- results that are taken as soon as they are made; see function_taker.
 *
 * A step hands its result over itself when nobody else reads that, and nothing behind the step reads the
 * variable or can fail.  Where its operation can work in pieces, these are made one after the other in the
 * same scratch, which stays in the second cache: such a result never goes to memory.  Whatever is left is
 * taken behind all steps.
 *
 * Sums of squares of such a result, for norms, do not count as reading it: the taker sums those of what a
 * member gives it, and the step that wants them adds up the members. */
#include "engine/graph/plan.h"

enum {
    PIECE_BYTES = 512 << 10,
    SHARED_ELEMENTS_MIN = 1 << 13 /* below, sharing what one member has made costs more than it saves */
};

/* ---- When the function is compiled ---- */

static bool lies_in(const struct function *function, const struct node *node, struct value *written)
{
    return value_root(function_value(function, node)) == written;
}

/* Whether others than the taker get to see what it may change. */
static bool is_seen(const struct function *function, size_t output, struct value *written)
{
    for (size_t i = function->taker.count; i < function->output_count; i++)
        if (lies_in(function, function->outputs[i], written))
            return true;
    for (size_t i = 0; i < function->update_count; i++)
        if (lies_in(function, function->updates[i].value, written))
            return true;
    for (size_t i = 0; i < function->taker.count; i++)
        if (i != output && lies_in(function, function->outputs[i], written))
            return true;
    return false;
}

static bool reads(const struct function *function, const struct step *step, const struct variable *variable,
                  const struct value *written)
{
    for (size_t i = 0; i < step_operand_count(step); i++) {
        struct value *operand = step_operand(function, step, i), *root = operand ? value_root(operand) : NULL;

        if (root && (root == written || (variable && root->node->variable == variable)))
            return true;
    }
    return false;
}

/* Whether all it wants of the value are its squares. */
static bool sums_squares(const struct function *function, const struct step *step,
                         const struct value *written)
{
    struct value *operand;

    if (step->fused || !step->apply->operation->sums_squares)
        return false;
    operand = step_operand(function, step, 0);
    return value_root(operand) == written &&
           tensor_elements(&operand->tensor) == tensor_elements(&written->tensor);
}

static bool can_take(const struct function *function, int number, const struct value *written,
                     const struct variable *variable)
{
    const struct step *step = &function->steps[number];

    if (step->is_static || &step->apply->outputs[0] != written->node)
        return false;
    for (int s = 0; s < (int)function->step_count; s++) {
        const struct step *other = &function->steps[s];

        if (sums_squares(function, other, written))
            continue;
        if (reads(function, other, s < number ? NULL : variable, written) ||
            (s > number && other->apply->operation->may_fail))
            return false;
    }
    return true;
}

static int step_that_makes(const struct function *function, const struct value *written)
{
    for (size_t s = 0; s < function->step_count; s++)
        for (size_t i = 0; i < function->steps[s].apply->output_count; i++)
            if (&function->steps[s].apply->outputs[i] == written->node)
                return (int)s;
    return NEVER;
}

static struct value *written_value(const struct function *function, size_t output)
{
    return function_value(function, node_written_whole(function->outputs[output]));
}

/* Room for a piece of its result, where that is more than one; operations that make pieces need no other
 * scratch. */
static void add_scratch(struct function *function, struct step *step, int number)
{
    const struct operation *operation = step->apply->operation;

    if (!operation->piece || operation->scratch_bytes || tensor_bytes(step->call.outputs[0]) <= PIECE_BYTES)
        return;
    if (!function->team)
        step->scratch_buffer = plan_add_buffer(function, PIECE_BYTES, number, number);
    else if (function->scratch_bytes < PIECE_BYTES)
        function->scratch_bytes = PIECE_BYTES;
}

static void add_followers(struct function *function, int number, const struct value *written)
{
    struct step *maker = &function->steps[number];

    for (size_t s = 0; s < function->step_count; s++) {
        if (!sums_squares(function, &function->steps[s], written))
            continue;
        function->steps[s].follows = number;
        if (!maker->squares)
            maker->squares =
                arena_array(&function->arena, team_members(function->team), sizeof *maker->squares);
    }
}

void plan_hand_over(struct function *function)
{
    for (size_t i = 0; i < function->taker.count; i++)
        if (!function->destinations[i] || is_seen(function, i, written_value(function, i)))
            function->taker.count = 0;
    function->taken_last = arena_array(&function->arena, function->taker.count + 1, sizeof(bool));
    for (size_t i = 0; i < function->taker.count; i++) {
        const struct value *written = written_value(function, i);
        const int number = step_that_makes(function, written);

        if (number == NEVER || !can_take(function, number, written, function->taker.variables[i]))
            continue;
        function->steps[number].taken = (int)i;
        add_scratch(function, &function->steps[number], number);
        add_followers(function, number, written);
    }
}

/* ---- When shapes change ---- */

void hand_over_begin(struct function *function)
{
    function->takes_last = function->taker.count > 0;
    function->takes_some = false;
    for (size_t i = 0; i < function->taker.count; i++)
        function->taken_last[i] = true;
    for (size_t s = 0; s < function->step_count; s++)
        for (size_t i = 0; function->steps[s].squares && i < team_members(function->team); i++)
            function->steps[s].squares[i] = 0; /* of members without a part */
}

void hand_over_place_step(struct function *function, struct step *step)
{
    const int64_t elements = tensor_elements(step->call.outputs[0]);
    const enum sharing_kind kind = step->sharing.kind;

    if (step->taken == NEVER || elements == 0)
        return;
    step->takes = kind == SHARE_ROWS || kind == SHARE_PARTS ||
                  (kind == SHARE_NONE && (!function->team || elements < SHARED_ELEMENTS_MIN));
    function->taken_last[step->taken] = !step->takes;
    function->takes_last = false;
    for (size_t i = 0; i < function->taker.count; i++)
        function->takes_last = function->takes_last || function->taken_last[i];
}

void hand_over_place_alone(struct function *function)
{
    hand_over_begin(function);
    for (size_t s = 0; s < function->step_count; s++) {
        struct step *step = &function->steps[s];

        if (step->taken == NEVER)
            continue;
        step->sharing = sharing_of(function, step->apply);
        if (step->sharing.kind == SHARE_COLUMNS || step->sharing.kind == SHARE_SEQUENCES)
            step->sharing.kind = SHARE_NONE;
        hand_over_place_step(function, step);
    }
}

/* ---- Running ---- */

/* squares: NULL when nobody wants them. */
static void take(const struct function *function, size_t output, void *elements, int64_t begin, int64_t end,
                 double *squares)
{
    if (begin < end)
        function->taker.take(function->taker.context, output, elements, begin, end, squares);
}

static void *element(const struct tensor *tensor, int64_t index)
{
    return (char *)tensor->data + (size_t)index * dtype_bytes(tensor->dtype);
}

/* So many parts at a time, 0: all of them. */
static int64_t piece_of(const struct step *step, int64_t parts)
{
    const struct operation *operation = step->apply->operation;
    const int64_t unit = (int64_t)tensor_bytes(step->call.outputs[0]) / step_parts(step);
    struct shape inputs[OPERANDS_MAX];
    int64_t piece;

    if (!operation->piece || operation->scratch_bytes || step->sharing.kind != SHARE_PARTS)
        return 0;
    for (size_t i = 0; i < step->apply->input_count; i++)
        inputs[i] = step->call.inputs[i]->shape;
    piece = operation->piece(step->apply, inputs, &step->call.outputs[0]->shape, parts, PIECE_BYTES / unit);
    return piece < parts ? piece : 0;
}

static bool run_and_take(const struct function *function, const struct step *step, const struct call *call,
                         struct part part, double *squares, struct error *err)
{
    const struct tensor *result = step->call.outputs[0];
    const size_t output = (size_t)step->taken;
    const int64_t unit = tensor_elements(result) / step_parts(step);
    const int64_t parts = piece_of(step, part.end - part.begin);
    struct call piece = *call;

    if (!parts) {
        if (!step_run_part(step, call, part, err))
            return false;
        take(function, output, element(result, part.begin * unit), part.begin * unit, part.end * unit,
             squares);
        return true;
    }
    piece.piece = call->scratch;
    piece.partial = true;
    for (piece.begin = part.begin; piece.begin < part.end; piece.begin = piece.end) {
        piece.end = part.end - piece.begin < parts ? part.end : piece.begin + parts;
        if (!step->apply->operation->run(&piece, err))
            return false;
        take(function, output, piece.piece, piece.begin * unit, piece.end * unit, squares);
    }
    return true;
}

/* In the order of the members. */
static void add_up_squares(const struct function *function, const struct step *step)
{
    const double *squares = function->steps[step->follows].squares;
    double total = 0;

    for (size_t i = 0; i < team_members(function->team); i++)
        total += squares[i];
    tensor_write(step->call.outputs[0], 0, total);
}

bool hand_over_run(const struct function *function, const struct step *step, size_t member,
                   const struct call *call, struct part part, struct error *err)
{
    double squares = 0;

    if (step->follows != NEVER && function->steps[step->follows].takes) {
        add_up_squares(function, step);
        return true;
    }
    if (!step->takes)
        return step_run_part(step, call, part, err);
    if (!run_and_take(function, step, call, part, step->squares ? &squares : NULL, err))
        return false;
    if (step->squares)
        step->squares[member] = squares;
    return true;
}

void hand_over_last(const struct function *function, size_t member)
{
    for (size_t i = 0; i < function->taker.count; i++) {
        const struct tensor *result = function->destinations[i];
        const int64_t elements = tensor_elements(result);
        struct part part = { 0, member == 0 ? elements : 0 };

        if (!function->taken_last[i])
            continue;
        if (elements >= SHARED_ELEMENTS_MIN)
            part = team_part(elements, team_members(function->team), member);
        take(function, i, element(result, part.begin), part.begin, part.end, NULL);
    }
}
