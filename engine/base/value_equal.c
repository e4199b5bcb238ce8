/* engine/base/value_equal.c -- Python's == between values; see value.h. */
#include <math.h>
#include <string.h>

#include "engine/base/value.h"

static bool is_number(const struct value *value)
{
    return value->kind == VALUE_BOOLEAN || value->kind == VALUE_INTEGER || value->kind == VALUE_REAL;
}

static int64_t whole_number(const struct value *value)
{
    return value->kind == VALUE_BOOLEAN ? value->boolean : value->integer;
}

/* Exactly, as Python does: 2^53 + 1 differs from 2.0^53. */
static bool whole_equals_real(int64_t whole, double real)
{
    return real >= -0x1p63 && real < 0x1p63 && real == trunc(real) && (int64_t)real == whole;
}

static bool numbers_equal(const struct value *a, const struct value *b)
{
    if (a->kind == VALUE_REAL && b->kind == VALUE_REAL)
        return a->real == b->real;
    if (a->kind == VALUE_REAL)
        return whole_equals_real(whole_number(b), a->real);
    if (b->kind == VALUE_REAL)
        return whole_equals_real(whole_number(a), b->real);
    return whole_number(a) == whole_number(b);
}

static bool lists_equal(const struct value *a, const struct value *b)
{
    if (a->list.count != b->list.count)
        return false;
    for (size_t i = 0; i < a->list.count; i++)
        if (!value_equal(&a->list.items[i], &b->list.items[i]))
            return false;
    return true;
}

/* The order of insertion does not matter. */
static bool tables_equal(const struct value *a, const struct value *b)
{
    if (a->list.count != b->list.count)
        return false;
    for (size_t i = 0; i < a->list.count; i++) {
        const struct value *other = value_get(b, a->list.keys[i]);

        if (!other || !value_equal(&a->list.items[i], other))
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (is_number(a) && is_number(b))
        return numbers_equal(a, b);
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_TEXT:
        return strcmp(a->text, b->text) == 0;
    case VALUE_LIST:
        return lists_equal(a, b);
    case VALUE_TABLE:
        return tables_equal(a, b);
    default:
        return true;
    }
}
