/* engine/base/text.h -- a growing text.  Zero-initialised is empty.  Not thread-safe. */
#ifndef ENGINE_BASE_TEXT_H
#define ENGINE_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;   /* always ends in a NUL once anything was added; NULL before */
    size_t length; /* without that NUL */
    size_t capacity;
};

void text_add(struct text *text, const char *addition);
void text_add_n(struct text *text, const char *addition, size_t length);
void text_add_char(struct text *text, char c);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_format_va(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
char *
text_take(struct text *text); /* hands the bytes over ("" if empty; the caller frees), empties the text */
void text_clear(struct text *text); /* keeps the memory */
void text_fini(struct text *text);
const char *text_bytes(const struct text *text); /* never NULL */

/* Numbers that read back as the same bits: the shortest such decimal (as Python's repr prints it).
 * REAL_TEXT_BYTES is enough for any; returns the length. */
enum { REAL_TEXT_BYTES = 40 };
size_t real_to_text(double value, char out[REAL_TEXT_BYTES]); /* repr: 2.0, 1e-07, 1e+16, nan, inf, -inf */
size_t
real_to_json(double value,
             char out[REAL_TEXT_BYTES]); /* JSON: 2.0 as 2.0; "NaN", "Infinity", "-Infinity" with quotes */
void text_add_json_text(struct text *text, const char *string); /* quoted and escaped */

/* Strict readers: the whole text must be one number; false otherwise, also on overflow. */
bool text_to_int64(const char *text, int64_t *out);
bool text_to_double(const char *text, double *out);

/* The candidate nearest to `wrong` by edit distance, for "did you mean"; NULL when none is near. */
const char *text_nearest(const char *wrong, const char *const *candidates, size_t count);
/* A hint that names it, and the candidates as far as there is room: `Did you mean "b"? Possible are: a, b.`
 * `wrong` may be NULL.  "" without candidates. */
void text_candidates_hint(const char *wrong, const char *const *candidates, size_t count, char *out,
                          size_t out_bytes);

#endif
