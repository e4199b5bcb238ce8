/* engine/graph/fused_compile.c -- from the applications of a group to its program: see fused.h. */
#include "engine/graph/fused.h"

static int operand_register(struct fused *fused, struct value *value)
{
    for (int i = 0; i < fused->operand_count; i++)
        if (fused->operands[i].value == value)
            return i;
    fused->operands[fused->operand_count] = (struct operand){ .value = value };
    return fused->operand_count++;
}

/* The place of the application that makes `node` inside the group of `last`; NEVER when it is outside. */
static int place_inside(const struct function *function, const struct node *node, size_t last)
{
    const int place = node->apply ? function->place_of[node->apply->index] : NEVER;

    return place != NEVER && function->runs[place] && function->group[place] == (int)last ? place : NEVER;
}

/* While compiling, operands and temporaries are numbered apart: temporaries from here on. */
enum { TEMPORARY = 1000 };

/* Temporaries by place of the application; an instruction frees those it reads last before it takes its own.
 */
struct allocation {
    int registers[FUSED_APPLICATIONS_MAX]; /* by instruction: its temporary */
    int last_use[FUSED_APPLICATIONS_MAX];  /* by instruction: the last that reads its result */
    bool taken[FUSED_APPLICATIONS_MAX];
};

static void read_operands(struct function *function, struct fused *fused, const struct apply *apply,
                          size_t last, const int *instruction_of, int registers[2], int instructions[2])
{
    for (size_t i = 0; i < 2; i++) {
        const struct node *node;
        int place;

        registers[i] = instructions[i] = NEVER;
        if (i >= apply->input_count || apply_input_is_shape_only(apply, i))
            continue;
        node = node_through_fill(apply->inputs[i]);
        place = place_inside(function, node, last);
        if (place != NEVER)
            instructions[i] = instruction_of[place];
        else
            registers[i] = operand_register(fused, function_value(function, node));
    }
}

static void add_instruction(struct fused *fused, const struct apply *apply, const int registers[2])
{
    struct instruction *instruction = &fused->program[fused->instruction_count++];
    const int kernel = apply->operation->kernel;

    *instruction = (struct instruction){ .a = registers[0], .b = registers[1], .p = apply->attributes.real };
    if (registers[1] == NEVER)
        instruction->unary = fused->kernels->unary[kernel];
    else
        instruction->binary = fused->kernels->binary[kernel];
}

/* `reads` holds, by instruction and operand, which instruction made what it reads. */
static void allocate_temporaries(struct fused *fused, int (*reads)[2])
{
    struct allocation allocation = { .last_use = { 0 } };

    for (int i = 0; i < fused->instruction_count; i++)
        for (int k = 0; k < 2; k++)
            if (reads[i][k] != NEVER)
                allocation.last_use[reads[i][k]] = i;
    for (int i = 0; i < fused->instruction_count; i++) {
        struct instruction *instruction = &fused->program[i];
        int own = 0;

        for (int k = 0; k < 2; k++) {
            if (reads[i][k] == NEVER)
                continue;
            *(k == 0 ? &instruction->a : &instruction->b) = TEMPORARY + allocation.registers[reads[i][k]];
            if (allocation.last_use[reads[i][k]] == i)
                allocation.taken[allocation.registers[reads[i][k]]] = false;
        }
        while (allocation.taken[own])
            own++;
        allocation.taken[own] = true;
        allocation.registers[i] = own;
        instruction->out = TEMPORARY + own;
        if (own >= fused->temporary_count && i + 1 < fused->instruction_count)
            fused->temporary_count = own + 1;
    }
}

/* Puts temporaries behind the operands, now that their number is known; the last instruction writes the
 * result. */
static void number_registers(struct fused *fused)
{
    for (int i = 0; i < fused->instruction_count; i++) {
        struct instruction *instruction = &fused->program[i];

        for (int k = 0; k < 3; k++) {
            int *number = k == 0 ? &instruction->a : k == 1 ? &instruction->b : &instruction->out;
            if (*number >= TEMPORARY)
                *number += fused->operand_count - TEMPORARY;
        }
    }
    fused->program[fused->instruction_count - 1].out = fused->operand_count + fused->temporary_count;
}

struct fused *fused_new(struct function *function, size_t last)
{
    struct fused *fused = arena_alloc(&function->arena, sizeof *fused);
    int *instruction_of = arena_array(&function->arena, last + 1, sizeof(int));
    int reads[FUSED_APPLICATIONS_MAX][2];

    fused->kernels = function->kernels;
    fused->result = function_value(function, &function->inferred[last]->outputs[0]);
    fused->element_bytes = dtype_bytes(fused->result->tensor.dtype);
    for (size_t k = 0; k <= last; k++) {
        int registers[2];

        if (!function->runs[k] || function->group[k] != (int)last)
            continue;
        instruction_of[k] = fused->instruction_count;
        read_operands(function, fused, function->inferred[k], last, instruction_of, registers,
                      reads[fused->instruction_count]);
        if (registers[1] == NEVER && reads[fused->instruction_count][1] != NEVER)
            registers[1] = 0; /* binary: allocate_temporaries puts in the register */
        add_instruction(fused, function->inferred[k], registers);
    }
    allocate_temporaries(fused, reads);
    number_registers(fused);
    return fused;
}

size_t fused_operand_count(const struct fused *fused)
{
    return (size_t)fused->operand_count;
}

struct value *fused_operand(const struct fused *fused, size_t index)
{
    return fused->operands[index].value;
}

size_t fused_scratch_bytes(const struct fused *fused)
{
    return (size_t)(fused->operand_count + fused->temporary_count) * BLOCK_BYTES;
}

void fused_describe(const struct fused *fused, struct text *out)
{
    text_format(out, "fused %d:", fused->instruction_count);
    for (int i = 0; i < fused->operand_count; i++) {
        const struct node *node = fused->operands[i].value->node;
        char shape[SHAPE_TEXT_BYTES];

        text_format(out, "%s%s#%zu%s", i ? ", " : " ", node->name ? node->name : "", node->index,
                    shape_text(&node->shape, shape));
    }
}
