/* server/store/db_value.h -- typed values on their way into a statement.
 *
 * Values borrow what they point to.  They travel in PostgreSQL's binary formats, so that no bit of a
 * number is lost and nothing is quoted.  The kind given at a place of a statement is always the same. */
#ifndef SERVER_STORE_DB_VALUE_H
#define SERVER_STORE_DB_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/base/param.h"

enum db_kind {
    DB_BOOLEAN,     /* boolean */
    DB_INT64,       /* bigint */
    DB_REAL,        /* double precision, with NaN and infinities */
    DB_TEXT,        /* text: UTF-8 */
    DB_BYTES,       /* bytea */
    DB_TIME,        /* timestamptz, given in microseconds since 1970 */
    DB_IDENTIFIER,  /* uuid, given as text */
    DB_INT64S,      /* bigint[], for unnest */
    DB_REALS,       /* double precision[] */
    DB_TEXTS,       /* text[]; a NULL element is SQL's NULL */
    DB_IDENTIFIERS, /* uuid[], given as texts */
    DB_KIND_COUNT
};

struct db_value {
    enum db_kind kind;
    bool null;
    size_t count; /* bytes of DB_TEXT and DB_BYTES, elements of an array */
    union {
        bool boolean;
        int64_t int64;
        double real;
        const char *text;
        const void *bytes;
        const int64_t *int64s;
        const double *reals;
        const char *const *texts;
    };
    const bool *present; /* DB_REALS: false elements are SQL's NULL; NULL: all are present */
};

static inline struct db_value db_null(enum db_kind kind)
{
    return (struct db_value){ .kind = kind, .null = true };
}

static inline struct db_value db_boolean(bool value)
{
    return (struct db_value){ .kind = DB_BOOLEAN, .boolean = value };
}

static inline struct db_value db_int64(int64_t value)
{
    return (struct db_value){ .kind = DB_INT64, .int64 = value };
}

/* INTEGER_ABSENT is SQL's NULL. */
static inline struct db_value db_int64_or_null(int64_t value)
{
    return (struct db_value){ .kind = DB_INT64, .null = value == INTEGER_ABSENT, .int64 = value };
}

static inline struct db_value db_real(double value)
{
    return (struct db_value){ .kind = DB_REAL, .real = value };
}

/* `text` NULL is SQL's NULL. */
static inline struct db_value db_text(const char *text)
{
    return (
        struct db_value){ .kind = DB_TEXT, .null = !text, .text = text, .count = text ? strlen(text) : 0 };
}

static inline struct db_value db_text_n(const char *text, size_t bytes)
{
    return (struct db_value){ .kind = DB_TEXT, .text = text, .count = bytes };
}

static inline struct db_value db_bytes(const void *bytes, size_t count)
{
    return (struct db_value){ .kind = DB_BYTES, .null = !bytes, .bytes = bytes, .count = count };
}

static inline struct db_value db_time(int64_t wall_us)
{
    return (struct db_value){ .kind = DB_TIME, .int64 = wall_us };
}

/* A text that is not an identifier becomes SQL's NULL, which equals no row. */
static inline struct db_value db_identifier(const char *text)
{
    return (struct db_value){ .kind = DB_IDENTIFIER, .null = !text, .text = text };
}

static inline struct db_value db_int64s(const int64_t *items, size_t count)
{
    return (struct db_value){ .kind = DB_INT64S, .int64s = items, .count = count };
}

static inline struct db_value db_reals(const double *items, const bool *present, size_t count)
{
    return (struct db_value){ .kind = DB_REALS, .reals = items, .present = present, .count = count };
}

static inline struct db_value db_texts(const char *const *items, size_t count)
{
    return (struct db_value){ .kind = DB_TEXTS, .texts = items, .count = count };
}

static inline struct db_value db_identifiers(const char *const *items, size_t count)
{
    return (struct db_value){ .kind = DB_IDENTIFIERS, .texts = items, .count = count };
}

enum { DB_VALUES_MAX = 24 }; /* of one statement */

/* A statement's values as libpq wants them. */
struct db_parameters {
    int count;
    uint32_t types[DB_VALUES_MAX]; /* OIDs of the kinds */
    const char *values[DB_VALUES_MAX];
    int lengths[DB_VALUES_MAX];
    int formats[DB_VALUES_MAX]; /* 1: binary */
    unsigned char *memory;      /* what `values` point into */
};

/* Encodes `values`; false when they take more than INT32_MAX bytes.  db_parameters_fini also after that. */
bool db_parameters_init(struct db_parameters *parameters, const struct db_value *values, size_t count);
void db_parameters_fini(struct db_parameters *parameters);

/* Microseconds between PostgreSQL's start of time, 2000-01-01, and ours, 1970-01-01. */
#define DB_TIME_OFFSET_US INT64_C(946684800000000)

#endif
