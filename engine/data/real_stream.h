/* engine/data/real_stream.h -- the last step of every stream: real numbers in the job's dtype. */
#ifndef ENGINE_DATA_REAL_STREAM_H
#define ENGINE_DATA_REAL_STREAM_H

#include "engine/data/stream.h"

/* Wraps `inner` and owns it from here on; `inner` itself when all its real numbers are in `real` already. */
struct data_stream *real_stream_new(struct data_stream *inner, enum dtype real);

#endif
