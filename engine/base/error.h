/* engine/base/error.h -- what went wrong, where in the document, and how to repair it.
 *
 * A failing function fills a caller-owned struct error and returns false (or NULL).  The struct
 * holds its own text, so raising never allocates.  Checks of documents collect every error in a
 * struct error_list instead of stopping at the first.
 * Messages: one line, lower case, quote the offending value, no full stop.  Hints: full sentences. */
#ifndef ENGINE_BASE_ERROR_H
#define ENGINE_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(text_index, first_index) __attribute__((format(printf, text_index, first_index)))

/* One list makes the enum and the names that clients see (the member "code" of an error). */
#define ERROR_CODES(X)                                                                                       \
    X(ERROR_NONE, "none")                                                                                    \
    /* documents and parameters */                                                                           \
    X(ERROR_SYNTAX, "syntax")                 /* not JSON, not Lua, not a number */                          \
    X(ERROR_WRONG_TYPE, "wrong_type")         /* a text where a number is needed */                          \
    X(ERROR_UNKNOWN_MEMBER, "unknown_member") /* a member that the table does not name */                    \
    X(ERROR_MISSING_MEMBER, "missing_member")                                                                \
    X(ERROR_DUPLICATE, "duplicate") /* the same member, name or value twice */                               \
    X(ERROR_OUT_OF_RANGE, "out_of_range")                                                                    \
    X(ERROR_INVALID_VALUE, "invalid_value")                                                                  \
    X(ERROR_UNKNOWN_TYPE, "unknown_type") /* "type" names no component of the family */                      \
    X(ERROR_UNKNOWN_NAME, "unknown_name") /* refers to something that is not there */                        \
    X(ERROR_SHAPE, "shape_mismatch")                                                                         \
    X(ERROR_LIMIT, "limit_exceeded")                                                                         \
    X(ERROR_CONFLICT, "conflict") /* members that exclude each other */                                      \
    /* runs and services */                                                                                  \
    X(ERROR_SCRIPT, "script")               /* a user function raised an error */                            \
    X(ERROR_SCRIPT_BUDGET, "script_budget") /* a user function used up its instructions or memory */         \
    X(ERROR_TRAINING, "training")           /* the training itself cannot go on */                           \
    X(ERROR_NOT_FOUND, "not_found")                                                                          \
    X(ERROR_STATE, "conflict_state") /* not possible in the present state */                                 \
    X(ERROR_CORRUPT, "corrupt")      /* stored bytes are not what they should be */                          \
    X(ERROR_IO, "io")                                                                                        \
    X(ERROR_STORAGE_FULL, "storage_full")                                                                    \
    X(ERROR_UNAVAILABLE, "unavailable") /* a dependency is down: may work later */                           \
    X(ERROR_MEMORY, "memory")                                                                                \
    X(ERROR_CANCELLED, "cancelled")                                                                          \
    X(ERROR_INTERNAL, "internal") /* a defect of ours */

enum error_code {
#define X(code, name) code,
    ERROR_CODES(X)
#undef X
};

struct error {
    enum error_code code;
    char pointer[256];               /* RFC 6901 place in the document; "" is the whole document */
    char message[512];               /* one line: lower case, names the value, no full stop */
    char hint[256];                  /* a full sentence on how to repair it; "" if there is none */
    unsigned json_line, json_column; /* from 1; 0 while unknown */
    const char *file;                /* raised here; for the server's own log, never for clients */
    int line;
};

/* One step down from the document root.  Frames live on the C stack of whoever descends, so the
 * path of a valid document costs nothing; it is spelled out only when something is wrong. */
struct json_path {
    const struct json_path *parent; /* NULL: the document itself is above */
    const char *key;                /* NULL when this step is an array element */
    size_t index;                   /* of that element */
    /* A frame with neither parent nor key stands for the document itself. */
};

/* Spells out `path` as a JSON Pointer; too long a pointer is cut at a whole step. */
void json_path_spell(const struct json_path *path, char *out, size_t out_bytes);

/* Fills `err` and is false.  `path` may be NULL (the whole document). */
#define RAISE(err, code, path, ...) error_raise((err), (code), (path), __FILE__, __LINE__, __VA_ARGS__)
bool error_raise(struct error *err, enum error_code code, const struct json_path *path, const char *file,
                 int line, const char *format, ...) PRINTF_LIKE(6, 7);

/* Adds the hint to an error just raised; false again, so that `return error_hint(...)` works. */
bool error_hint(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "context: " before the message; false. */
bool error_prefix(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Appends the errno text: "could not open x: No space left on device"; picks ERROR_STORAGE_FULL for
 * ENOSPC and EDQUOT, ERROR_MEMORY for ENOMEM, else ERROR_IO. */
#define RAISE_ERRNO(err, ...) error_raise_errno((err), __FILE__, __LINE__, __VA_ARGS__)
bool error_raise_errno(struct error *err, const char *file, int line, const char *format, ...)
    PRINTF_LIKE(4, 5);

const char *error_code_name(enum error_code code);

struct text;
/* Adds it in one line, as users see it: "code: message (place)". */
void error_spell(const struct error *err, struct text *out);

/* All the errors of a document.  Owns its items; zero-initialised is empty. */
struct error_list {
    struct error *items;
    size_t count, capacity;
    bool truncated; /* more than ERROR_LIST_MAX were found */
};
enum { ERROR_LIST_MAX = 100 };

/* Always false.  An error of code ERROR_NONE only follows from one that was reported before: it is not added.
 */
bool error_list_add(struct error_list *list, const struct error *err);
/* Raises straight into the list; always false. */
#define REPORT(list, code, path, ...)                                                                        \
    error_list_report((list), (code), (path), __FILE__, __LINE__, __VA_ARGS__)
bool error_list_report(struct error_list *list, enum error_code code, const struct json_path *path,
                       const char *file, int line, const char *format, ...) PRINTF_LIKE(6, 7);
/* Adds a hint to the newest error; always false. */
bool error_list_hint(struct error_list *list, const char *format, ...) PRINTF_LIKE(2, 3);
void error_list_fini(struct error_list *list);

#endif
