/* api/http_date.h -- dates as HTTP writes them (RFC 9110, section 5.6.7). */
#ifndef API_HTTP_DATE_H
#define API_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"

/* "Sun, 06 Nov 1994 08:49:37 GMT", in whole seconds. */
const char *http_date_write(struct arena *arena, int64_t wall_us);

/* Reads that form and the two obsolete ones that a recipient has to understand. */
bool http_date_read(const char *date, int64_t *out_seconds);

#endif
