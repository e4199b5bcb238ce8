/* api/etag.h -- entity tags and the conditions on them (RFC 9110, sections 8.8.3 and 13.1). */
#ifndef API_ETAG_H
#define API_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"

/* `list` is the value of If-Match or If-None-Match; `etag` is quoted, weak ones begin with W/.  "*" matches.
 */
bool etag_list_has_strong(const char *list, const char *etag); /* If-Match: weak ones never match */
bool etag_list_has_weak(const char *list, const char *etag);   /* If-None-Match: W/ makes no difference */

/* A strong tag of these bytes, quoted.  It tells versions of one resource apart, nothing more. */
const char *etag_of(struct arena *arena, const char *bytes, size_t length);
/* The tag of the same version packed by gzip.  Conditions take both for the same version. */
const char *etag_gzip(struct arena *arena, const char *etag);

/* The part asked for by Range may be sent: there is no If-Range, or it is this strong tag. */
bool if_range_holds(const char *if_range, const char *etag);

#endif
