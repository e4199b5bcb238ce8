/* api/router.h -- finds the route of a request in the table, completely: path, method, what else it could be.
 */
#ifndef API_ROUTER_H
#define API_ROUTER_H

#include "api/request.h"
#include "api/target.h"
#include "engine/base/param.h"

enum body_kind {
    BODY_NONE,
    BODY_JSON,          /* application/json, kept in memory */
    BODY_JSON_OPTIONAL, /* the same, or nothing at all */
    BODY_FILE,          /* any media type, streamed to a file */
};

struct route {
    enum method method;
    const char *path;          /* "/v1/jobs/{job}": {names} are checked, see path_value_valid */
    handler_fn *handler;       /* NULL ends a table */
    const struct param *query; /* what may follow the "?"; NULL: nothing */
    size_t query_bytes;        /* of the struct that `query` fills */
    enum body_kind body;
    uint64_t body_bytes_max;
    const char *const *produces; /* media types offered to Accept, ends in NULL; NULL: JSON */
    bool slow;                   /* runs on a thread of its own pool: reads or writes files, compiles */
    bool open;                   /* needs no access token: for machines that watch */
    const char *about;           /* one sentence, for people */
};

struct route_match {
    const struct route *route;                    /* NULL: no such path, or no such method there */
    const char *path_values[PATH_PARAMETERS_MAX]; /* point into the target */
    unsigned methods; /* bits (1u << METHOD_...) that the path knows; 0: no such path */
};

/* `routes` ends with an entry without a handler.  GET serves HEAD. */
void route_match(const struct route *routes, const struct target *target, enum method method,
                 struct route_match *out);

/* All methods that any path knows, as such bits. */
unsigned route_methods(const struct route *routes);

/* "GET, HEAD, OPTIONS" for an Allow header, in `arena`. */
const char *route_allow(unsigned methods, struct arena *arena);

/* True when `value` can be the {name} of a path: job ids are UUIDs, checkpoints ids or names, the others
 * names of letters, digits, `.`, `_`, `-`, up to 100, beginning with a letter or digit. */
bool path_value_valid(const char *name, size_t name_length, const char *value);

#endif
