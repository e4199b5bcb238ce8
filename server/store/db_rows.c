/* server/store/db_rows.c -- the columns of a row, from PostgreSQL's binary formats (the reverse of
 * db_value.c). */
#include "server/store/db.h"

#include <math.h>
#include <string.h>

/* OIDs: src/include/catalog/pg_type.dat of PostgreSQL; they never change. */
enum {
    TYPE_BOOLEAN = 16,
    TYPE_BYTES = 17,
    TYPE_INT64 = 20,
    TYPE_TEXT = 25,
    TYPE_REAL = 701,
    TYPE_TIME = 1184,
    TYPE_IDENTIFIER = 2950
};

static uint64_t get_integer(const unsigned char *bytes)
{
    uint64_t integer = 0;

    for (int i = 0; i < 8; i++)
        integer = integer << 8 | bytes[i];
    return integer;
}

bool db_rows_boolean(const struct db_rows *rows, int column)
{
    size_t count;
    const unsigned char *bytes = db_rows_cell(rows, column, TYPE_BOOLEAN, &count);

    return bytes && *bytes;
}

int64_t db_rows_int64_or(const struct db_rows *rows, int column, int64_t otherwise)
{
    size_t count;
    const unsigned char *bytes = db_rows_cell(rows, column, TYPE_INT64, &count);

    return bytes ? (int64_t)get_integer(bytes) : otherwise;
}

int64_t db_rows_int64(const struct db_rows *rows, int column)
{
    return db_rows_int64_or(rows, column, 0);
}

double db_rows_real(const struct db_rows *rows, int column)
{
    size_t count;
    const unsigned char *bytes = db_rows_cell(rows, column, TYPE_REAL, &count);
    double real = NAN;

    if (bytes) {
        const uint64_t bits = get_integer(bytes);

        memcpy(&real, &bits, sizeof(real));
    }
    return real;
}

const char *db_rows_text(const struct db_rows *rows, int column)
{
    size_t count;

    return db_rows_cell(rows, column, TYPE_TEXT, &count);
}

const void *db_rows_bytes(const struct db_rows *rows, int column, size_t *out_count)
{
    return db_rows_cell(rows, column, TYPE_BYTES, out_count);
}

int64_t db_rows_time_us(const struct db_rows *rows, int column)
{
    size_t count;
    const unsigned char *bytes = db_rows_cell(rows, column, TYPE_TIME, &count);

    return bytes ? (int64_t)get_integer(bytes) + DB_TIME_OFFSET_US : TIME_ABSENT;
}

void db_rows_identifier(const struct db_rows *rows, int column, char out[IDENTIFIER_TEXT_BYTES])
{
    size_t count;
    const unsigned char *bytes = db_rows_cell(rows, column, TYPE_IDENTIFIER, &count);

    out[0] = '\0';
    if (bytes)
        identifier_from_bytes(bytes, out);
}
