/* engine/base/json_scan.c -- the strict check of a whole JSON text; see json.h.
 *
 * Recursive descent: the depth, and with it the C stack, is bounded by the limits.  Keys are decoded, so that
 * "a" and
 * "\u0061" are the same member, and kept on a stack of open objects; each object sorts its own when it
 * closes, so that finding repeated ones costs no more than n log n, whatever their names. */
#include "engine/base/json.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/json_scanner.h"
#include "engine/base/json_text.h"
#include "engine/base/memory.h"

const struct json_limits json_limits_definition = {
    .bytes_max = 1024 * 1024,
    .depth_max = 32,
    .values_max = 20000,
    .string_bytes_max = 64 * 1024,
};

static const char trailing_comma[] = "Remove the comma before it.";

static int compare_members(const void *a, const void *b)
{
    const struct json_member *one = a, *other = b;
    int order = strcmp(one->key, other->key);

    return order ? order : (one->at > other->at) - (one->at < other->at);
}

/* Looks at the members from `first` on, those of the object that closes, and forgets them. */
static void close_members(struct json_scanner *scanner, size_t first, const struct json_path *path)
{
    struct json_member *members = scanner->members + first;
    size_t count = scanner->member_count - first;

    if (count > 1)
        qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 1; i < count; i++) {
        struct json_path step = { .parent = path, .key = members[i].key };

        if (strcmp(members[i].key, members[i - 1].key) == 0)
            json_complain(scanner, members[i].at, ERROR_DUPLICATE, &step, "Keep one of them.",
                          "the member is given more than once");
    }
    scanner->member_count = first;
}

/* The key just read; lives as long as the scan. */
static const char *push_member(struct json_scanner *scanner, size_t at)
{
    const char *key = arena_text_n(&scanner->arena, text_bytes(&scanner->decoded), scanner->decoded.length);

    scanner->members = memory_room(scanner->members, scanner->member_count, &scanner->member_capacity,
                                   sizeof *scanner->members);
    scanner->members[scanner->member_count++] = (struct json_member){ key, at };
    return key;
}

static bool scan_value(struct json_scanner *scanner, const struct json_path *path);

static bool scan_member(struct json_scanner *scanner, const struct json_path *path, bool after_comma)
{
    struct json_path step = { .parent = path };
    size_t key_at;

    if (after_comma && json_at_byte(scanner, '}'))
        return json_complain_found(scanner, path, "another member", trailing_comma);
    if (!json_at_byte(scanner, '"'))
        return json_complain_found(scanner, path, "the name of a member in double quotes", "");
    key_at = scanner->at;
    if (!json_scan_string(scanner, path))
        return false;
    step.key = push_member(scanner, key_at);
    if (!json_skip_byte(scanner, ':'))
        return json_complain_found(scanner, &step, "a colon", "");
    return scan_value(scanner, &step);
}

static bool scan_object(struct json_scanner *scanner, const struct json_path *path)
{
    size_t first = scanner->member_count;
    bool after_comma = false;

    scanner->at++;
    if (json_skip_byte(scanner, '}'))
        return true;
    do {
        if (!scan_member(scanner, path, after_comma))
            return false;
        after_comma = json_skip_byte(scanner, ',');
    } while (after_comma);
    if (!json_skip_byte(scanner, '}'))
        return json_complain_found(scanner, path, "a comma or a closing brace", "");
    close_members(scanner, first, path);
    return true;
}

static bool scan_array(struct json_scanner *scanner, const struct json_path *path)
{
    struct json_path step = { .parent = path };

    scanner->at++;
    if (json_skip_byte(scanner, ']'))
        return true;
    for (;; step.index++) {
        if (step.index > 0 && json_at_byte(scanner, ']'))
            return json_complain_found(scanner, path, "another element", trailing_comma);
        if (!scan_value(scanner, &step))
            return false;
        if (!json_skip_byte(scanner, ','))
            break;
    }
    return json_skip_byte(scanner, ']') ||
           json_complain_found(scanner, path, "a comma or a closing bracket", "");
}

static bool scan_container(struct json_scanner *scanner, const struct json_path *path)
{
    bool scanned;

    if (scanner->depth == scanner->limits->depth_max)
        return json_complain(scanner, scanner->at, ERROR_SYNTAX, path, "", "nested more than %zu deep",
                             scanner->limits->depth_max);
    scanner->depth++;
    scanned = scanner->bytes[scanner->at] == '{' ? scan_object(scanner, path) : scan_array(scanner, path);
    scanner->depth--;
    return scanned;
}

static bool scan_value(struct json_scanner *scanner, const struct json_path *path)
{
    char first;

    scanner->at = json_skip_space(scanner->bytes, scanner->length, scanner->at);
    first = scanner->at < scanner->length ? scanner->bytes[scanner->at] : '\0';
    if (scanner->values++ == scanner->limits->values_max)
        return json_complain(scanner, scanner->at, ERROR_LIMIT, path, "",
                             "the text holds more than %zu values", scanner->limits->values_max);
    if (first == '{' || first == '[')
        return scan_container(scanner, path);
    if (first == '"')
        return json_scan_string(scanner, path);
    if (first && strchr("+-.0123456789", first))
        return json_scan_number(scanner, path);
    return json_scan_word(scanner, path);
}

static bool scan_document(struct json_scanner *scanner)
{
    static const struct json_path document = { 0 };

    if (scanner->length >= 3 && memcmp(scanner->bytes, "\xef\xbb\xbf", 3) == 0)
        return json_complain(scanner, 0, ERROR_SYNTAX, NULL, "Save the text as UTF-8 without it.",
                             "the text begins with a byte-order mark");
    if (json_skip_space(scanner->bytes, scanner->length, 0) == scanner->length)
        return json_complain(scanner, 0, ERROR_SYNTAX, NULL, "", "the text is empty");
    if (!scan_value(scanner, &document))
        return false;
    scanner->at = json_skip_space(scanner->bytes, scanner->length, scanner->at);
    return scanner->at == scanner->length || json_complain_found(scanner, NULL, "the end of the text", "");
}

bool json_scan(const char *text, size_t length, const struct json_limits *limits, struct error_list *errors)
{
    struct json_scanner scanner = {
        .bytes = text, .length = length, .limits = limits, .errors = errors, .good = true
    };

    if (length > limits->bytes_max)
        return REPORT(errors, ERROR_LIMIT, NULL, "the text has %zu bytes, more than %zu", length,
                      limits->bytes_max);
    scan_document(&scanner);
    free(scanner.members);
    text_fini(&scanner.decoded);
    arena_fini(&scanner.arena);
    return scanner.good;
}
