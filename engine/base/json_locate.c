/* engine/base/json_locate.c -- finds the place of a value again; see json.h.
 *
 * Walks a text that has passed json_scan, so that nothing needs checking; a text that has not gives some
 * place inside it. */
#include <string.h>

#include "engine/base/json.h"
#include "engine/base/json_text.h"

struct walk {
    const char *bytes;
    size_t length, at;
};

static char walk_byte(struct walk *walk)
{
    walk->at = json_skip_space(walk->bytes, walk->length, walk->at);
    return walk->at < walk->length ? walk->bytes[walk->at] : '\0';
}

static void walk_string(struct walk *walk, struct text *decoded)
{
    bool nul = false;

    if (json_read_string(walk->bytes, walk->length, &walk->at, decoded, &nul))
        walk->at = walk->length;
}

/* Over one value of any depth. */
static void walk_over(struct walk *walk)
{
    size_t depth = 0;

    do {
        char byte = walk_byte(walk);

        if (byte == '"') {
            walk_string(walk, NULL);
            continue;
        }
        if (byte == '{' || byte == '[')
            depth++;
        if (depth > 0 && (byte == '}' || byte == ']'))
            depth--;
        walk->at++;
        if (byte && !strchr("{}[],:", byte))
            while (walk->at < walk->length && !strchr(" \t\r\n{}[],:", walk->bytes[walk->at]))
                walk->at++;
    } while (depth > 0 && walk->at < walk->length);
}

/* Moves from a container to its member or element `name`; false when it has none. */
static bool walk_into(struct walk *walk, const char *name)
{
    char kind = walk_byte(walk);
    struct text key = { 0 };
    int64_t index = -1;
    bool found = false;

    if ((kind != '{' && kind != '[') || (kind == '[' && !text_to_int64(name, &index)))
        return false;
    walk->at++;
    for (int64_t i = 0; !found && walk_byte(walk) && !strchr("}]", walk_byte(walk)); i++) {
        if (kind == '{') {
            text_clear(&key);
            walk_string(walk, &key);
            if (walk_byte(walk) == ':')
                walk->at++;
        }
        walk_byte(walk);
        found = kind == '{' ? strcmp(text_bytes(&key), name) == 0 : i == index;
        if (!found)
            walk_over(walk);
        if (!found && walk_byte(walk) == ',')
            walk->at++;
    }
    text_fini(&key);
    return found;
}

/* Takes the first step off a JSON Pointer and undoes its escapes. */
static const char *take_step(const char *pointer, struct text *out_step)
{
    text_clear(out_step);
    for (pointer++; *pointer && *pointer != '/'; pointer++) {
        bool escaped = *pointer == '~' && (pointer[1] == '0' || pointer[1] == '1');

        if (escaped)
            pointer++;
        text_add_char(out_step, !escaped ? *pointer : *pointer == '0' ? '~' : '/');
    }
    return pointer;
}

void json_locate(const char *text, size_t length, const char *pointer, unsigned *out_line,
                 unsigned *out_column)
{
    struct walk walk = { text, length, 0 };
    struct text step = { 0 };
    size_t place;

    walk_byte(&walk);
    place = walk.at;
    while (*pointer == '/') {
        pointer = take_step(pointer, &step);
        if (!walk_into(&walk, text_bytes(&step)))
            break;
        place = walk.at;
    }
    text_fini(&step);
    json_position(text, place, out_line, out_column);
}

static bool stands_before(const struct error *a, const struct error *b)
{
    return a->json_line < b->json_line || (a->json_line == b->json_line && a->json_column < b->json_column);
}

/* By insertion: the lists are short, and those of one place keep their order. */
static void order_by_place(struct error_list *errors)
{
    for (size_t i = 1; i < errors->count; i++) {
        struct error moved = errors->items[i];
        size_t at = i;

        for (; at > 0 && stands_before(&moved, &errors->items[at - 1]); at--)
            errors->items[at] = errors->items[at - 1];
        errors->items[at] = moved;
    }
}

void json_locate_errors(const char *text, size_t length, struct error_list *errors)
{
    for (size_t i = 0; i < errors->count; i++) {
        struct error *err = &errors->items[i];

        if (err->json_line == 0)
            json_locate(text, length, err->pointer, &err->json_line, &err->json_column);
    }
    order_by_place(errors);
}
