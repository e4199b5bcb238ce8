/* engine/rules/step_rule_apply.c -- one batch: all leaves of a rule, block by block. */
#include <math.h>

#include "engine/rules/step_rule_internal.h"

/* Elements that pass through a chain of leaves together: steps, two states and parameters of float64 fill
 * 32 KiB, so that they stay in the first-level cache from leaf to leaf.  At most STEP_SQUARES_MAX. */
enum { BLOCK = 1024 };

static void update_span(const struct step_rule *root, const struct step_vectors *vectors,
                        struct step_span span)
{
    root->kernels->update(span.end - span.begin, span_steps(root, vectors, span),
                          span_parameters(root, vectors, span));
}

/* Leaves first .. end - 1 on one block, and the update behind the last if asked for. */
static void run_block(struct step_rule *root, size_t first, size_t end, const struct step_vectors *vectors,
                      struct step_span span, bool update)
{
    for (size_t i = first; i < end; i++) {
        struct step_rule *leaf = root->leaves[i];

        if (!leaf->members[span.parameter])
            continue;
        if (update && i + 1 == end && leaf->type->apply_and_update) {
            leaf->type->apply_and_update(leaf, vectors, span);
            return;
        }
        leaf->type->apply(leaf, vectors, span);
    }
    if (update)
        update_span(root, vectors, span);
}

/* A stage begins with a leaf that has to see all steps first, and reaches to the next such leaf. */
static size_t stage_end(const struct step_rule *root, size_t first)
{
    size_t end = first + 1;

    while (end < root->leaf_count && !root->leaves[end]->type->reduce)
        end++;
    return end < root->leaf_count ? end : root->leaf_count;
}

/* What members of a team share: leaves first .. end - 1, over all blocks. */
struct stage {
    struct step_rule *root;
    size_t first, end;
    const struct step_vectors *vectors;
    bool update;
};

static int64_t block_count(struct step_span span)
{
    return (span.end - span.begin + BLOCK - 1) / BLOCK;
}

static int64_t blocks_of(const struct step_rule *root)
{
    int64_t blocks = 0;

    for (size_t i = 0; i < root->span_count; i++)
        blocks += block_count(root->spans[i]);
    return blocks;
}

/* A member's part, counted over the blocks of all spans. */
static void run_part(void *context, size_t member)
{
    const struct stage *stage = context;
    const struct step_rule *root = stage->root;
    const struct part part = team_part(blocks_of(root), team_members(root->team), member);
    int64_t before = 0; /* blocks of earlier spans */

    for (size_t i = 0; i < root->span_count && before < part.end; i++) {
        const int64_t blocks = block_count(root->spans[i]);
        const int64_t first = part.begin > before ? part.begin - before : 0;

        for (int64_t number = first; number < blocks && before + number < part.end; number++) {
            struct step_span block = root->spans[i];

            block.begin += number * BLOCK;
            if (block.end - block.begin > BLOCK)
                block.end = block.begin + BLOCK;
            run_block(stage->root, stage->first, stage->end, stage->vectors, block, stage->update);
        }
        before += blocks;
    }
}

static void run_stage(struct step_rule *root, size_t first, size_t end, const struct step_vectors *vectors,
                      bool update)
{
    struct stage stage = { root, first, end, vectors, update };

    if (first < end && root->leaves[first]->type->reduce)
        root->leaves[first]->type->reduce(root->leaves[first], vectors);
    team_run(root->team, run_part, &stage);
}

void step_rule_use_team(struct step_rule *rule, struct team *team)
{
    enum { BLOCKS_MIN = 32 }; /* some microseconds */

    rule->team = blocks_of(rule) >= BLOCKS_MIN ? team : NULL;
}

void step_rule_begin(struct step_rule *rule)
{
    for (size_t i = 0; i < rule->leaf_count; i++)
        if (rule->leaves[i]->type->begin)
            rule->leaves[i]->type->begin(rule->leaves[i]);
}

void step_rule_cancel(struct step_rule *rule)
{
    for (size_t i = 0; i < rule->leaf_count; i++)
        if (rule->leaves[i]->type->cancel)
            rule->leaves[i]->type->cancel(rule->leaves[i]);
}

static void run(struct step_rule *root, const struct step_vectors *vectors, bool update)
{
    step_rule_begin(root);
    if (root->leaf_count == 0)
        run_stage(root, 0, 0, vectors, update);
    for (size_t first = 0, end; first < root->leaf_count; first = end) {
        end = stage_end(root, first);
        run_stage(root, first, end, vectors, update && end == root->leaf_count);
    }
}

void step_rule_apply(struct step_rule *rule, void *steps, const void *parameters)
{
    /* Without the update no leaf writes to the parameters. */
    const struct step_vectors vectors = { .steps = steps, .parameters = (void *)(uintptr_t)parameters };

    run(rule, &vectors, false);
}

void step_rule_apply_and_update(struct step_rule *rule, void *steps, void *parameters)
{
    const struct step_vectors vectors = { .steps = steps, .parameters = parameters };

    run(rule, &vectors, true);
}

bool step_rule_is_elementwise(const struct step_rule *rule)
{
    for (size_t i = 0; i < rule->leaf_count; i++)
        if (rule->leaves[i]->type->reduce)
            return false;
    return true;
}

/* Whether one leaf does all that is done to a parameter, and in one pass. */
static bool is_one_pass(const struct step_rule *root, size_t parameter)
{
    const size_t last = root->leaf_count - 1;

    for (size_t i = 0; i < root->leaf_count; i++)
        if (root->leaves[i]->members[parameter] != (i == last))
            return false;
    return root->leaf_count > 0 && root->leaves[last]->type->apply_and_update;
}

void step_rule_update_span(struct step_rule *rule, void *steps, void *parameters, struct step_span span,
                           double *squares)
{
    const bool in_passing = is_one_pass(rule, span.parameter);
    const struct step_vectors vectors = { .steps = steps,
                                          .parameters = parameters,
                                          .steps_begin = span.begin,
                                          .squares = in_passing ? squares : NULL };
    struct step_span block = span;

    for (; block.begin < span.end; block.begin = block.end) {
        block.end = span.end - block.begin < BLOCK ? span.end : block.begin + BLOCK;
        if (squares && !in_passing)
            *squares +=
                rule->kernels->sum_squares(block.end - block.begin, span_steps(rule, &vectors, block));
        run_block(rule, 0, rule->leaf_count, &vectors, block, true);
    }
}

void step_update(const struct step_layout *layout, const void *steps, void *parameters)
{
    for (size_t i = 0; i < layout->parameter_count; i++) {
        const struct step_parameter *parameter = &layout->parameters[i];

        step_kernels_of(layout->dtype)
            ->update(parameter->count, step_at_const(layout, steps, parameter->offset),
                     step_at(layout, parameters, parameter->offset));
    }
}

double step_norm_of_members(const struct step_layout *layout, const bool *members, const void *steps)
{
    const struct step_kernels *kernels = step_kernels_of(layout->dtype);
    double sum = 0;

    for (size_t i = 0; i < layout->parameter_count; i++) {
        const struct step_parameter *parameter = &layout->parameters[i];

        if (!members || members[i])
            sum += kernels->sum_squares(parameter->count, step_at_const(layout, steps, parameter->offset));
    }
    return sqrt(sum);
}

double step_norm(const struct step_layout *layout, const void *steps)
{
    return step_norm_of_members(layout, NULL, steps);
}
