/* api/base64.c -- see base64.h. */
#include "api/base64.h"

#include <stddef.h>
#include <string.h>

enum { SHA256_BYTES = 32 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool read_hex(const char *hex, unsigned char out[SHA256_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    if (strlen(hex) != 2 * SHA256_BYTES || strspn(hex, digits) != 2 * SHA256_BYTES)
        return false;
    for (size_t i = 0; i < SHA256_BYTES; i++)
        out[i] = (unsigned char)((strchr(digits, hex[2 * i]) - digits) << 4 |
                                 (strchr(digits, hex[2 * i + 1]) - digits));
    return true;
}

bool base64_of_sha256(const char *hex, char out[BASE64_SHA256_BYTES])
{
    unsigned char bytes[SHA256_BYTES + 1] = { 0 }; /* eleven groups of three; the last byte is padding */
    char *to = out;

    if (!read_hex(hex, bytes))
        return false;
    for (size_t i = 0; i < SHA256_BYTES; i += 3) {
        unsigned group = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | bytes[i + 2];

        for (int shift = 18; shift >= 0; shift -= 6)
            *to++ = alphabet[group >> shift & 63];
    }
    to[-1] = '=';
    *to = '\0';
    return true;
}
