/* engine/tensor/processors.c -- see processors.h. */
#include "engine/tensor/processors.h"

#include <sched.h>

size_t processors_allowed(void)
{
    cpu_set_t allowed;

    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (size_t)CPU_COUNT(&allowed) : 0;
}

int processor_now(void)
{
    const int processor = sched_getcpu();

    return processor >= 0 ? processor : PROCESSOR_UNKNOWN;
}

bool processors_avoid(const int *taken, size_t count)
{
    cpu_set_t allowed, others;
    bool moved;

    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return false;
    others = allowed;
    for (size_t i = 0; i < count; i++)
        if (taken[i] >= 0 && taken[i] < CPU_SETSIZE)
            CPU_CLR(taken[i], &others);
    moved = CPU_COUNT(&others) > 0 && sched_setaffinity(0, sizeof others, &others) == 0;
    if (moved)
        sched_setaffinity(0, sizeof allowed, &allowed);
    return moved;
}
