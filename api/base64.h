/* api/base64.h -- digests as HTTP writes them (RFC 9530): base64 of the bytes that we keep in hexadecimal. */
#ifndef API_BASE64_H
#define API_BASE64_H

#include <stdbool.h>

enum { BASE64_SHA256_BYTES = 45 }; /* 44 characters and a NUL */

/* False when `hex` is not 64 hexadecimal digits. */
bool base64_of_sha256(const char *hex, char out[BASE64_SHA256_BYTES]);

#endif
