/* engine/training/algorithm.c -- see algorithm.h. */
#include "engine/training/algorithm.h"

void algorithm_free(struct algorithm *algorithm)
{
    if (algorithm)
        algorithm->type->free(algorithm);
}
