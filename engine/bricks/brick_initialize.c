/* engine/bricks/brick_initialize.c -- start values, drawn in the order of Blocks.
 *
 * First every brick that has children with parameters hands its generator down; a brick that needs one and
 * was handed none makes its own, seeded by its argument or by the next draw of the job's seed generator.
 * Then, children first, each brick fills its biases and then its other parameters. */
#include <stdint.h>
#include <stdlib.h>

#include "engine/base/memory.h"
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

/* Columns [first, first + width) of `out` from the matrix `piece`. */
static void store_columns(const struct tensor *piece, const struct tensor *out, int64_t first)
{
    const int64_t width = piece->shape.dims[1], columns = out->shape.dims[1];

    for (int64_t i = 0; i < tensor_elements(piece); i++)
        tensor_write(out, i / width * columns + first + i % width, tensor_read(piece, i));
}

static bool generate_pieces(const struct brick_parameter *parameter, struct random_state *random,
                            const struct tensor *out, struct error *err)
{
    struct tensor piece = *out;
    bool generated = true;

    piece.shape.dims[1] /= parameter->pieces;
    if (out->data) {
        piece.data = memory_try_aligned(tensor_bytes(&piece) + 1);
        if (!piece.data)
            return RAISE(err, ERROR_MEMORY, NULL, "no memory for the start values of %s", parameter->path);
    }
    for (int64_t k = 0; generated && k < parameter->pieces; k++) {
        generated = initialization_generate(parameter->initialization, random, &piece, err);
        if (generated && out->data)
            store_columns(&piece, out, k * piece.shape.dims[1]);
    }
    free(piece.data);
    return generated;
}

static bool fill(struct brick *self, const struct brick_parameter *parameter, struct variables *variables,
                 struct random_state *seeds, struct error *err)
{
    const struct variable *variable = variables_find(variables, parameter->path);
    const struct tensor nowhere = { .dtype = variables_real(variables), .shape = parameter->shape };
    const struct tensor *out = variable ? &variable->value : &nowhere;

    if (parameter->role == PARAMETER_WEIGHT || parameter->role == PARAMETER_BIAS)
        random_of(self, seeds); /* made even by a scheme that draws nothing */
    if (parameter->initialization && parameter->pieces > 1)
        return generate_pieces(parameter, self->random, out, err);
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
