/* engine/data/synthetic_rows.h -- makes the rows of synthetic datasets.
 *
 * Every number depends only on seed, source, row and column: a row is the same whenever, on whichever thread
 * and with whichever instruction set it is made.  So nothing has to be made before it is asked for, and
 * nothing kept: making a row takes no longer than fetching it from memory that no cache holds.
 *
 * An example belongs to class c(row), drawn uniformly.  A real source is the mean of that class plus noise of
 * variance 1; means are drawn so that those of two classes lie about SYNTHETIC_DISTANCE apart.  A label is
 * the class, but for SYNTHETIC_WRONG of the rows, which get another one. */
#ifndef ENGINE_DATA_SYNTHETIC_ROWS_H
#define ENGINE_DATA_SYNTHETIC_ROWS_H

#include "engine/data/dataset.h"
#include "engine/tensor/kernels.h"

#define SYNTHETIC_DISTANCE 4.0
#define SYNTHETIC_WRONG 0.15
#define SYNTHETIC_MEANS_MAX (INT64_C(1) << 26) /* numbers: classes times the size of an example */

struct synthetic_source {
    uint64_t seed;
    size_t index;     /* among the sources of the dataset, from 0 */
    int64_t classes;  /* of the labels, or 1 if there are none; times columns at most SYNTHETIC_MEANS_MAX */
    int64_t columns;  /* numbers in a row; 1 in one of labels */
    enum dtype dtype; /* float32: real numbers; uint8 or int32: labels */
};

/* Reads the rows of a source that has any number of them; never fails.  `level` must be one that this CPU
 * has.  NULL with err: no memory. */
struct row_reader *synthetic_rows_new(const struct synthetic_source *source, enum kernel_level level,
                                      struct error *err);

#endif
