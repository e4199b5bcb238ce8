/* engine/data/dataset_lane.h -- how one source gets from its dataset into a batch: as a view where rows lie
 * next to each other in memory, else as a copy. */
#ifndef ENGINE_DATA_DATASET_LANE_H
#define ENGINE_DATA_DATASET_LANE_H

#include "engine/data/dataset.h"

struct dataset_lane {
    const struct source *source;
    const struct tensor *stored; /* the rows: those of the source, or what replaced them */
    struct row_reader *reader;   /* then `stored` has no data; NULL: it has */
    bool on_disk;                /* too large to stay in memory */
    bool aligned;                /* rows can be views */
    size_t row_bytes;            /* 0: ragged */
    void *gathered;              /* room for a batch of rows; NULL until dataset_lane_make_room */
    struct tensor *views;        /* of a ragged source: room for one per row; likewise */
    struct team *team;           /* reads rows that need no file; NULL: the caller does */
    size_t touched_bytes;        /* of the mapped file, since its pages were forgotten */
};

void dataset_lane_init(struct dataset_lane *lane, const struct source *source, bool on_disk);
void dataset_lane_fini(struct dataset_lane *lane);

/* Room for batches of so many rows, once; false: no memory. */
bool dataset_lane_make_room(struct dataset_lane *lane, int64_t rows);

/* The data of `count` rows, or NULL with err.  `first` is the first of consecutive ones, or -1; `rows` has
 * all their numbers unless they are consecutive and can be a view. */
void *dataset_lane_read(struct dataset_lane *lane, int64_t first, const int64_t *rows, int64_t count,
                        struct error *err);
/* Of a ragged source: a view of each row. */
const struct tensor *dataset_lane_views(struct dataset_lane *lane, const int64_t *rows, int64_t count);

/* From now on the rows are those of `stored`; takes over `gathered`, room for a batch of them. */
void dataset_lane_replace(struct dataset_lane *lane, const struct tensor *stored, void *gathered);

#endif
