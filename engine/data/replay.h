/* engine/data/replay.h -- reads a wrapped stream so that a position inside an epoch can be restored without
 * its help: by reading the epoch again.
 *
 * Saved are the state of the wrapped stream before the epoch, and how many batches were fetched since. */
#ifndef ENGINE_DATA_REPLAY_H
#define ENGINE_DATA_REPLAY_H

#include "engine/data/stream.h"

struct replay {
    struct data_stream *inner; /* owned */
    int64_t fetched;           /* batches of this epoch */
    struct cJSON *before;      /* the state of `inner` before this epoch; NULL: there was none yet */
};

void replay_fini(struct replay *replay);

enum stream_result replay_next_epoch(struct replay *replay, struct error *err);
enum stream_result replay_fetch(struct replay *replay, struct batch *out, struct error *err);

/* Adds the members started, fetched and data_stream. */
bool replay_save(const struct replay *replay, struct cJSON *state, struct error *err);
/* Loads the state before the epoch.  The caller then starts that epoch, if it was `started`, and fetches so
 * many batches. */
bool replay_load(struct replay *replay, const struct cJSON *state, bool *out_started, int64_t *out_fetched,
                 struct error *err);

#endif
