/* engine/tensor/processors.h -- the processors that threads run on.
 *
 * All functions concern the calling thread. */
#ifndef ENGINE_TENSOR_PROCESSORS_H
#define ENGINE_TENSOR_PROCESSORS_H

#include <stdbool.h>
#include <stddef.h>

/* How many it may run on; 0: unknown. */
size_t processors_allowed(void);

/* The one that it runs on; PROCESSOR_UNKNOWN where the system does not tell.  Costs some nanoseconds. */
enum { PROCESSOR_UNKNOWN = -1 };
int processor_now(void);

/* Moves it to one that is not among `taken`; afterwards it may run wherever it was allowed to before.  False
 * when there is no other. */
bool processors_avoid(const int *taken, size_t count);

#endif
