/* server/identifier.h -- the ids of jobs and checkpoints: UUIDs of version 7 (RFC 9562).
 *
 * They sort by the time at which they were made, to a quarter of a microsecond (RFC 9562, 6.2, method 3), and
 * cannot be guessed (62 random bits).  Any thread. */
#ifndef SERVER_IDENTIFIER_H
#define SERVER_IDENTIFIER_H

#include <stdbool.h>

enum { IDENTIFIER_TEXT_BYTES = 37, IDENTIFIER_BYTES = 16 };

void identifier_new(char out[IDENTIFIER_TEXT_BYTES]);

/* True for the one spelling that we write: lower case, 8-4-4-4-12, any version.  `text` may be NULL. */
bool identifier_valid(const char *text);

/* Between text and the 16 bytes that PostgreSQL keeps.  False when `text` is not valid. */
bool identifier_to_bytes(const char *text, unsigned char out[IDENTIFIER_BYTES]);
void identifier_from_bytes(const unsigned char bytes[IDENTIFIER_BYTES], char out[IDENTIFIER_TEXT_BYTES]);

#endif
