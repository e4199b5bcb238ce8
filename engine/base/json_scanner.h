/* engine/base/json_scanner.h -- what the files of json_scan share: where the scan is, and how it complains.
 */
#ifndef ENGINE_BASE_JSON_SCANNER_H
#define ENGINE_BASE_JSON_SCANNER_H

#include "engine/base/arena.h"
#include "engine/base/json.h"
#include "engine/base/text.h"

struct json_member {
    const char *key; /* decoded; lives in the scanner's arena */
    size_t at;       /* of its opening quote */
};

struct json_scanner {
    const char *bytes;
    size_t length, at;
    const struct json_limits *limits;
    struct error_list *errors;
    bool good; /* nothing was wrong so far */
    size_t values, depth;
    struct json_member *members; /* of all open objects, those of the innermost last */
    size_t member_count, member_capacity;
    struct text decoded; /* the string just read */
    struct arena arena;  /* keys */
};

/* Both are false.  The first places the error at the byte `at`; the second says that what stands at
 * scanner->at is not what is `wanted` there ("a colon"). */
bool json_complain(struct json_scanner *scanner, size_t at, enum error_code code,
                   const struct json_path *path, const char *hint, const char *format, ...) PRINTF_LIKE(6, 7);
bool json_complain_found(struct json_scanner *scanner, const struct json_path *path, const char *wanted,
                         const char *hint);

/* Behind white space: whether this byte stands there; whether it did and was stepped over. */
bool json_at_byte(struct json_scanner *scanner, char byte);
bool json_skip_byte(struct json_scanner *scanner, char byte);

/* Each starts at its first byte.  False: the scan cannot go on. */
bool json_scan_string(struct json_scanner *scanner, const struct json_path *path); /* into scanner->decoded */
bool json_scan_number(struct json_scanner *scanner, const struct json_path *path);
bool json_scan_word(struct json_scanner *scanner, const struct json_path *path); /* true, false, null */

#endif
