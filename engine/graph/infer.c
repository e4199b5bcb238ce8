/* engine/graph/infer.c -- the shapes of the present batch. */
#include "engine/graph/plan.h"

void value_follow(struct value *value)
{
    const struct apply *apply = value->node->apply;
    const struct tensor *parent;
    int64_t offset = 0;

    if (value->storage != STORAGE_VIEW)
        return;
    parent = &value->parent->tensor;
    if (apply->operation->view_offset)
        offset = apply->operation->view_offset(apply, &parent->shape);
    value->tensor.data = (char *)parent->data + (size_t)offset * dtype_bytes(parent->dtype);
}

static bool infer_apply(struct function *function, const struct apply *apply, struct error *err)
{
    struct shape inputs[OPERANDS_MAX], outputs[RESULTS_MAX];

    for (size_t i = 0; i < apply->input_count; i++)
        inputs[i] = function_value(function, apply->inputs[i])->tensor.shape;
    if (!apply->operation->infer(apply, inputs, outputs, err))
        return false;
    for (size_t i = 0; i < apply->output_count; i++) {
        const struct shape *planned = &apply->outputs[i].shape;

        if (shape_elements(&outputs[i]) > shape_elements(planned))
            return raise_shapes(err, apply->operation->name, &outputs[i], planned,
                                "the result is larger than for the largest batch");
        function_value(function, &apply->outputs[i])->tensor.shape = outputs[i];
    }
    return true;
}

bool function_infer(struct function *function, struct error *err)
{
    for (size_t k = 0; k < function->inferred_count; k++)
        if (!infer_apply(function, function->inferred[k], err))
            return false;
    for (size_t i = 0; i < function->value_count; i++)
        value_follow(&function->values[i]);
    for (size_t s = 0; s < function->step_count; s++)
        if (function->steps[s].fused)
            fused_prepare(function->steps[s].fused);
    return true;
}
