/* tests/tensor/windows.h -- windows over images that kernels are tried on, and what they see. */
#ifndef TESTS_TENSOR_WINDOWS_H
#define TESTS_TENSOR_WINDOWS_H

#include "engine/tensor/kernels.h"

/* The last one goes over the edge of the image, as those of pooling may. */
enum { WINDOWS = 20, WINDOWS_OF_CONVOLUTION = WINDOWS - 1 };
/* Lines of vectors of all lengths, at every level, and more lines than kernels sum at once. */
extern const struct window windows[WINDOWS];

/* Where element (i, j) of the window at that place of a plane lies; -1 outside the image. */
int64_t window_pixel(const struct window *w, int64_t plane, int64_t place, int64_t i, int64_t j);

#endif
