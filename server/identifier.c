/* server/identifier.c -- see identifier.h. */
#include "server/identifier.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const char digits[] = "0123456789abcdef";

static bool dash_at(size_t place)
{
    return place == 8 || place == 13 || place == 18 || place == 23;
}

/* The kernel's generator cannot fail once it is seeded; a signal may cut the call short. */
static void fill_random(unsigned char *bytes, size_t count)
{
    while (count > 0) {
        const ssize_t got = getrandom(bytes, count, 0);

        if (got < 0 && errno != EINTR)
            abort();
        if (got > 0) {
            bytes += got;
            count -= (size_t)got;
        }
    }
}

void identifier_new(char out[IDENTIFIER_TEXT_BYTES])
{
    unsigned char bytes[IDENTIFIER_BYTES];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t milliseconds = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    const unsigned fraction = (unsigned)((uint64_t)now.tv_nsec % 1000000 * 4096 / 1000000);

    for (int i = 5; i >= 0; i--) {
        bytes[i] = (unsigned char)(milliseconds & 0xff);
        milliseconds >>= 8;
    }
    fill_random(bytes + 8, sizeof(bytes) - 8);
    bytes[6] = (unsigned char)(0x70 | fraction >> 8); /* version 7 */
    bytes[7] = (unsigned char)(fraction & 0xff);
    bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3f)); /* the variant of RFC 9562 */
    identifier_from_bytes(bytes, out);
}

bool identifier_to_bytes(const char *text, unsigned char out[IDENTIFIER_BYTES])
{
    unsigned char bytes[IDENTIFIER_BYTES] = { 0 };
    size_t nibbles = 0;

    if (!text || strnlen(text, IDENTIFIER_TEXT_BYTES) != IDENTIFIER_TEXT_BYTES - 1)
        return false;
    for (size_t place = 0; place < IDENTIFIER_TEXT_BYTES - 1; place++) {
        const char *digit = strchr(digits, text[place]);

        if (dash_at(place) != (text[place] == '-') || (!digit && !dash_at(place)))
            return false;
        if (!dash_at(place)) {
            bytes[nibbles / 2] = (unsigned char)(bytes[nibbles / 2] << 4 | (digit - digits));
            nibbles++;
        }
    }
    memcpy(out, bytes, sizeof(bytes));
    return true;
}

void identifier_from_bytes(const unsigned char bytes[IDENTIFIER_BYTES], char out[IDENTIFIER_TEXT_BYTES])
{
    size_t place = 0;

    for (size_t i = 0; i < IDENTIFIER_BYTES; i++) {
        if (dash_at(place))
            out[place++] = '-';
        out[place++] = digits[bytes[i] >> 4];
        out[place++] = digits[bytes[i] & 15];
    }
    out[place] = '\0';
}

bool identifier_valid(const char *text)
{
    unsigned char bytes[IDENTIFIER_BYTES];

    return identifier_to_bytes(text, bytes);
}
