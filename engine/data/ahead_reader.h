/* engine/data/ahead_reader.h -- the thread behind read_ahead: fills a ring with batches of a stream.
 *
 * One consumer takes them in turn.  The thread never goes beyond the end of an epoch; its buffers are taken
 * when it starts. */
#ifndef ENGINE_DATA_AHEAD_READER_H
#define ENGINE_DATA_AHEAD_READER_H

#include "engine/data/stream.h"

enum { AHEAD_SLOTS = 4 }; /* one of them is with the consumer */

struct ahead_reader;

/* Owns `inner`. */
struct ahead_reader *ahead_reader_new(struct data_stream *inner);
void ahead_reader_free(struct ahead_reader *reader);

/* Does nothing when it has been started. */
bool ahead_reader_start(struct ahead_reader *reader, struct error *err);

/* Waits for the next batch, which is valid until the next call. */
enum stream_result ahead_reader_take(struct ahead_reader *reader, struct batch *out, struct error *err);

/* The stream itself, for the caller alone until he gives it back.  *out_running: whether the thread was in an
 * epoch; may be NULL.  `running`: whether it is to read on from where the stream stands then. */
struct data_stream *ahead_reader_borrow(struct ahead_reader *reader, bool *out_running);
void ahead_reader_give_back(struct ahead_reader *reader, bool running);

/* While the stream is borrowed: batches that were read and not taken; the same, with one that failed unseen;
 * nothing was read. */
int64_t ahead_reader_ready(const struct ahead_reader *reader);
int64_t ahead_reader_unseen(const struct ahead_reader *reader);
void ahead_reader_forget(struct ahead_reader *reader);

#endif
