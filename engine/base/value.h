/* engine/base/value.h -- a small dynamic value: what log records, status entries and script results hold.
 *
 * A value owns its memory.  Zero-initialised is VALUE_NONE.  Not thread-safe. */
#ifndef ENGINE_BASE_VALUE_H
#define ENGINE_BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/text.h"

enum value_kind {
    VALUE_NONE, /* Python's None, JSON's null, Lua's nil */
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_REAL,
    VALUE_TEXT,
    VALUE_LIST,  /* of values; also how arrays of any rank are held */
    VALUE_TABLE, /* text to value, in order of insertion */
};

struct value {
    enum value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double real;
        char *text;
        struct {
            struct value *items; /* VALUE_LIST and VALUE_TABLE */
            char **keys;         /* VALUE_TABLE only */
            size_t count, capacity;
            bool tuple; /* of a list: Python's tuple, which prints in round brackets */
        } list;
    };
};

struct value value_none(void);
struct value value_boolean(bool boolean);
struct value value_integer(int64_t integer);
struct value value_real(double real);
struct value value_text(const char *text); /* copies */
struct value value_list(void);
struct value value_tuple(void); /* a list in all but how it prints */
struct value value_table(void);
struct value value_copy(const struct value *value);
void value_fini(struct value *value);          /* leaves VALUE_NONE */
size_t value_bytes(const struct value *value); /* memory that it owns, roughly */

/* Append and set take ownership of `item`. */
void value_append(struct value *list, struct value item);
void value_set(struct value *table, const char *key, struct value item);   /* replaces */
void value_add(struct value *table, const char *key, struct value item);   /* of a key that is not there */
const struct value *value_get(const struct value *table, const char *key); /* NULL when absent */

bool value_truthy(const struct value *value); /* as Python: none, false, 0, 0.0, "" and empty are false */
bool value_equal(const struct value *a,
                 const struct value *b); /* 1 == 1.0 == true as in Python; NaN differs from NaN */
bool value_as_real(const struct value *value, double *out); /* booleans, integers and reals */

/* str() of Python at the top (a text bare), repr() inside lists. */
void value_print(const struct value *value, struct text *out);
/* JSON; NaN and infinities as the strings "NaN", "Infinity", "-Infinity". */
void value_to_json(const struct value *value, struct text *out);

#endif
