/* api/query.h -- the part of a target behind the "?", bound to a settings struct by a parameter table. */
#ifndef API_QUERY_H
#define API_QUERY_H

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/param.h"

enum { QUERY_PARAMETERS_MAX = 100 };

/* `raw` has passed target_parse; NULL is empty, `params` NULL knows no name.  Binds to the zeroed `settings`;
 * texts live in `arena`.  Every error is reported and names its parameter. */
bool query_bind(const struct param *params, const char *raw, struct arena *arena, void *settings,
                struct error_list *errors);

#endif
