/* api/range.h -- single byte ranges of RFC 9110, section 14. */
#ifndef API_RANGE_H
#define API_RANGE_H

#include <stdint.h>

enum range_verdict {
    RANGE_WHOLE,         /* no range, or one that is ignored: malformed, several, another unit */
    RANGE_PART,          /* out_first .. out_first + out_bytes */
    RANGE_UNSATISFIABLE, /* begins behind the end */
};

/* `range` is the header's value, or NULL; `bytes` the size of the whole. */
enum range_verdict range_parse(const char *range, uint64_t bytes, uint64_t *out_first, uint64_t *out_bytes);

#endif
