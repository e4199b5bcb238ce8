/* engine/data/dataset_lane.c -- see dataset_lane.h. */
#include "engine/data/dataset_lane.h"

#include <stdlib.h>

#include "engine/data/batch_room.h"
#include "engine/data/gather.h"
#include "engine/tensor/team.h"

/* Pages of large files that were read stay mapped up to about this.  A row can bring its neighbours with it:
 * as many as the system keeps in one piece. */
enum { FORGET_BYTES = 128 << 20, AROUND_BYTES = 2 << 20, PIECE_ROWS = 32 };
/* Some microseconds: a team takes one to begin and end. */
enum { SHARED_BYTES_MIN = 1 << 16 };

static size_t row_bytes_of(const struct tensor *stored)
{
    return tensor_bytes(stored) / (size_t)stored->shape.dims[0];
}

void dataset_lane_init(struct dataset_lane *lane, const struct source *source, bool on_disk)
{
    const struct tensor *stored = &source->array.tensor;

    *lane = (struct dataset_lane){
        .source = source,
        .stored = stored,
        .reader = source->reader,
        .on_disk = on_disk,
        .aligned = stored->data && (uintptr_t)stored->data % dtype_bytes(stored->dtype) == 0,
        .row_bytes = source->offsets ? 0 : row_bytes_of(stored),
    };
}

void dataset_lane_fini(struct dataset_lane *lane)
{
    free(lane->gathered);
    free(lane->views);
}

bool dataset_lane_make_room(struct dataset_lane *lane, int64_t rows)
{
    if (lane->source->offsets && !lane->views)
        lane->views = row_room(rows, sizeof(*lane->views));
    else if (!lane->source->offsets && !lane->gathered)
        lane->gathered = row_room(rows, lane->row_bytes);
    return lane->views || lane->gathered;
}

/* Reading on through a file that is larger than the memory must not fill it up: the pages come back from the
 * file.  Views of earlier batches stay good. */
static void note_touched(struct dataset_lane *lane, size_t bytes)
{
    lane->touched_bytes += bytes;
    if (!lane->on_disk || lane->touched_bytes < FORGET_BYTES)
        return;
    lane->touched_bytes = 0;
    array_forget(&lane->source->array);
}

/* What the members of a team share: rows of a batch. */
struct sharing {
    const struct dataset_lane *lane;
    const int64_t *rows;
    int64_t count;
    _Atomic bool failed;
};

static void read_part(void *context, size_t member)
{
    struct sharing *sharing = context;
    const struct dataset_lane *lane = sharing->lane;
    const struct part part = team_part(sharing->count, team_members(lane->team), member);
    const int64_t *rows = sharing->rows + part.begin, count = part.end - part.begin;
    void *to = (char *)lane->gathered + (size_t)part.begin * lane->row_bytes;
    struct error err;

    if (!lane->reader)
        gather_rows(lane->stored->data, lane->row_bytes, rows, count, to);
    else if (count > 0 && !lane->reader->read(lane->reader, rows, count, to, &err))
        sharing->failed = true;
}

/* Rows that are in memory, or made by computing; false when there are too few bytes, or it failed. */
static bool read_together(struct dataset_lane *lane, const int64_t *rows, int64_t count)
{
    struct sharing sharing = { lane, rows, count, false };

    if (!lane->team || lane->on_disk || (lane->reader && lane->source->array.in_file) ||
        (size_t)count * lane->row_bytes < SHARED_BYTES_MIN)
        return false;
    team_run(lane->team, read_part, &sharing);
    return !sharing.failed;
}

static void gather(struct dataset_lane *lane, const int64_t *rows, int64_t count)
{
    const int64_t piece_max = lane->on_disk ? PIECE_ROWS : count;

    for (int64_t first = 0; first < count; first += piece_max) {
        const int64_t piece = count - first < piece_max ? count - first : piece_max;

        gather_rows(lane->stored->data, lane->row_bytes, rows + first, piece,
                    (char *)lane->gathered + (size_t)first * lane->row_bytes);
        note_touched(lane, (size_t)piece * (lane->row_bytes + AROUND_BYTES));
    }
}

void *dataset_lane_read(struct dataset_lane *lane, int64_t first, const int64_t *rows, int64_t count,
                        struct error *err)
{
    if (first >= 0 && lane->aligned) {
        note_touched(lane, (size_t)count * lane->row_bytes);
        return (char *)lane->stored->data + (size_t)first * lane->row_bytes;
    }
    if (read_together(lane, rows, count))
        return lane->gathered;
    if (!lane->reader) {
        gather(lane, rows, count);
        return lane->gathered;
    }
    if (lane->reader->read(lane->reader, rows, count, lane->gathered, err))
        return lane->gathered;
    error_prefix(err, "source \"%s\"", lane->source->name);
    return NULL;
}

const struct tensor *dataset_lane_views(struct dataset_lane *lane, const int64_t *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        lane->views[i] = source_example(lane->source, rows[i]);
    return lane->views;
}

void dataset_lane_replace(struct dataset_lane *lane, const struct tensor *stored, void *gathered)
{
    free(lane->gathered);
    lane->gathered = gathered;
    lane->stored = stored;
    lane->reader = NULL;
    lane->on_disk = false;
    lane->aligned = true;
    lane->row_bytes = row_bytes_of(stored);
}
