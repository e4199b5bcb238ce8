/* api/head.c -- see head.h. */
#include "api/head.h"

#include <string.h>
#include <strings.h>

/* Headers of which a second one would be read differently by different programs. */
static const char *const single_headers[] = { "Content-Length",    "Host",         "Authorization",
                                              "Transfer-Encoding", "Content-Type", "Content-Range",
                                              "If-Range",          "Range",        "Expect",
                                              "Idempotency-Key" };

static const char *find(const struct header *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(headers[i].name, name) == 0)
            return headers[i].value;
    return NULL;
}

static size_t occurrences(const struct header *headers, size_t count, const char *name)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += strcasecmp(headers[i].name, name) == 0;
    return found;
}

/* The token of RFC 9110: blanks and separators are not part of a name. */
static bool is_token(const char *name)
{
    return *name && strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(name);
}

static bool has_control(const char *value)
{
    for (; *value; value++)
        if (((unsigned char)*value < 0x20 && *value != '\t') || *value == 0x7f)
            return true;
    return false;
}

static enum problem check_lines(const struct header *headers, size_t count, const char **out_detail)
{
    for (size_t i = 0; i < count; i++) {
        *out_detail = "The name of a header holds a blank or another byte that no name may hold.";
        if (!is_token(headers[i].name))
            return PROBLEM_MALFORMED_REQUEST;
        *out_detail = "The value of a header holds a control character.";
        if (has_control(headers[i].value))
            return PROBLEM_MALFORMED_REQUEST;
    }
    *out_detail = "A header that may stand once stands twice.";
    for (size_t i = 0; i < COUNT(single_headers); i++)
        if (occurrences(headers, count, single_headers[i]) > 1)
            return PROBLEM_MALFORMED_REQUEST;
    return PROBLEM_NONE;
}

/* Digits only: no sign, no list, no blank. */
static bool parse_length(const char *value, uint64_t *out)
{
    uint64_t length = 0;

    if (!*value || strlen(value) > 18)
        return false;
    for (; *value; value++) {
        if (*value < '0' || *value > '9')
            return false;
        length = length * 10 + (uint64_t)(*value - '0');
    }
    *out = length;
    return true;
}

static enum problem check_framing(const char *length, const char *coding, struct head *out,
                                  const char **out_detail)
{
    *out_detail = "Content-Length and Transfer-Encoding exclude each other.";
    if (length && coding)
        return PROBLEM_MALFORMED_REQUEST;
    *out_detail = "The only transfer coding known here is chunked.";
    if (coding && strcasecmp(coding, "chunked") != 0)
        return PROBLEM_NOT_IMPLEMENTED;
    *out_detail = "Content-Length is not a whole number.";
    if (length && !parse_length(length, &out->content_length))
        return PROBLEM_MALFORMED_REQUEST;
    if (coding)
        out->content_length = HEAD_LENGTH_UNKNOWN;
    out->has_body = out->content_length > 0;
    return PROBLEM_NONE;
}

enum problem head_check(const char *version, const struct header *headers, size_t count, struct head *out,
                        const char **out_detail)
{
    const char *expect = find(headers, count, "Expect");
    enum problem problem;

    *out = (struct head){ 0 };
    *out_detail = "The version of HTTP is neither 1.0 nor 1.1.";
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
        return PROBLEM_MALFORMED_REQUEST;
    problem = check_lines(headers, count, out_detail);
    if (problem == PROBLEM_NONE)
        problem = check_framing(find(headers, count, "Content-Length"),
                                find(headers, count, "Transfer-Encoding"), out, out_detail);
    if (problem != PROBLEM_NONE)
        return problem;
    *out_detail = "The only expectation known here is 100-continue.";
    return expect && strcasecmp(expect, "100-continue") != 0 ? PROBLEM_EXPECTATION : PROBLEM_NONE;
}

bool media_type_is(const char *content_type, const char *wanted)
{
    size_t length = strlen(wanted);

    if (!content_type || strncasecmp(content_type, wanted, length) != 0)
        return false;
    content_type += length;
    content_type += strspn(content_type, " \t");
    return *content_type == '\0' || *content_type == ';';
}

bool media_type_is_utf8(const char *content_type)
{
    for (const char *at = content_type; (at = strchr(at, ';'));) {
        at += 1 + strspn(at + 1, " \t");
        if (strncasecmp(at, "charset=", strlen("charset=")) != 0)
            continue;
        at += strlen("charset=");
        at += *at == '"';
        if (strncasecmp(at, "utf-8", strlen("utf-8")) != 0 || !strchr("\"; \t", at[strlen("utf-8")]))
            return false;
    }
    return true;
}
