/* engine/graph/fused.c -- a group of elementwise operations as a small program over blocks that stay in the
 * L1 cache.
 *
 * Registers are pointers to a block of elements: first the operands, then temporaries, last the result.  An
 * operand that does not broadcast is read where it lies; the others are spread out to blocks first: once a
 * call where every block looks the same (scalars, rows that fill whole blocks), else block by block. */
#include "engine/graph/plan.h"

#include <string.h>

enum { BLOCK_BYTES = 4096, OPERANDS_OF_GROUP_MAX = 2 * FUSED_APPLICATIONS_MAX };

enum reading {
    READ_DIRECT, /* as many elements as the result */
    READ_ONCE,   /* a scalar, or a period that divides the block: spread out at the start of the call */
    READ_ROW,    /* a period longer than a block: blocks end where rows end */
    READ_SPREAD, /* anything else: spread out for every block */
};

struct operand {
    struct value *value;
    enum reading reading;
    int slot; /* of the scratch; NEVER */
    int64_t elements;
    int64_t strides[TENSOR_RANK_MAX]; /* READ_SPREAD: by axis of the result, 0 where it broadcasts */
};

struct instruction {
    kernel_unary_fn *unary; /* NULL: binary */
    kernel_binary_fn *binary;
    int a, b, out; /* registers */
    double p;
};

struct fused {
    const struct kernels *kernels;
    struct value *result;
    size_t element_bytes;
    struct operand operands[OPERANDS_OF_GROUP_MAX];
    int operand_count;
    struct instruction program[FUSED_APPLICATIONS_MAX];
    int instruction_count;
    int temporary_count;
    /* What fused_prepare found out about the present shapes. */
    int64_t elements, block, row; /* row: blocks do not cross multiples of it */
};

enum { REGISTERS_MAX = OPERANDS_OF_GROUP_MAX + FUSED_APPLICATIONS_MAX + 1 };

/* ---- Compiling ---- */

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
    for (size_t k = 0; k <= last; k++)
        if (function->inferred[k] == node->apply)
            return function->group[k] == (int)last && function->runs[k] ? (int)k : NEVER;
    return NEVER;
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

/* ---- For the present shapes ---- */

/* True when the operand is the last axes of the result, over and over. */
static bool is_periodic(const struct shape *operand, const struct shape *result, int64_t elements)
{
    int64_t product = 1;

    for (int i = 1; i <= operand->rank && product < elements; i++) {
        if (operand->dims[operand->rank - i] != result->dims[result->rank - i])
            return false;
        product *= operand->dims[operand->rank - i];
    }
    return true;
}

static void find_strides(struct operand *operand, const struct shape *result)
{
    const struct shape *shape = &operand->value->tensor.shape;
    int64_t stride = 1;

    memset(operand->strides, 0, sizeof operand->strides);
    for (int i = 1; i <= shape->rank; i++) {
        const int64_t dim = shape->dims[shape->rank - i];
        operand->strides[result->rank - i] = dim == 1 ? 0 : stride;
        stride *= dim;
    }
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Blocks hold whole periods where these are short, and are parts of one where they are long. */
static void choose_block(struct fused *fused, int64_t longest_period)
{
    const int64_t most = BLOCK_BYTES / (int64_t)fused->element_bytes;

    fused->block = most;
    fused->row = fused->elements;
    if (longest_period > most)
        fused->row = longest_period;
    else if (longest_period > 0)
        fused->block = most / longest_period * longest_period;
}

void fused_prepare(struct fused *fused)
{
    const struct shape *result = &fused->result->tensor.shape;
    int64_t longest_period = 0;
    bool all_direct = true;

    fused->elements = shape_elements(result);
    for (int i = 0; i < fused->operand_count; i++) {
        struct operand *operand = &fused->operands[i];

        operand->elements = tensor_elements(&operand->value->tensor);
        operand->reading = READ_SPREAD;
        if (operand->elements == fused->elements)
            operand->reading = READ_DIRECT;
        else if (operand->elements == 1)
            operand->reading = READ_ONCE;
        else if (is_periodic(&operand->value->tensor.shape, result, operand->elements)) {
            operand->reading = READ_ROW;
            if (operand->elements > longest_period)
                longest_period = operand->elements;
        }
        all_direct = all_direct && operand->reading == READ_DIRECT;
    }
    choose_block(fused, longest_period);
    for (int i = 0; i < fused->operand_count; i++) {
        struct operand *operand = &fused->operands[i];

        if (operand->reading == READ_ROW && fused->row == fused->elements)
            operand->reading = READ_ONCE; /* fills whole blocks */
        else if (operand->reading == READ_ROW && operand->elements != fused->row)
            operand->reading = READ_SPREAD;
        if (operand->reading == READ_SPREAD)
            find_strides(operand, result);
    }
    if (all_direct && fused->instruction_count == 1)
        fused->block = fused->elements; /* no temporaries to keep in the cache */
}

/* ---- Running ---- */

/* Fills `out` with a value, or a period, until `count` elements are there. */
static void spread_once(const struct fused *fused, const struct operand *operand, char *out, int64_t count)
{
    size_t done = (size_t)smaller(operand->elements, count) * fused->element_bytes;
    const size_t bytes = (size_t)count * fused->element_bytes;

    if (operand->elements == 1) {
        fused->kernels->fill(operand->value->tensor.data, out, count, 0);
        return;
    }
    memcpy(out, operand->value->tensor.data, done);
    while (done < bytes) {
        const size_t more = done < bytes - done ? done : bytes - done;
        memcpy(out + done, out, more);
        done += more;
    }
}

/* Fills `out` with what elements `start` to `start + count` of the result read from the operand. */
static void spread_block(const struct fused *fused, const struct operand *operand, int64_t start,
                         int64_t count, char *out)
{
    const struct shape *result = &fused->result->tensor.shape;
    const int inner = result->rank - 1;
    const char *data = operand->value->tensor.data;
    int64_t index[TENSOR_RANK_MAX], rest = start;

    for (int axis = inner; axis >= 0; axis--) {
        index[axis] = rest % result->dims[axis];
        rest /= result->dims[axis];
    }
    while (count > 0) {
        const int64_t run = smaller(count, result->dims[inner] - index[inner]);
        int64_t from = 0;

        for (int axis = 0; axis <= inner; axis++)
            from += index[axis] * operand->strides[axis];
        if (operand->strides[inner] == 0)
            fused->kernels->fill(data + (size_t)from * fused->element_bytes, out, run, 0);
        else
            memcpy(out, data + (size_t)from * fused->element_bytes, (size_t)run * fused->element_bytes);
        out += (size_t)run * fused->element_bytes;
        count -= run;
        index[inner] += run;
        for (int axis = inner; axis > 0 && index[axis] == result->dims[axis]; axis--) {
            index[axis] = 0;
            index[axis - 1]++;
        }
    }
}

/* Points the registers of operands to what the block of `count` elements at `start` reads. */
static void load_block(const struct fused *fused, int64_t start, int64_t count, char *scratch,
                       void **registers)
{
    for (int i = 0; i < fused->operand_count; i++) {
        const struct operand *operand = &fused->operands[i];
        char *data = operand->value->tensor.data;

        if (operand->reading == READ_DIRECT) {
            registers[i] = data + (size_t)start * fused->element_bytes;
        } else if (operand->reading == READ_ROW) {
            registers[i] = data + (size_t)(start % fused->row) * fused->element_bytes;
        } else if (operand->reading == READ_SPREAD) {
            registers[i] = scratch + i * BLOCK_BYTES;
            spread_block(fused, operand, start, count, registers[i]);
        }
    }
}

void fused_run(struct fused *fused, void *scratch_memory)
{
    char *scratch = scratch_memory;
    void *registers[REGISTERS_MAX];
    const int result = fused->operand_count + fused->temporary_count;
    int64_t count;

    for (int i = 0; i < fused->operand_count; i++) {
        if (fused->operands[i].reading != READ_ONCE)
            continue;
        registers[i] = scratch + i * BLOCK_BYTES;
        spread_once(fused, &fused->operands[i], registers[i], smaller(fused->block, fused->elements));
    }
    for (int i = fused->operand_count; i < result; i++)
        registers[i] = scratch + i * BLOCK_BYTES;
    for (int64_t start = 0; start < fused->elements; start += count) {
        count = smaller(fused->block, fused->row - start % fused->row);
        load_block(fused, start, count, scratch, registers);
        registers[result] = (char *)fused->result->tensor.data + (size_t)start * fused->element_bytes;
        for (int i = 0; i < fused->instruction_count; i++) {
            const struct instruction *step = &fused->program[i];

            if (step->unary)
                step->unary(registers[step->a], registers[step->out], count, step->p);
            else
                step->binary(registers[step->a], registers[step->b], registers[step->out], count, step->p);
        }
    }
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
