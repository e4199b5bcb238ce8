/* engine/graph/fused.h -- a group of elementwise operations as a small program over blocks that stay in the
 * L1 cache.
 *
 * Registers are pointers to a block of elements: first the operands, then temporaries, last the result.  An
 * operand that does not broadcast is read where it lies; the others are spread out to blocks first: once a
 * call where every block looks the same (scalars, rows that fill whole blocks), else block by block. */
#ifndef ENGINE_GRAPH_FUSED_H
#define ENGINE_GRAPH_FUSED_H

#include "engine/graph/plan.h"

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
    /* READ_SPREAD: the axes of the result, neighbours that are read alike as one, and the strides along them,
     * 0 where the operand broadcasts. */
    int axes;
    int64_t dims[TENSOR_RANK_MAX], strides[TENSOR_RANK_MAX];
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

#endif
