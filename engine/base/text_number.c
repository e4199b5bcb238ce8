/* engine/base/text_number.c -- numbers to text and back; see text.h.
 *
 * The shortest decimal that reads back as the same double, as in Python's repr.  All is in the "C" locale:
 * nothing in the project calls setlocale. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"

/* A decimal number as 0.d1d2d3... times 10 to the power `point`. */
struct decimal {
    char digits[24];
    int count, point;
};

/* Reads what "%.*e" wrote: d.ddde+xx. */
static void decimal_read(const char *scientific, struct decimal *decimal)
{
    const char *at = scientific;

    decimal->count = 0;
    for (; *at && *at != 'e'; at++)
        if (*at != '.')
            decimal->digits[decimal->count++] = *at;
    decimal->point = 1 + (int)strtol(at + 1, NULL, 10);
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0')
        decimal->count--;
    decimal->digits[decimal->count] = '\0';
}

/* Adds one to the last digit of d.ddde+xx; false when the carry would change the exponent. */
static bool decimal_raise(char *scientific)
{
    for (char *at = strchr(scientific, 'e'); at-- > scientific;) {
        if (*at == '.')
            continue;
        if (*at != '9') {
            ++*at;
            return true;
        }
        *at = '0';
    }
    return false;
}

/* `value` is positive and finite.  Up to 15 digits survive a journey through a double, so 15 digits without
 * their trailing zeros are the shortest when they read back; subnormals hold fewer, and are searched from 1.
 * Below a power of two doubles lie closer, so that there the nearest 16 digits may miss it and the next hit.
 */
static void decimal_shortest(double value, struct decimal *decimal)
{
    char scientific[REAL_TEXT_BYTES];

    for (int digits = value < 2.3e-308 ? 1 : 15; digits <= 17; digits++) {
        snprintf(scientific, sizeof scientific, "%.*e", digits - 1, value);
        if (strtod(scientific, NULL) == value)
            break;
        if (digits == 16 && decimal_raise(scientific) && strtod(scientific, NULL) == value)
            break;
    }
    decimal_read(scientific, decimal);
}

/* 1.5e-07, 1e+16 */
static int decimal_scientific(const struct decimal *decimal, char *out, size_t out_bytes)
{
    return snprintf(out, out_bytes, "%c%s%se%+03d", decimal->digits[0], decimal->count > 1 ? "." : "",
                    decimal->digits + 1, decimal->point - 1);
}

/* 0.001, 1234.5, 1200.0 */
static int decimal_positional(const struct decimal *decimal, char *out, size_t out_bytes)
{
    static const char zeros[] = "0000000000000000";
    int point = decimal->point, count = decimal->count;

    if (point <= 0)
        return snprintf(out, out_bytes, "0.%.*s%s", -point, zeros, decimal->digits);
    if (count <= point)
        return snprintf(out, out_bytes, "%s%.*s.0", decimal->digits, point - count, zeros);
    return snprintf(out, out_bytes, "%.*s.%s", point, decimal->digits, decimal->digits + point);
}

static size_t special_to_text(double value, const char *quote, const char *not_a_number, const char *infinity,
                              char out[REAL_TEXT_BYTES])
{
    return (size_t)snprintf(out, REAL_TEXT_BYTES, "%s%s%s%s", quote, !isnan(value) && value < 0 ? "-" : "",
                            isnan(value) ? not_a_number : infinity, quote);
}

size_t real_to_text(double value, char out[REAL_TEXT_BYTES])
{
    size_t sign = signbit(value) ? 1 : 0;
    struct decimal decimal;
    int length;

    if (!isfinite(value))
        return special_to_text(value, "", "nan", "inf", out);
    out[0] = '-';
    if (fabs(value) < 1e15 && value == trunc(value))
        return sign +
               (size_t)snprintf(out + sign, REAL_TEXT_BYTES - sign, "%" PRId64 ".0", (int64_t)fabs(value));
    decimal_shortest(fabs(value), &decimal);
    if (decimal.point > 16 || decimal.point < -3)
        length = decimal_scientific(&decimal, out + sign, REAL_TEXT_BYTES - sign);
    else
        length = decimal_positional(&decimal, out + sign, REAL_TEXT_BYTES - sign);
    return sign + (size_t)length;
}

size_t real_to_json(double value, char out[REAL_TEXT_BYTES])
{
    if (!isfinite(value))
        return special_to_text(value, "\"", "NaN", "Infinity", out);
    return real_to_text(value, out);
}

bool text_to_int64(const char *text, int64_t *out)
{
    const char *digits = text + (*text == '-');
    int64_t number;

    if (!*digits || digits[strspn(digits, "0123456789")])
        return false;
    errno = 0;
    number = strtoll(text, NULL, 10);
    if (errno)
        return false;
    *out = number;
    return true;
}

bool text_to_double(const char *text, double *out)
{
    const char *start = text + (*text == '-');
    char *end;
    double number;

    /* strtod also reads white space, "+1", "0x1p3", "inf" and "nan". */
    if (start[strspn(start, "0123456789.eE+-")] || !strchr("0123456789.", *start) || !*start)
        return false;
    number = strtod(text, &end);
    if (*end || end == text || !isfinite(number))
        return false;
    *out = number;
    return true;
}
