/* engine/data/synthetic_fill.h -- the numbers of synthetic datasets.
 *
 * Every number depends only on seed, source, row and column, not on what was made before it: the same dataset
 * comes out in whatever order or portion it is made.
 *
 * An example belongs to class c(row), drawn uniformly.  A real source is the mean of that class plus noise of
 * variance 1; means are drawn so that those of two classes lie about SYNTHETIC_DISTANCE apart.  A label is
 * the class, but for SYNTHETIC_WRONG of the rows, which get another one. */
#ifndef ENGINE_DATA_SYNTHETIC_FILL_H
#define ENGINE_DATA_SYNTHETIC_FILL_H

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

#define SYNTHETIC_DISTANCE 4.0
#define SYNTHETIC_WRONG 0.15
#define SYNTHETIC_MEANS_MAX (INT64_C(1) << 26) /* numbers: classes times the size of an example */

/* Fills a float32 tensor.  `classes` is that of the labels, or 1 if there are none; times the size of an
 * example it is at most SYNTHETIC_MEANS_MAX.  `source` numbers the sources from 0.  False: no memory. */
bool synthetic_fill_real(uint64_t seed, size_t source, int64_t classes, const struct tensor *out,
                         struct error *err);
/* Fills an integer tensor. */
void synthetic_fill_labels(uint64_t seed, int64_t classes, const struct tensor *out);

#endif
