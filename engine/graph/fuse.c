/* engine/graph/fuse.c -- which elementwise applications run as one pass.
 *
 * An application joins the group of its users when all of them are in one group whose result has its shape:
 * then nobody else needs its result, and it never goes to memory. */
#include "engine/graph/graph_state.h"
#include "engine/graph/plan.h"

#include <stdlib.h>

#include "engine/base/memory.h"

/* By index of a node: the one group that uses it, or one of these. */
enum { USED_BY_NOBODY = -1, USED_BY_OTHERS = -2 };

struct fusion {
    struct function *function;
    int *users;  /* by node */
    int *counts; /* applications in a group, by place of its last */
};

/* Notes that an application of `group`, or of none (NEVER), reads `node`. */
static void note_use(struct fusion *fusion, const struct node *node, int group)
{
    const struct function *function = fusion->function;
    int *users = &fusion->users[node->index];
    bool joins = group != NEVER;

    if (joins) {
        const struct node *result = &function->inferred[group]->outputs[0];
        joins = shape_equal(&node->shape, &result->shape) && (*users == USED_BY_NOBODY || *users == group);
    }
    *users = joins ? group : USED_BY_OTHERS;
}

static void place_in_group(struct fusion *fusion, size_t place)
{
    struct function *function = fusion->function;
    const struct apply *apply = function->inferred[place];
    const int users = fusion->users[apply->outputs[0].index];

    function->group[place] = (int)place;
    if (users >= 0 && fusion->counts[users] < FUSED_APPLICATIONS_MAX &&
        function->is_static[users] == function->is_static[place])
        function->group[place] = users;
    fusion->counts[function->group[place]]++;
}

void plan_fuse(struct function *function)
{
    const size_t nodes = function->graph->node_count;
    struct fusion fusion = { function, memory_new(nodes + 1, sizeof(int)),
                             memory_new(function->inferred_count + 1, sizeof(int)) };

    function->group = arena_array(&function->arena, function->inferred_count + 1, sizeof(int));
    for (size_t i = 0; i < nodes; i++)
        fusion.users[i] = USED_BY_NOBODY;
    for (size_t i = 0; i < function->value_count; i++)
        if (function->values[i].is_output)
            fusion.users[function->values[i].node->index] = USED_BY_OTHERS;
    for (size_t k = function->inferred_count; k-- > 0;) {
        const struct apply *apply = function->inferred[k];

        function->group[k] = NEVER;
        if (!function->runs[k])
            continue;
        if (apply->operation->kind == OPERATION_ELEMENTWISE)
            place_in_group(&fusion, k);
        for (size_t i = 0; i < apply->input_count; i++) {
            if (apply_input_is_shape_only(apply, i))
                continue;
            note_use(&fusion,
                     function->group[k] == NEVER ? apply->inputs[i] : node_through_fill(apply->inputs[i]),
                     function->group[k]);
        }
    }
    free(fusion.users);
    free(fusion.counts);
}
