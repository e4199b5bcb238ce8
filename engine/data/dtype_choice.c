/* engine/data/dtype_choice.c -- see dtype_choice.h. */
#include "engine/data/dtype_choice.h"

#include <stddef.h>

const char *const dtype_choices[] = {
    "floatX",
#define X(dtype, name, bytes, npy) name,
    DTYPES(X) /* in the order of the enum */
#undef X
    NULL,
};

enum dtype dtype_chosen(int choice, enum dtype real)
{
    return choice <= 0 ? real : (enum dtype)(choice - 1);
}
