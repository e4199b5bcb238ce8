/* api/routes.h -- the whole API in one table. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/router.h"

extern const struct route routes[]; /* ends in an entry without a handler */

#endif
