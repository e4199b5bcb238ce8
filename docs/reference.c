/* docs/reference.c -- see reference.h. */
#include "docs/reference.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "docs/page.h"
#include "engine/data/inline_dataset.h"
#include "engine/data/stream_settings.h"
#include "engine/definition/catalogue.h"
#include "engine/definition/describe.h"
#include "engine/definition/settings.h"
#include "engine/extensions/extensions.h"

static const struct {
    const char *name;
    const struct param *params;
} tables[] = {
    { "job", job_params },
    { "stream", stream_params },
};

/* Families that the catalogue does not list: they have a single place in a definition. */
static const struct family *const families[] = { &algorithm_family, &inline_dataset_family };

static const struct component_type *find_type(const struct family *family, const char *name)
{
    for (size_t i = 0; family->types[i]; i++)
        if (strcmp(family->types[i]->name, name) == 0)
            return family->types[i];
    return NULL;
}

/* What all types of a family have in common is shown once, where the page says {{common FAMILY}}; a type may
 * have a member of its own of the same name. */
static void write_own_arguments(const struct family *family, const char *type, cJSON *arguments,
                                struct text *out)
{
    const struct param *own = find_type(family, type)->params;

    for (int i = cJSON_GetArraySize(arguments) - 1; i >= 0; i--) {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(arguments, i), "name");

        if (param_find(family->common, name->valuestring) && !param_find(own, name->valuestring))
            cJSON_DeleteItemFromArray(arguments, i);
    }
    if (cJSON_GetArraySize(arguments) > 0)
        text_add_char(out, '\n');
    reference_write_arguments(arguments, "member", out);
}

/* "* Writes the records `a`, `b`." */
static void write_names(const cJSON *entry, const char *member, const char *one, const char *many,
                        struct text *out)
{
    const cJSON *name, *names = cJSON_GetObjectItemCaseSensitive(entry, member);

    if (cJSON_GetArraySize(names) == 0)
        return;
    text_format(out, "* %s", cJSON_GetArraySize(names) > 1 ? many : one);
    cJSON_ArrayForEach(name, names)
    {
        text_format(out, "%s `%s`", name == names->child ? "" : ",", name->valuestring);
    }
    text_add(out, ".\n");
}

static void write_triggers(const cJSON *entry, struct text *out)
{
    const cJSON *trigger, *triggers = cJSON_GetObjectItemCaseSensitive(entry, "default_triggers");

    if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(entry, "takes_triggers"))) {
        text_add(out, "* Takes no triggers.\n");
        return;
    }
    text_add(out, "* Acts by default: ");
    cJSON_ArrayForEach(trigger, triggers)
    {
        text_format(out, "%s`%s`", trigger == triggers->child ? "" : ", ", trigger->string);
        if (cJSON_IsNumber(trigger))
            text_format(out, " %.0f", trigger->valuedouble);
    }
    text_add(out, cJSON_GetArraySize(triggers) ? ".\n" : "never; it needs a trigger.\n");
}

static void write_behaviour(const cJSON *entry, struct text *out)
{
    if (!cJSON_HasObjectItem(entry, "takes_triggers"))
        return;
    text_add_char(out, '\n');
    write_triggers(entry, out);
    write_names(entry, "records_written", "Writes the record", "Writes the records", out);
    write_names(entry, "records_read", "Reads the record", "Reads the records", out);
    write_names(entry, "status_written", "Writes the status entry", "Writes the status entries", out);
}

static bool write_component(const char *folder, const struct family *family, const cJSON *entry,
                            struct text *out, struct error *err)
{
    const char *name = cJSON_GetObjectItemCaseSensitive(entry, "name")->valuestring;
    char path[1024];

    text_format(out, "### %s\n\n%s\n", name, cJSON_GetObjectItemCaseSensitive(entry, "about")->valuestring);
    write_own_arguments(family, name, cJSON_GetObjectItemCaseSensitive(entry, "arguments"), out);
    write_behaviour(entry, out);
    text_add_char(out, '\n');
    snprintf(path, sizeof path, "%s/text/%s/%s.md", folder, family->plural, name);
    if (family != &extension_family && access(path, F_OK) != 0)
        return true;
    if (!page_read_file(path, out, err))
        return error_hint(err, "Every extension needs a page with an example.");
    text_add_char(out, '\n');
    return true;
}

static const struct family *find_family(const char *plural)
{
    for (size_t i = 0; catalogue_families[i]; i++)
        if (strcmp(catalogue_families[i]->plural, plural) == 0)
            return catalogue_families[i];
    for (size_t i = 0; i < COUNT(families); i++)
        if (strcmp(families[i]->plural, plural) == 0)
            return families[i];
    return NULL;
}

static bool write_family(const char *folder, const struct family *family, struct text *out, struct error *err)
{
    cJSON *entry, *entries = catalogue_describe(family->plural);
    bool written = true;

    if (!entries)
        entries = describe_family(family);
    cJSON_ArrayForEach(entry, entries)
    {
        written = written && write_component(folder, family, entry, out, err);
    }
    cJSON_Delete(entries);
    if (out->length >= 2 && strcmp(out->bytes + out->length - 2, "\n\n") == 0)
        out->bytes[--out->length] = '\0'; /* the page goes on with an empty line of its own */
    return written;
}

/* A table, or that of one of its members which is an object; NULL: there is none. */
static const struct param *find_params(const char *name)
{
    for (size_t i = 0; i < COUNT(tables); i++) {
        const struct param *member = param_find(tables[i].params, name);

        if (strcmp(tables[i].name, name) == 0)
            return tables[i].params;
        if (member && member->members)
            return member->members;
    }
    return NULL;
}

static bool write_params(const struct param *params, struct text *out)
{
    cJSON *entries = describe_params(params);

    reference_write_arguments(entries, "member", out);
    cJSON_Delete(entries);
    return true;
}

bool reference_write(const char *folder, const char *what, const char *name, struct text *out,
                     struct error *err)
{
    const struct family *family = find_family(name);
    const struct param *params = find_params(name);

    if (strcmp(what, "family") == 0 && family)
        return write_family(folder, family, out, err);
    if (strcmp(what, "common") == 0 && family && family->common)
        return write_params(family->common, out);
    if (strcmp(what, "params") == 0 && params)
        return write_params(params, out);
    return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "{{%s %s}} names no table", what, name);
}
