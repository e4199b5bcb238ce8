/* engine/graph/lifetimes.c -- how long each value is needed, and which results take over the memory of an
 * operand. */
#include "engine/graph/plan.h"

static void use_until(struct function *function, struct value *value, int step)
{
    const struct value *root = value ? value_root(value) : NULL;

    if (!root || root->storage != STORAGE_ARENA)
        return;
    function->buffers[root->buffer].readers++;
    if (function->buffers[root->buffer].last < step)
        function->buffers[root->buffer].last = step;
}

static void find_lifetimes(struct function *function)
{
    for (size_t s = 0; s < function->step_count; s++)
        for (size_t i = 0; i < step_operand_count(&function->steps[s]); i++)
            use_until(function, step_operand(function, &function->steps[s], i), (int)s);
    for (size_t i = 0; i < function->value_count; i++)
        if (function->values[i].is_output)
            use_until(function, &function->values[i], ALWAYS);
}

/* Whether the result of `step` may be written over its operand `index`: nobody needs that operand later, and
 * it is read element by element by this step, nowhere else.  The members of a team would have to wait for
 * those who read it before, so it must have no other reader. */
static bool may_take_over(const struct function *function, const struct step *step, int number, size_t index,
                          const struct value *result)
{
    struct value *operand = step_operand(function, step, index), *root;

    if (!operand || !shape_equal(&operand->node->shape, &result->node->shape))
        return false;
    root = value_root(operand);
    if (root->storage != STORAGE_ARENA || function->buffers[root->buffer].last != number ||
        function->buffers[root->buffer].first == NEVER || root->tensor.dtype != result->tensor.dtype ||
        tensor_elements(&root->tensor) != tensor_elements(&result->tensor) ||
        (function->team && function->buffers[root->buffer].readers > 1))
        return false;
    for (size_t i = 0; i < step_operand_count(step); i++) {
        struct value *other = step_operand(function, step, i);

        if (i != index && other && value_root(other)->storage == STORAGE_ARENA &&
            value_root(other)->buffer == root->buffer &&
            !(step->fused && shape_equal(&other->node->shape, &result->node->shape)))
            return false;
    }
    return true;
}

static void take_over_memory(struct function *function)
{
    for (size_t s = 0; s < function->step_count; s++) {
        const struct step *step = &function->steps[s];
        struct value *result = function_value(function, &step->apply->outputs[0]);
        const size_t operands = step->fused ? step_operand_count(step) : step->apply->operation->in_place;

        if (result->storage != STORAGE_ARENA || step->is_static)
            continue;
        for (size_t i = 0; i < operands; i++) {
            if (!may_take_over(function, step, (int)s, i, result))
                continue;
            const int taken = value_root(step_operand(function, step, i))->buffer;
            function->buffers[taken].last = function->buffers[result->buffer].last;
            function->buffers[taken].readers = function->buffers[result->buffer].readers;
            function->buffers[result->buffer] = (struct buffer){ .first = NEVER, .last = NEVER };
            result->buffer = taken;
            break;
        }
    }
}

void plan_lifetimes(struct function *function)
{
    find_lifetimes(function);
    take_over_memory(function);
}
