/* engine/definition/sections.c -- the sections of a definition that map names to something. */
#include <string.h>

#include "engine/bricks/brick.h"
#include "engine/definition/definition.h"

enum {
    STREAMS_MAX = 16,
    BRICKS_MAX = 64,
    VARIABLES_MAX = 256,
    SHARED_MAX = 256,
    LABELS_MAX = 32,
    LABEL_BYTES_MAX = 256,
    EXPRESSION_BYTES_MAX = 4096
};

/* Names of sections are names in expressions: Lua's identifiers. */
static bool is_identifier(const char *name)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char later[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t length = strlen(name);

    return length >= 1 && length <= 100 && strchr(first, name[0]) && strspn(name, later) == length;
}

const char *section_pointer(struct binder *binder, const struct json_path *path)
{
    char pointer[sizeof(((struct error *)0)->pointer)];

    json_path_spell(path, pointer, sizeof(pointer));
    return arena_text(&binder->document->arena, pointer);
}

void section_each(struct binder *binder, const cJSON *section, const char *section_name, size_t members_max,
                  section_member_fn *each, void *context)
{
    const struct json_path root = { 0 }, path = { &root, section_name, 0 };
    const cJSON *member;
    size_t count = 0;

    if (!section)
        return;
    if (!cJSON_IsObject(section)) {
        REPORT(binder->errors, ERROR_WRONG_TYPE, &path, "has to be an object");
        error_list_hint(binder->errors, "It maps names to definitions: {\"name\": ...}.");
        return;
    }
    cJSON_ArrayForEach(member, section)
    {
        const struct json_path place = { &path, member->string, 0 };
        if (++count > members_max) {
            REPORT(binder->errors, ERROR_LIMIT, &path, "has more than %zu members", members_max);
            return;
        }
        if (!is_identifier(member->string)) {
            REPORT(binder->errors, ERROR_INVALID_VALUE, &place, "\"%s\" is not a name", member->string);
            error_list_hint(
                binder->errors,
                "Names are used in expressions: letters, digits and '_', not beginning with a digit.");
        }
        each(context, member, &place);
    }
}

/* What the members of a section are added to. */
struct reading {
    struct definition *definition;
    struct binder *binder;
};

static size_t size_of(const cJSON *section)
{
    return cJSON_IsObject(section) ? (size_t)cJSON_GetArraySize(section) : 0;
}

/* ---- bricks ---- */

static void read_brick(void *context, const cJSON *member, const struct json_path *path)
{
    struct reading *reading = context;
    struct defined_brick *brick = &reading->definition->bricks[reading->definition->brick_count++];

    brick->name = member->string;
    brick->pointer = section_pointer(reading->binder, path);
    bind_component(reading->binder, member, path, &brick_family, &brick->component);
}

void definition_read_bricks(struct definition *definition, struct binder *binder)
{
    struct reading reading = { definition, binder };

    definition->bricks = arena_array(&binder->document->arena, size_of(definition->settings.bricks) + 1,
                                     sizeof(*definition->bricks));
    section_each(binder, definition->settings.bricks, "bricks", BRICKS_MAX, read_brick, &reading);
}

/* ---- variables ---- */

static void read_variable(void *context, const cJSON *member, const struct json_path *path)
{
    struct reading *reading = context;
    struct expression_variable *variable =
        &reading->definition->variables[reading->definition->variable_count];
    const char *text = cJSON_GetStringValue(member);

    if (!text) {
        REPORT(reading->binder->errors, ERROR_WRONG_TYPE, path, "has to be a text");
        error_list_hint(reading->binder->errors, "A variable is an expression: \"mlp(features)\".");
        return;
    }
    if (strlen(text) > EXPRESSION_BYTES_MAX) {
        REPORT(reading->binder->errors, ERROR_LIMIT, path, "is longer than %d bytes", EXPRESSION_BYTES_MAX);
        return;
    }
    *variable = (struct expression_variable){ member->string, text, section_pointer(reading->binder, path) };
    reading->definition->variable_count++;
}

void definition_read_variables(struct definition *definition, struct binder *binder)
{
    struct reading reading = { definition, binder };

    definition->variables = arena_array(&binder->document->arena, size_of(definition->settings.variables) + 1,
                                        sizeof(*definition->variables));
    section_each(binder, definition->settings.variables, "variables", VARIABLES_MAX, read_variable, &reading);
}

/* ---- shared ---- */

static void read_shared(void *context, const cJSON *member, const struct json_path *path)
{
    struct reading *reading = context;
    size_t index = reading->definition->shared_count;

    if (!cJSON_IsNumber(member)) {
        REPORT(reading->binder->errors, ERROR_WRONG_TYPE, path, "has to be a number");
        error_list_hint(reading->binder->errors, "A shared variable is given by its start value.");
        return;
    }
    reading->definition->shared[index] = (struct expression_shared){ .name = member->string };
    reading->definition->shared_values[index] = member->valuedouble;
    reading->definition->shared_count++;
}

void definition_read_shared(struct definition *definition, struct binder *binder)
{
    struct reading reading = { definition, binder };

    definition->shared = arena_array(&binder->document->arena, size_of(definition->settings.shared) + 1,
                                     sizeof(*definition->shared));
    definition->shared_values =
        arena_array(&binder->document->arena, size_of(definition->settings.shared) + 1,
                    sizeof(*definition->shared_values));
    section_each(binder, definition->settings.shared, "shared", SHARED_MAX, read_shared, &reading);
}

/* ---- labels ---- */

static bool label_is_plain(const char *text)
{
    if (strlen(text) > LABEL_BYTES_MAX)
        return false;
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

void definition_read_labels(struct definition *definition, struct binder *binder)
{
    const struct json_path root = { 0 }, path = { &root, "labels", 0 };
    const cJSON *labels = definition->settings.labels, *label;
    struct text out = { 0 };

    if (labels && !cJSON_IsObject(labels)) {
        REPORT(binder->errors, ERROR_WRONG_TYPE, &path, "has to be an object of texts");
        labels = NULL;
    }
    if (cJSON_GetArraySize(labels) > LABELS_MAX)
        REPORT(binder->errors, ERROR_LIMIT, &path, "has more than %d labels", LABELS_MAX);
    text_add(&out, "{");
    cJSON_ArrayForEach(label, labels)
    {
        const struct json_path place = { &path, label->string, 0 };
        const char *text = cJSON_GetStringValue(label);
        if (!name_is_plain(label->string) || !text || !label_is_plain(text)) {
            REPORT(binder->errors, text ? ERROR_INVALID_VALUE : ERROR_WRONG_TYPE, &place, "is not a label");
            error_list_hint(binder->errors,
                            "Labels are texts of at most %d bytes under plain names: {\"team\": \"vision\"}.",
                            LABEL_BYTES_MAX);
            continue;
        }
        text_add(&out, out.length > 1 ? ", " : "");
        text_add_json_text(&out, label->string);
        text_add(&out, ": ");
        text_add_json_text(&out, text);
    }
    text_add(&out, "}");
    definition->labels = arena_text(&binder->document->arena, text_bytes(&out));
    text_fini(&out);
}
