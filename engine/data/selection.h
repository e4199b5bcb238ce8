/* engine/data/selection.h -- some examples of something, in order: consecutive ones, or a list.
 *
 * A stream selects rows of its dataset, an iteration scheme selects examples of its stream (numbered from 0).
 */
#ifndef ENGINE_DATA_SELECTION_H
#define ENGINE_DATA_SELECTION_H

#include <stdint.h>

#include "engine/base/error.h"

struct cJSON;

struct selection {
    int64_t first, count;
    int64_t *items; /* NULL: first, first + 1, ...; else `count` of them, owned */
};

static inline int64_t selection_at(const struct selection *selection, int64_t position)
{
    return selection->items ? selection->items[position] : selection->first + position;
}

/* Reads the `examples` of a stream: two numbers are a half-open range, anything else is a list.  NULL
 * (absent) selects all of the `available` ones.  An index out of range, an empty range or list, or a wrong
 * type is reported at `path`. */
bool selection_read_range(const struct cJSON *json, int64_t available, const struct json_path *path,
                          struct selection *out, struct error_list *errors);

/* Reads the `examples` of an iteration scheme: a count, taken from the beginning, or a list.  NULL selects
 * all. */
bool selection_read_count(const struct cJSON *json, int64_t available, const struct json_path *path,
                          struct selection *out, struct error_list *errors);

void selection_fini(struct selection *selection);

#endif
