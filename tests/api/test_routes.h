/* tests/api/test_routes.h -- a small API of its own, to test what stands around the endpoints. */
#ifndef TESTS_API_TEST_ROUTES_H
#define TESTS_API_TEST_ROUTES_H

#include "api/exchange.h"

/* GET /hello         text, with an ETag
 * GET /query         limit (1 to 10), name: what was bound
 * POST /echo         the body as it came (up to 100 bytes of JSON)
 * POST /maybe        JSON or nothing
 * PUT /upload        the size of a streamed body (up to 1 MiB)
 * GET /file          "0123456789" from a file, with an ETag
 * GET /wait/{name}   waits up to 20 s, or 50 ms for "soon"; counts its calls
 * GET /slow          runs on the slow pool
 * GET /broken        fails inside */
extern const struct route test_routes[];

#endif
