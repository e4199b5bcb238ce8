/* engine/bricks/brick_initialize.c -- start values, drawn in the order of Blocks.
 *
 * First every brick that has children with parameters hands its generator down; a brick that needs one and
 * was handed none makes its own, seeded by its argument or by the next draw of the job's seed generator.
 * Then, children first, each brick fills its biases and then its other parameters. */
#include <stdint.h>

#include "engine/bricks/brick_build.h"

static struct random_state *random_of(struct brick *self, struct random_state *seeds)
{
    const struct initializable *settings = self->settings;
    int64_t seed;

    if (!self->random) {
        seed = self->type->initializable ? settings->seed : INTEGER_ABSENT;
        if (seed == INTEGER_ABSENT)
            seed = random_randint(seeds, INT32_MAX);
        self->random = arena_alloc(&self->tree->arena, sizeof *self->random);
        random_seed(self->random, (uint32_t)seed);
    }
    return self->random;
}

static void hand_down(struct brick *self, struct random_state *seeds)
{
    for (size_t i = 0; i < self->child_count; i++)
        if (self->type->initializable && self->children[i]->type->initializable)
            self->children[i]->random = random_of(self, seeds);
    for (size_t i = 0; i < self->child_count; i++)
        hand_down(self->children[i], seeds);
}

static bool fill(struct brick *self, const struct brick_parameter *parameter, struct variables *variables,
                 struct random_state *seeds, struct error *err)
{
    const struct variable *variable = variables_find(variables, parameter->path);
    const struct tensor nowhere = { .dtype = variables_real(variables), .shape = parameter->shape };
    const struct tensor *out = variable ? &variable->value : &nowhere;

    if (parameter->role == PARAMETER_WEIGHT || parameter->role == PARAMETER_BIAS)
        random_of(self, seeds); /* made even by a scheme that draws nothing */
    if (parameter->initialization)
        return initialization_generate(parameter->initialization, self->random, out, err);
    for (int64_t i = 0; out->data && i < tensor_elements(out); i++)
        tensor_write(out, i, parameter->start);
    return true;
}

static bool initialize(struct brick *self, struct variables *variables, struct random_state *seeds,
                       struct error *err)
{
    for (size_t i = 0; i < self->child_count; i++)
        if (!initialize(self->children[i], variables, seeds, err))
            return false;
    for (int biases = 1; biases >= 0; biases--)
        for (size_t i = 0; i < self->parameter_count; i++)
            if ((self->parameters[i].role == PARAMETER_BIAS) == (biases == 1) &&
                !fill(self, &self->parameters[i], variables, seeds, err))
                return false;
    return true;
}

bool brick_initialize(struct brick *top, struct variables *variables, struct random_state *seeds,
                      struct error *err)
{
    hand_down(top, seeds);
    return initialize(top, variables, seeds, err);
}
