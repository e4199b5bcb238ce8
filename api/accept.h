/* api/accept.h -- which of the offered representations a client likes best (RFC 9110, section 12.5.1). */
#ifndef API_ACCEPT_H
#define API_ACCEPT_H

#include <stdbool.h>

/* `offered` ends in NULL; among equals the first wins, and it is the answer when `accept` is NULL or empty.
 * NULL when none is acceptable. */
const char *accept_choose(const char *accept, const char *const *offered);

/* Accept-Encoding names gzip and does not rule it out; false for NULL. */
bool accept_gzip(const char *accept_encoding);

#endif
