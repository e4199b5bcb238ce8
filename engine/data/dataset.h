/* engine/data/dataset.h -- named sources with one row per example.
 *
 * Built by one thread, constant afterwards; then any number of threads and jobs share it through references.
 * Total size is at most DATASET_BYTES_MAX, examples at most DATASET_EXAMPLES_MAX. */
#ifndef ENGINE_DATA_DATASET_H
#define ENGINE_DATA_DATASET_H

#include "engine/data/array.h"

enum { DATASET_SOURCES_MAX = 64, SOURCE_NAME_MAX = 100 };
#define DATASET_EXAMPLES_MAX INT64_C(100000000)

struct source {
    char name[SOURCE_NAME_MAX + 1];
    struct array array; /* (examples, ...); labels are integers of shape (n) or (n, 1) */
    /* Of a ragged source, whose examples differ in shape; then `array` is flat, one example behind the other:
     */
    struct array shapes; /* int64 (examples, rank): the shape of each */
    int64_t *offsets;    /* of the first element of each; NULL: not ragged */
    struct shape shape;  /* (examples, ...); ragged: with the largest size along each axis */
};

struct dataset {
    _Atomic int references;
    struct source sources[DATASET_SOURCES_MAX];
    size_t source_count;
    int64_t examples;
    size_t bytes;
};

struct dataset *dataset_new(void); /* one reference, no sources */
struct dataset *dataset_ref(struct dataset *dataset);
void dataset_unref(struct dataset *dataset); /* accepts NULL */

/* Letters, digits and _, no digit first: sources are variables in expressions. */
bool source_name_check(const char *name, struct error *err);

/* Takes the array over on success.  Wrong or repeated name, no examples, another number of examples than the
 * sources before, or too much in all is an error. */
bool dataset_add(struct dataset *dataset, const char *name, struct array *array, struct error *err);

/* The same for a ragged source: takes over `array`, flat, and `shapes`, int64 (examples, rank). */
bool dataset_add_ragged(struct dataset *dataset, const char *name, struct array *array, struct array *shapes,
                        struct error *err);

/* One example of a ragged source: a view. */
struct tensor source_example(const struct source *source, int64_t index);

const struct source *dataset_source(const struct dataset *dataset, const char *name); /* NULL: not there */

#endif
