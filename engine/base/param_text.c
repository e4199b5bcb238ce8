/* engine/base/param_text.c -- see param_text.h. */
#include "engine/base/param_text.h"

#include <assert.h>
#include <string.h>

#include "engine/base/json_text.h"
#include "engine/base/param_check.h"
#include "engine/base/text.h"

struct reader {
    const struct param *param;
    struct arena *arena;
    struct error_list *errors;
    void *field;
};

typedef bool read_fn(struct reader *reader, const char *value);

static bool read_boolean(struct reader *reader, const char *value)
{
    bool yes = strcmp(value, "true") == 0;

    if (!yes && strcmp(value, "false") != 0)
        return REPORT(reader->errors, ERROR_WRONG_TYPE, NULL, "true or false is needed, not \"%.100s\"",
                      value);
    *(bool *)reader->field = yes;
    return true;
}

static bool read_integer(struct reader *reader, const char *value)
{
    int64_t number;

    if (!text_to_int64(value, &number))
        return REPORT(reader->errors, ERROR_WRONG_TYPE, NULL, "a whole number is needed, not \"%.100s\"",
                      value);
    if (!param_check_range(reader->param, (double)number, NULL, reader->errors))
        return false;
    *(int64_t *)reader->field = number;
    return true;
}

static bool read_real(struct reader *reader, const char *value)
{
    double number;

    if (!text_to_double(value, &number))
        return REPORT(reader->errors, ERROR_WRONG_TYPE, NULL, "a number is needed, not \"%.100s\"", value);
    if (!param_check_range(reader->param, number, NULL, reader->errors))
        return false;
    *(double *)reader->field = number;
    return true;
}

static bool read_text(struct reader *reader, const char *value)
{
    *(const char **)reader->field = arena_text(reader->arena, value);
    return true;
}

static bool read_choice(struct reader *reader, const char *value)
{
    return param_check_choice(reader->param, value, NULL, reader->errors, reader->field);
}

/* Adds one element behind the `*count` that are there.  The memory doubles at every power of two. */
static bool read_element(struct reader *reader, const char *value, void *items_field, size_t *count,
                         size_t bytes, read_fn *read)
{
    struct reader element = *reader;
    char *items;

    memcpy(&items, items_field, sizeof items);
    if ((*count & (*count - 1)) == 0) {
        char *grown = arena_array(reader->arena, 2 * *count + 1, bytes);

        if (*count)
            memcpy(grown, items, *count * bytes);
        items = grown;
        memcpy(items_field, &items, sizeof items);
    }
    element.field = items + *count * bytes;
    if (!read(&element, value))
        return false;
    ++*count;
    return true;
}

/* Calls `read_one` for each part of "1,2,3". */
static bool read_parts(struct reader *reader, const char *value, read_fn *read_one)
{
    char *parts = arena_text(reader->arena, value), *part;
    bool good = true;

    while ((part = strsep(&parts, ",")))
        good = read_one(reader, part) && good;
    return good;
}

static bool read_one_integer(struct reader *reader, const char *value)
{
    struct integer_list *list = reader->field;

    list->given = true;
    return read_element(reader, value, &list->items, &list->count, sizeof *list->items, read_integer);
}

static bool read_one_real(struct reader *reader, const char *value)
{
    struct real_list *list = reader->field;

    list->given = true;
    return read_element(reader, value, &list->items, &list->count, sizeof *list->items, read_real);
}

static bool read_integers(struct reader *reader, const char *value)
{
    return read_parts(reader, value, read_one_integer);
}

static bool read_reals(struct reader *reader, const char *value)
{
    return read_parts(reader, value, read_one_real);
}

static bool read_texts(struct reader *reader, const char *value)
{
    struct text_list *list = reader->field;

    list->given = true;
    return read_element(reader, value, &list->items, &list->count, sizeof *list->items, read_text);
}

static const struct {
    read_fn *read;
    bool repeats;
    size_t count_offset; /* of the list's count in the field */
} kinds[] = {
    [PARAM_BOOLEAN] = { read_boolean, false, 0 },
    [PARAM_INTEGER] = { read_integer, false, 0 },
    [PARAM_REAL] = { read_real, false, 0 },
    [PARAM_TEXT] = { read_text, false, 0 },
    [PARAM_CHOICE] = { read_choice, false, 0 },
    [PARAM_INTEGERS] = { read_integers, true, offsetof(struct integer_list, count) },
    [PARAM_REALS] = { read_reals, true, offsetof(struct real_list, count) },
    [PARAM_TEXTS] = { read_texts, true, offsetof(struct text_list, count) },
};

/* A preset is JSON: a scalar, or a list of scalars.  Its elements are read as if they were given one by one.
 */
static bool read_preset(struct reader *reader, const char *preset)
{
    size_t length = strlen(preset), at = strspn(preset, "[ ");
    struct text element = { 0 };
    bool good = true, nul = false;

    while (good && at < length && preset[at] != ']') {
        size_t plain = preset[at] == '"' ? 0 : strcspn(preset + at, "], ");

        text_clear(&element);
        text_add_n(&element, preset + at, plain);
        at += plain;
        if (plain == 0)
            good = !json_read_string(preset, length, &at, &element, &nul);
        good = good && kinds[reader->param->kind].read(reader, text_bytes(&element));
        at += strspn(preset + at, ", ");
    }
    text_fini(&element);
    return good;
}

/* Behind all texts: what was not given, and how many elements a list may have. */
static bool complete(struct reader *reader, const char *what, bool given, void *settings)
{
    const struct param *param = reader->param;
    size_t count;

    if (!given && param->required)
        return REPORT(reader->errors, ERROR_MISSING_MEMBER, NULL, "the %s \"%s\" is missing", what,
                      param->name);
    if (!given)
        return !param->preset || read_preset(reader, param->preset);
    if (kinds[param->kind].repeats) {
        memcpy(&count, (char *)reader->field + kinds[param->kind].count_offset, sizeof count);
        if (!param_check_count(param, count, NULL, reader->errors))
            return false;
    }
    return param_check_own(param, settings, NULL, reader->errors);
}

/* Errors from `first` on are about the parameter `shown`. */
static void name_errors(struct error_list *errors, size_t first, const char *what, const char *shown)
{
    for (size_t i = first; i < errors->count; i++)
        error_prefix(&errors->items[i], "%s \"%.100s\"", what, shown);
}

static const char *shown_name(const struct param_text *text)
{
    return text->shown ? text->shown : text->name;
}

static bool report_unknown(const struct param *params, const char *what, const struct param_text *text,
                           struct arena *arena, struct error_list *errors)
{
    size_t known = param_count(params);
    const char **names = arena_array(arena, known + 1, sizeof *names);
    char hint[sizeof errors->items->hint];

    for (size_t i = 0; i < known; i++)
        names[i] = params[i].name;
    text_candidates_hint(text->name, names, known, hint, sizeof hint);
    REPORT(errors, ERROR_UNKNOWN_MEMBER, NULL, "unknown %s \"%.100s\"", what, shown_name(text));
    return error_list_hint(errors, "%s", hint);
}

/* All texts of one parameter. */
static bool bind_param(struct reader *reader, const char *what, const struct param_text *texts, size_t count,
                       void *settings)
{
    const struct param *param = reader->param;
    size_t given = 0, first_error = reader->errors->count;
    const char *shown = param->name;
    bool good = true;

    assert((size_t)param->kind < COUNT(kinds) && kinds[param->kind].read);
    param_set_absent(param, settings);
    for (size_t i = 0; i < count; i++) {
        const char *value = texts[i].value;

        if (strcmp(texts[i].name, param->name) != 0)
            continue;
        shown = shown_name(&texts[i]);
        if (given++ && !kinds[param->kind].repeats)
            good = REPORT(reader->errors, ERROR_DUPLICATE, NULL, "given more than once");
        else if (!value && param->kind != PARAM_BOOLEAN)
            good = REPORT(reader->errors, ERROR_INVALID_VALUE, NULL, "a value is needed");
        else
            good = kinds[param->kind].read(reader, value ? value : "") && good;
    }
    if (good)
        good = complete(reader, what, given > 0, settings);
    if (given)
        name_errors(reader->errors, first_error, what, shown);
    return good;
}

bool param_text_bind(const struct param *params, const char *what, const struct param_text *texts,
                     size_t count, struct arena *arena, void *settings, struct error_list *errors)
{
    bool good = true;

    for (size_t i = 0; i < count; i++)
        if (!param_find(params, texts[i].name))
            good = report_unknown(params, what, &texts[i], arena, errors);
    for (size_t i = 0; i < param_count(params); i++) {
        struct reader reader = { &params[i], arena, errors, (char *)settings + params[i].offset };

        good = bind_param(&reader, what, texts, count, settings) && good;
    }
    return good;
}
