/* server/store/db_value.c -- see db_value.h.
 *
 * Binary formats: PostgreSQL's *_recv functions; an array is rank, flags, element type, length, lower
 * bound, then each element behind its own length (-1: NULL).  All integers are big-endian. */
#include "server/store/db_value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "server/identifier.h"

/* OIDs: src/include/catalog/pg_type.dat of PostgreSQL; they never change. */
static const struct {
    uint32_t type;
    enum db_kind element; /* of an array; else DB_KIND_COUNT */
} kinds[DB_KIND_COUNT] = {
    [DB_BOOLEAN] = { 16, DB_KIND_COUNT },
    [DB_INT64] = { 20, DB_KIND_COUNT },
    [DB_REAL] = { 701, DB_KIND_COUNT },
    [DB_TEXT] = { 25, DB_KIND_COUNT },
    [DB_BYTES] = { 17, DB_KIND_COUNT },
    [DB_TIME] = { 1184, DB_KIND_COUNT },
    [DB_IDENTIFIER] = { 2950, DB_KIND_COUNT },
    [DB_INT64S] = { 1016, DB_INT64 },
    [DB_REALS] = { 1022, DB_REAL },
    [DB_TEXTS] = { 1009, DB_TEXT },
    [DB_IDENTIFIERS] = { 2951, DB_IDENTIFIER },
};

enum { ARRAY_HEAD_BYTES = 20 };

static bool is_array(const struct db_value *value)
{
    return kinds[value->kind].element != DB_KIND_COUNT;
}

static struct db_value element(const struct db_value *array, size_t index)
{
    switch (kinds[array->kind].element) {
    case DB_INT64:
        return db_int64(array->int64s[index]);
    case DB_REAL:
        return array->present && !array->present[index] ? db_null(DB_REAL) : db_real(array->reals[index]);
    case DB_TEXT:
        return db_text(array->texts[index]);
    default:
        return db_identifier(array->texts[index]);
    }
}

static bool scalar_is_null(const struct db_value *value)
{
    return value->null || (value->kind == DB_IDENTIFIER && !identifier_valid(value->text));
}

static size_t scalar_bytes(const struct db_value *value)
{
    if (scalar_is_null(value))
        return 0;
    switch (value->kind) {
    case DB_BOOLEAN:
        return 1;
    case DB_TEXT:
    case DB_BYTES:
        return value->count;
    case DB_IDENTIFIER:
        return IDENTIFIER_BYTES;
    default:
        return 8;
    }
}

static size_t value_bytes(const struct db_value *value)
{
    size_t bytes = ARRAY_HEAD_BYTES;

    if (!is_array(value))
        return scalar_bytes(value);
    for (size_t i = 0; i < value->count; i++) {
        const struct db_value item = element(value, i);

        bytes += 4 + scalar_bytes(&item);
    }
    return bytes;
}

static unsigned char *put_integer(unsigned char *out, uint64_t integer, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        out[i] = (unsigned char)(integer & 0xff);
        integer >>= 8;
    }
    return out + bytes;
}

static unsigned char *put_scalar(unsigned char *out, const struct db_value *value)
{
    const size_t bytes = scalar_bytes(value);
    uint64_t bits = 0;

    if (bytes == 0)
        return out;
    switch (value->kind) {
    case DB_TEXT:
        memcpy(out, value->text, bytes);
        return out + bytes;
    case DB_BYTES:
        memcpy(out, value->bytes, bytes);
        return out + bytes;
    case DB_IDENTIFIER:
        identifier_to_bytes(value->text, out);
        return out + bytes;
    case DB_BOOLEAN:
        *out = value->boolean;
        return out + 1;
    case DB_REAL:
        memcpy(&bits, &value->real, sizeof(bits));
        return put_integer(out, bits, 8);
    case DB_TIME:
        return put_integer(out, (uint64_t)value->int64 - (uint64_t)DB_TIME_OFFSET_US, 8);
    default:
        return put_integer(out, (uint64_t)value->int64, 8);
    }
}

static unsigned char *put_array(unsigned char *out, const struct db_value *array)
{
    out = put_integer(out, array->count > 0, 4); /* rank */
    out = put_integer(out, 1, 4);                /* there may be NULLs */
    out = put_integer(out, kinds[kinds[array->kind].element].type, 4);
    if (array->count > 0) {
        out = put_integer(out, array->count, 4);
        out = put_integer(out, 1, 4); /* lower bound */
    }
    for (size_t i = 0; i < array->count; i++) {
        const struct db_value item = element(array, i);

        out = put_integer(out, scalar_is_null(&item) ? UINT32_MAX : scalar_bytes(&item), 4);
        out = put_scalar(out, &item);
    }
    return out;
}

bool db_parameters_init(struct db_parameters *parameters, const struct db_value *values, size_t count)
{
    size_t total = 1; /* never nothing: an empty text is not NULL */

    assert(count <= DB_VALUES_MAX);
    memset(parameters, 0, sizeof(*parameters));
    for (size_t i = 0; i < count; i++) {
        const size_t bytes = value_bytes(&values[i]);

        if (bytes > INT32_MAX || total > INT32_MAX - bytes)
            return false;
        total += bytes;
    }

    unsigned char *place = parameters->memory = memory_new(total, 1);

    parameters->count = (int)count;
    for (size_t i = 0; i < count; i++) {
        unsigned char *end =
            is_array(&values[i]) ? put_array(place, &values[i]) : put_scalar(place, &values[i]);

        parameters->types[i] = kinds[values[i].kind].type;
        parameters->values[i] =
            !is_array(&values[i]) && scalar_is_null(&values[i]) ? NULL : (const char *)place;
        parameters->lengths[i] = (int)(end - place);
        parameters->formats[i] = 1;
        place = end;
    }
    return true;
}

void db_parameters_fini(struct db_parameters *parameters)
{
    free(parameters->memory);
    parameters->memory = NULL;
}
