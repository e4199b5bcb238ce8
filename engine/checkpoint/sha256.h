/* engine/checkpoint/sha256.h -- SHA-256 of bytes that come in pieces.  The only user of libcrypto. */
#ifndef ENGINE_CHECKPOINT_SHA256_H
#define ENGINE_CHECKPOINT_SHA256_H

#include <stddef.h>

enum { SHA256_BYTES = 32, SHA256_TEXT_BYTES = 65 };

struct sha256;

struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *sha, const void *bytes, size_t length);
/* The digest of everything added so far, as lower-case hexadecimal; more may be added behind it. */
void sha256_text(const struct sha256 *sha, char out[SHA256_TEXT_BYTES]);
void sha256_free(struct sha256 *sha); /* accepts NULL */

/* The digest of one piece. */
void sha256_of(const void *bytes, size_t length, char out[SHA256_TEXT_BYTES]);

#endif
