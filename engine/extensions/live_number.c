/* engine/extensions/live_number.c -- see extension.h. */
#include "engine/extensions/extension.h"

double live_number_get(const struct live_number *live)
{
    return live->number ? *live->number : tensor_read(live->tensor, 0);
}

void live_number_set(const struct live_number *live, double number)
{
    if (live->number)
        *live->number = number;
    else
        tensor_write(live->tensor, 0, number);
}
