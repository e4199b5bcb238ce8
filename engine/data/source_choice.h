/* engine/data/source_choice.h -- which sources of a stream a transformer is for. */
#ifndef ENGINE_DATA_SOURCE_CHOICE_H
#define ENGINE_DATA_SOURCE_CHOICE_H

#include "engine/base/param.h"
#include "engine/data/stream.h"

struct error_list;

/* Sets out_chosen[i] for each source of `stream` that is named, or for all when `wanted`, the member `member`
 * of `component`, was not given.  False with every name reported that the stream does not have. */
bool sources_choose(const struct data_stream *stream, const struct component *component, const char *member,
                    const struct text_list *wanted, bool *out_chosen, struct error_list *errors);

#endif
