/* engine/extensions/extension_state.c -- extensions in checkpoints; see extension_internal.h. */
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/extensions/extension_internal.h"
#include "engine/training/value_json.h"

static const struct state_field *fields_of(const struct extension *extension)
{
    static const struct state_field none[] = { STATE_END };

    return extension->type->state ? extension->type->state : none;
}

static struct value field_value(const void *field, enum state_kind kind)
{
    switch (kind) {
    case STATE_BOOLEAN:
        return value_boolean(*(const bool *)field);
    case STATE_INTEGER:
        return value_integer(*(const int64_t *)field);
    case STATE_REAL:
        return value_real(*(const double *)field);
    case STATE_VALUE:
        return value_copy(field);
    case STATE_NONE:
        break;
    }
    return value_none();
}

static void fields_save(const struct extension *extension, struct text *out)
{
    const struct state_field *fields = fields_of(extension);

    text_add(out, ",\"state\":{");
    for (size_t i = 0; fields[i].kind; i++) {
        struct value value = field_value((const char *)extension->state + fields[i].offset, fields[i].kind);

        text_format(out, "%s\"%s\":", i ? "," : "", fields[i].name);
        value_save(&value, out);
        value_fini(&value);
    }
    text_add_char(out, '}');
}

bool extension_save(const struct extension *extension, struct text *out_json, struct error *err)
{
    text_format(out_json, "{\"type\":\"%s\"", extension->base.type_name);
    fields_save(extension, out_json);
    if (extension->type->save) {
        text_add(out_json, ",\"more\":");
        if (!extension->type->save(extension, out_json, err))
            return false;
    }
    for (size_t i = 0; i < extension->owned_child_count; i++) {
        text_add(out_json, i ? "," : ",\"children\":[");
        if (!extension_save(extension->children[i], out_json, err))
            return false;
    }
    text_add(out_json, extension->owned_child_count ? "]}" : "}");
    return true;
}

static bool corrupt(const struct extension *extension, struct error *err)
{
    return RAISE(err, ERROR_CORRUPT, NULL, "the saved state of extension \"%s\" is not readable",
                 extension->base.name);
}

static bool field_load(void *field, const struct state_field *spec, struct value *value)
{
    if (spec->kind == STATE_VALUE) {
        value_fini(field);
        *(struct value *)field = *value;
        return true;
    }
    if (spec->kind == STATE_BOOLEAN && value->kind == VALUE_BOOLEAN)
        *(bool *)field = value->boolean;
    else if (spec->kind == STATE_INTEGER && value->kind == VALUE_INTEGER)
        *(int64_t *)field = value->integer;
    else if (spec->kind == STATE_REAL && value->kind == VALUE_REAL)
        *(double *)field = value->real;
    else {
        value_fini(value);
        return false;
    }
    return true;
}

static bool fields_load(struct extension *extension, const cJSON *saved, struct error *err)
{
    for (const struct state_field *field = fields_of(extension); field->kind; field++) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(saved, field->name);
        struct value value;

        if (!json || !value_load(json, &value, err) ||
            !field_load((char *)extension->state + field->offset, field, &value))
            return corrupt(extension, err);
    }
    return true;
}

static bool children_load(struct extension *extension, const cJSON *saved, struct error *err)
{
    const cJSON *child = cJSON_GetObjectItemCaseSensitive(saved, "children");

    if ((size_t)cJSON_GetArraySize(child) != extension->owned_child_count)
        return corrupt(extension, err);
    child = child ? child->child : NULL;
    for (size_t i = 0; i < extension->owned_child_count; i++, child = child->next)
        if (!extension_load(extension->children[i], child, err))
            return false;
    return true;
}

bool extension_load(struct extension *extension, const struct cJSON *saved, struct error *err)
{
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(saved, "type");
    const cJSON *more = cJSON_GetObjectItemCaseSensitive(saved, "more");

    if (!cJSON_IsString(type) || strcmp(type->valuestring, extension->base.type_name) != 0)
        return corrupt(extension, err);
    if (!fields_load(extension, cJSON_GetObjectItemCaseSensitive(saved, "state"), err))
        return false;
    if (extension->type->load && (!more || !extension->type->load(extension, more, err)))
        return more ? false : corrupt(extension, err);
    return children_load(extension, saved, err);
}

void extension_state_fini(struct extension *extension)
{
    for (const struct state_field *field = fields_of(extension); field->kind; field++)
        if (field->kind == STATE_VALUE)
            value_fini((struct value *)(void *)((char *)extension->state + field->offset));
}
