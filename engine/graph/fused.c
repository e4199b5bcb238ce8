/* engine/graph/fused.c -- runs the program of a group, block by block: see fused.h. */
#include "engine/graph/fused.h"

#include <string.h>

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

/* Along axis `axis` of the result, counted from the end. */
static int64_t stride_along(const struct shape *operand, int axis)
{
    int64_t stride = 1;

    if (axis > operand->rank || operand->dims[operand->rank - axis] == 1)
        return 0;
    for (int i = 1; i < axis; i++)
        stride *= operand->dims[operand->rank - i];
    return stride;
}

/* From the last axis to the first, so that the list has to be turned. */
static void find_strides(struct operand *operand, const struct shape *result)
{
    int64_t *dims = operand->dims, *strides = operand->strides;
    int axes = 0;

    for (int i = 1; i <= result->rank; i++) {
        const int64_t dim = result->dims[result->rank - i];
        const int64_t stride = stride_along(&operand->value->tensor.shape, i);

        if (axes > 0 && stride == strides[axes - 1] * dims[axes - 1]) {
            dims[axes - 1] *= dim;
        } else {
            dims[axes] = dim;
            strides[axes++] = stride;
        }
    }
    for (int i = 0; i < axes / 2; i++) {
        const int64_t dim = dims[i], stride = strides[i];

        dims[i] = dims[axes - 1 - i], strides[i] = strides[axes - 1 - i];
        dims[axes - 1 - i] = dim, strides[axes - 1 - i] = stride;
    }
    operand->axes = axes;
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
    const int inner = operand->axes - 1;
    const char *data = operand->value->tensor.data;
    int64_t index[TENSOR_RANK_MAX], rest = start;

    for (int axis = inner; axis >= 0; axis--) {
        index[axis] = rest % operand->dims[axis];
        rest /= operand->dims[axis];
    }
    while (count > 0) {
        const int64_t run = smaller(count, operand->dims[inner] - index[inner]);
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
        for (int axis = inner; axis > 0 && index[axis] == operand->dims[axis]; axis--) {
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

void fused_run(const struct fused *fused, int64_t begin, int64_t end, void *scratch_memory)
{
    char *scratch = scratch_memory;
    void *registers[REGISTERS_MAX];
    const int result = fused->operand_count + fused->temporary_count;
    int64_t count;

    for (int i = 0; i < fused->operand_count; i++) {
        if (fused->operands[i].reading != READ_ONCE)
            continue;
        registers[i] = scratch + i * BLOCK_BYTES;
        spread_once(fused, &fused->operands[i], registers[i], smaller(fused->block, end - begin));
    }
    for (int i = fused->operand_count; i < result; i++)
        registers[i] = scratch + i * BLOCK_BYTES;
    for (int64_t start = begin; start < end; start += count) {
        count = smaller(smaller(fused->block, fused->row - start % fused->row), end - start);
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

int64_t fused_elements(const struct fused *fused)
{
    return fused->elements;
}
