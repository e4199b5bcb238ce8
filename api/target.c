/* api/target.c -- see target.h. */
#include "api/target.h"

#include <string.h>
#include <strings.h>

#include "engine/base/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_utf8(const char *text)
{
    size_t rest = strlen(text);

    while (rest > 0) {
        uint32_t character;
        size_t length = utf8_decode(text, rest, &character);

        if (length == 0)
            return false;
        text += length;
        rest -= length;
    }
    return true;
}

/* The byte that "%XY" stands for, with `escape` at the '%'; -1 when it is none. */
static int escaped_byte(const char *escape, size_t rest)
{
    int high = rest >= 3 ? hex_digit(escape[1]) : -1;
    int low = rest >= 3 ? hex_digit(escape[2]) : -1;

    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Decodes `length` bytes of a path segment into `out` (of length + 1 bytes); false on a bad escape,
 * an escaped NUL, slash, backslash or control character, or text that is not UTF-8. */
static bool decode(const char *raw, size_t length, char *out)
{
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        int c = (unsigned char)raw[i];

        if (c == '%') {
            c = escaped_byte(raw + i, length - i);
            i += 2;
        }
        if (c < 0x20 || c == 0x7f || c == '/' || c == '\\')
            return false;
        out[used++] = (char)c;
    }
    out[used] = '\0';
    return is_utf8(out);
}

/* Judges every byte and escape, those of the query too. */
static enum problem check_bytes(const char *raw, const char **out_detail)
{
    for (const char *at = raw; *at; at++) {
        int byte = *at == '%' ? escaped_byte(at, strlen(at)) : (unsigned char)*at;

        *out_detail = "The target holds an escape that is not % and two hexadecimal digits.";
        if (byte < 0)
            return PROBLEM_MALFORMED_REQUEST;
        *out_detail = "The target holds an escaped NUL.";
        if (byte == 0)
            return PROBLEM_MALFORMED_REQUEST;
        *out_detail = "The target holds bytes that have to be escaped.";
        if (*at != '%' && (byte <= 0x20 || byte >= 0x7f || strchr("\"<>\\^`{|}#", byte)))
            return PROBLEM_MALFORMED_REQUEST;
    }
    return PROBLEM_NONE;
}

/* An escaped slash or backslash would be taken apart differently by whoever stands before us. */
static enum problem split(const char *path, struct arena *arena, struct target *out, const char **out_detail)
{
    const char *segment = path + 1;

    while (*segment) {
        size_t length = strcspn(segment, "/");
        char *decoded = arena_alloc(arena, length + 1);

        *out_detail = "There is nothing at this path.";
        if (length == 0 || out->segment_count == TARGET_SEGMENTS_MAX || !decode(segment, length, decoded))
            return PROBLEM_NOT_FOUND;
        out->segments[out->segment_count++] = decoded;
        segment += length;
        if (segment[0] == '/' && segment[1] == '\0')
            return PROBLEM_NOT_FOUND;
        segment += *segment == '/';
    }
    return PROBLEM_NONE;
}

/* What stands behind "http://HOST" when a proxy was asked (RFC 9112, section 3.2.2); otherwise `raw`. */
static const char *skip_authority(const char *raw)
{
    static const char *const schemes[] = { "http://", "https://" };

    for (size_t i = 0; i < COUNT(schemes); i++) {
        size_t length = strlen(schemes[i]);
        size_t host = strncasecmp(raw, schemes[i], length) == 0 ? strcspn(raw + length, "/?") : 0;

        if (host > 0)
            return raw[length + host] ? raw + length + host : "/";
    }
    return raw;
}

enum problem target_parse(const char *raw, struct arena *arena, struct target *out, const char **out_detail)
{
    enum problem problem;
    size_t path_length;

    *out = (struct target){ 0 };
    *out_detail = "The target is longer than 8 KiB.";
    if (strlen(raw) > TARGET_BYTES_MAX)
        return PROBLEM_URI_TOO_LONG;
    problem = check_bytes(raw, out_detail);
    if (problem != PROBLEM_NONE)
        return problem;
    out->whole_server = strcmp(raw, "*") == 0;
    if (out->whole_server)
        return PROBLEM_NONE;
    raw = skip_authority(raw);
    *out_detail = "The target does not begin with a slash.";
    if (raw[0] != '/')
        return PROBLEM_MALFORMED_REQUEST;

    path_length = strcspn(raw, "?");
    out->path = arena_text_n(arena, raw, path_length);
    out->query = raw[path_length] == '?' ? arena_text(arena, raw + path_length + 1) : NULL;
    return split(out->path, arena, out, out_detail);
}
