/* tests/tensor/windows.c -- see windows.h. */
#include "tests/tensor/windows.h"

/* planes, height, width; window, step, pad; rows, columns */
const struct window windows[WINDOWS] = {
    { 2, 5, 7, 3, 2, 1, 1, 0, 0, 3, 6 },     { 3, 8, 8, 5, 5, 1, 1, 0, 0, 4, 4 },
    { 1, 28, 28, 5, 5, 1, 1, 0, 0, 24, 24 }, { 2, 6, 9, 3, 3, 2, 3, 1, 2, 3, 4 },
    { 2, 4, 37, 2, 2, 1, 1, 1, 1, 5, 38 },   { 2, 4, 37, 2, 11, 1, 2, 1, 1, 5, 15 },
    { 3, 6, 48, 2, 2, 2, 2, 0, 0, 3, 24 },   { 2, 2, 3, 4, 5, 1, 1, 3, 4, 5, 7 },
    { 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1 },     { 0, 4, 4, 2, 2, 2, 2, 0, 0, 2, 2 },
    { 130, 8, 8, 2, 2, 2, 2, 0, 0, 4, 4 },   { 2, 4, 26, 2, 2, 2, 2, 0, 0, 2, 13 },
    { 4, 5, 6, 2, 8, 2, 1, 0, 1, 2, 1 },     { 20, 6, 6, 3, 3, 1, 1, 0, 0, 4, 4 },
    { 17, 5, 18, 2, 2, 1, 1, 1, 1, 6, 19 },  { 5, 12, 4, 11, 2, 1, 1, 0, 0, 2, 3 },
    { 33, 4, 5, 2, 5, 1, 1, 0, 0, 3, 1 },    { 37, 3, 20, 3, 4, 1, 2, 1, 0, 3, 9 },
    { 1, 3, 40, 2, 32, 1, 1, 0, 1, 2, 11 },  { 2, 7, 9, 2, 2, 2, 2, 0, 0, 4, 5 },
};

int64_t window_pixel(const struct window *w, int64_t plane, int64_t place, int64_t i, int64_t j)
{
    const int64_t row = place / w->columns * w->step_height + i - w->pad_height;
    const int64_t column = place % w->columns * w->step_width + j - w->pad_width;

    if (row < 0 || row >= w->height || column < 0 || column >= w->width)
        return -1;
    return (plane * w->height + row) * w->width + column;
}
