/* engine/data/decimal.c -- see decimal.h. */
#include "engine/data/decimal.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_DIGITS_MAX = 15 };

/* Most numbers in files are short.  Integers of 15 digits and these powers of ten are doubles exactly, so
 * that one division rounds to the nearest double, as strtod does, in a tenth of its time. */
static bool read_short(const char *field, size_t length, double *out)
{
    static const double powers[SHORT_DIGITS_MAX + 1] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    const bool sign = length > 0 && (*field == '-' || *field == '+');
    const char *at = field + sign, *const end = field + length, *behind_point = NULL;
    int64_t digits = 0;
    double number;

    if (length - sign > SHORT_DIGITS_MAX + 1)
        return false;
    for (; at < end; at++) {
        if (*at >= '0' && *at <= '9')
            digits = 10 * digits + (*at - '0');
        else if (*at == '.' && !behind_point)
            behind_point = at + 1;
        else
            return false;
    }
    length -= (size_t)sign + (behind_point != NULL); /* digits */
    if (length == 0 || length > SHORT_DIGITS_MAX)
        return false;
    number = behind_point ? (double)digits / powers[end - behind_point] : (double)digits;
    *out = *field == '-' ? -number : number;
    return true;
}

bool decimal_read(const char *field, size_t length, double *out)
{
    char *end;

    if (read_short(field, length, out))
        return true;
    if (length == 0 || strspn(field, "+-.0123456789eE") != length)
        return false;
    *out = strtod(field, &end);
    return end == field + length && isfinite(*out);
}
