/* engine/checkpoint/load.h -- reads a checkpoint back, ours or one that Blocks wrote.
 *
 * Members are checked against the manifest (size and SHA-256) when they are read; a tar of Blocks has none
 * and offers its parameters only.  Each function changes nothing when it fails, unless it says so. */
#ifndef ENGINE_CHECKPOINT_LOAD_H
#define ENGINE_CHECKPOINT_LOAD_H

#include "engine/training/main_loop.h"

struct checkpoint;

/* ERROR_NOT_FOUND: there is no such file; ERROR_CORRUPT: it is damaged. */
struct checkpoint *checkpoint_open(const char *file, struct error *err);
void checkpoint_close(struct checkpoint *checkpoint); /* accepts NULL */

bool checkpoint_has_main_loop(const struct checkpoint *checkpoint);

/* Sets the model's parameters.  strict: names that either side lacks are an error that lists all of them;
 * else they are skipped.  A difference of shapes is an error in any case.  Values are converted to the
 * model's dtype. */
bool checkpoint_load_parameters(const struct checkpoint *checkpoint, struct variables *model, bool strict,
                                struct error *err);
/* Replaces rows, status and identity of the log.  `fresh`: for the sink, every record is a new one. */
bool checkpoint_load_log(const struct checkpoint *checkpoint, struct log *log, bool fresh, struct error *err);
/* The position of the data stream, in the middle of an epoch too. */
bool checkpoint_load_stream(const struct checkpoint *checkpoint, struct data_stream *stream,
                            struct error *err);

/* Everything: parameters, other shared variables, algorithm, log, stream, extensions, generators, timers. The
 * main loop is of the same definition; afterwards it is the one that was saved.  A failure leaves it
 * unusable. */
bool checkpoint_load_main_loop(const struct checkpoint *checkpoint, struct main_loop *loop,
                               struct error *err);

#endif
