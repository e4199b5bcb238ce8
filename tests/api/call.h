/* tests/api/call.h -- sends a request through an exchange, without sockets. */
#ifndef TESTS_API_CALL_H
#define TESTS_API_CALL_H

#include "api/exchange.h"

enum { CALL_HEADERS_MAX = 8 };

/* "METHOD /target", a NULL-terminated list of "Name: value" (NULL: none), a body (NULL: none).  A body gets a
 * Content-Length.  A handler that waits is called once more, for the last time.  The caller closes the
 * exchange. */
struct exchange *call(const struct exchange_context *context, const char *line, const char *const *headers,
                      const char *body);
struct exchange *call_bytes(const struct exchange_context *context, const char *line,
                            const char *const *headers, const char *body, size_t length);

#define HEADERS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define JSON_HEADERS HEADERS("Content-Type: application/json")

#endif
