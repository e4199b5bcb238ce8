/* api/target.h -- the request target: refused or split and decoded, before anyone else looks at it.
 *
 * The HTTP library decodes paths before it shows them and cuts them at a %00, so that the raw target
 * is what is judged here. */
#ifndef API_TARGET_H
#define API_TARGET_H

#include "api/problem.h"
#include "engine/base/arena.h"

enum { TARGET_BYTES_MAX = 8192, TARGET_SEGMENTS_MAX = 10 };

struct target {
    const char *path;                          /* raw, without the query */
    const char *query;                         /* raw; NULL without one */
    const char *segments[TARGET_SEGMENTS_MAX]; /* decoded; "/v1/jobs" has two, "/" has none */
    size_t segment_count;
    bool whole_server; /* "*", which is for OPTIONS: there is no path */
};

/* PROBLEM_NONE, or why `raw` is refused, with a fixed text for the reply in `out_detail`.  All texts
 * live in `arena`. */
enum problem target_parse(const char *raw, struct arena *arena, struct target *out, const char **out_detail);

#endif
