/* engine/base/utf8.h -- UTF-8, one character at a time. */
#ifndef ENGINE_BASE_UTF8_H
#define ENGINE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_BYTES_MAX = 4 };

/* The character at `bytes`: its length in bytes, 1 to 4.  0 when there is none or the bytes are not
 * UTF-8 (overlong forms, surrogates and characters above U+10FFFF are not). */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *out_character);

/* Writes a character that is no surrogate and not above U+10FFFF; returns its length in bytes. */
size_t utf8_encode(uint32_t character, char out[UTF8_BYTES_MAX]);

/* The longest prefix of at most `bytes_max` bytes that does not cut a character. */
size_t utf8_cut(const char *bytes, size_t length, size_t bytes_max);

#endif
