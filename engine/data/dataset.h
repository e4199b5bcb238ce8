/* engine/data/dataset.h -- named sources with one row per example.
 *
 * Built by one thread, constant afterwards; then any number of threads and jobs share it through references.
 * At most DATASET_BYTES_MAX are held in memory or made; what lies in mapped files, or is read from a file row
 * by row, may be larger than that, and larger than the memory of the machine.  Examples are at most
 * DATASET_EXAMPLES_MAX. */
#ifndef ENGINE_DATA_DATASET_H
#define ENGINE_DATA_DATASET_H

#include "engine/data/array.h"
#include "engine/data/file_map.h"

enum { DATASET_SOURCES_MAX = 64, SOURCE_NAME_MAX = 100 };
#define DATASET_EXAMPLES_MAX INT64_C(100000000)

/* Sources from this size on are read ahead by a thread of the stream (read_ahead.h). */
#define DATASET_ON_DISK_BYTES_MIN ((size_t)1 << 30)

/* Reads, or makes, rows of a source whose elements are not in memory.  Any number of threads may read. */
struct row_reader {
    bool (*read)(struct row_reader *reader, const int64_t *rows, int64_t count, void *out, struct error *err);
    void (*free)(struct row_reader *reader);
};

struct source {
    char name[SOURCE_NAME_MAX + 1];
    struct array array;        /* (examples, ...); labels are integers of shape (n) or (n, 1) */
    struct row_reader *reader; /* then `array` has no data; NULL: it has */
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
    size_t bytes, held_bytes; /* of all sources; and what of it is not in files */
    size_t made_bytes;        /* what of that is not in memory either, but made when it is read */
    bool on_disk;             /* too large for the memory to keep it all */
    struct file_map file;     /* sources may lie in it: unmapped with the dataset.  Empty: none */
};

struct dataset *dataset_new(void); /* one reference, no sources */
struct dataset *dataset_ref(struct dataset *dataset);
void dataset_unref(struct dataset *dataset); /* accepts NULL */

/* Letters, digits and _, no digit first: sources are variables in expressions. */
bool source_name_check(const char *name, struct error *err);

/* The bytes that further sources may hold in memory. */
size_t dataset_room(const struct dataset *dataset);

/* Takes the array over on success.  Wrong or repeated name, no examples, another number of examples than the
 * sources before, or too much in all is an error. */
bool dataset_add(struct dataset *dataset, const char *name, struct array *array, struct error *err);

/* The same for a source that `reader`, which is taken over, reads from a file, or makes where `array` is not
 * in_file; `array` is planned.  Without a reader the dataset is a plan. */
bool dataset_add_reader(struct dataset *dataset, const char *name, struct array *array,
                        struct row_reader *reader, struct error *err);

/* The same for a ragged source: takes over `array`, flat, and `shapes`, int64 (examples, rank). */
bool dataset_add_ragged(struct dataset *dataset, const char *name, struct array *array, struct array *shapes,
                        struct error *err);

/* Whether every source has its elements, or a reader of them; else it is a plan. */
bool dataset_is_readable(const struct dataset *dataset);

/* One example of a ragged source: a view. */
struct tensor source_example(const struct source *source, int64_t index);

const struct source *dataset_source(const struct dataset *dataset, const char *name); /* NULL: not there */

#endif
