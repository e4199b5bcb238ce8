/* docs/arguments.c -- the arguments of a component as a table; see reference.h. */
#include "docs/reference.h"

#include <string.h>

static const char *text_of(const cJSON *entry, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(entry, name);

    return member && (cJSON_IsString(member) || cJSON_IsRaw(member)) ? member->valuestring : NULL;
}

static bool is_set(const cJSON *entry, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(entry, name));
}

/* The kinds of engine/base/param.h, as people call them. */
static const struct {
    const char *kind, *one, *many;
} kinds[] = {
    { "boolean", "true or false", NULL },
    { "integer", "integer", NULL },
    { "real", "number", NULL },
    { "text", "text", NULL },
    { "choice", "one of", NULL },
    { "function", "Lua function", NULL },
    { "integers", "integer", "integers" },
    { "reals", "number", "numbers" },
    { "texts", "text", "texts" },
    { "component", NULL, NULL },
    { "components", NULL, NULL },
    { "object", "an object", NULL },
    { "json", "JSON", NULL },
};

/* The families, by their plural, as people call one of them and many. */
static const struct {
    const char *plural, *one, *many, *place;
} families[] = {
    { "algorithms", "algorithm", "algorithms", "definition.md#algorithm" },
    { "bricks", "brick", "bricks", "definition.md#bricks" },
    { "costs", "cost", "costs", "definition.md#costs" },
    { "extensions", "extension", "extensions", "extensions.md#the-extensions" },
    { "initializations", "initialization", "initializations", "definition.md#initializations" },
    { "inline_datasets", "dataset", "datasets", "definition.md#datasets-in-the-definition" },
    { "schemes", "iteration scheme", "iteration schemes", "definition.md#iteration-schemes" },
    { "step_rules", "step rule", "step rules", "definition.md#step-rules" },
    { "transformers", "transformer", "transformers", "definition.md#transformers" },
};

/* ", 1 to 100", ", at least 1", ", more than 0". */
static void write_range(const cJSON *entry, struct text *out)
{
    const char *minimum = text_of(entry, "minimum"), *maximum = text_of(entry, "maximum");
    const char *above = text_of(entry, "exclusive_minimum");

    if (above)
        text_format(out, ", more than %s%s%s", above, maximum ? ", at most " : "", maximum ? maximum : "");
    else if (minimum && maximum && strcmp(minimum, maximum) == 0)
        text_format(out, ", always %s", minimum);
    else if (minimum && maximum)
        text_format(out, ", %s to %s", minimum, maximum);
    else if (minimum || maximum)
        text_format(out, ", at %s %s", minimum ? "least" : "most", minimum ? minimum : maximum);
}

static void write_count(const cJSON *entry, struct text *out)
{
    const char *least = text_of(entry, "count_minimum"), *most = text_of(entry, "count_maximum");

    if (least && most && strcmp(least, most) == 0)
        text_format(out, "%s ", least);
    else if (least && most)
        text_format(out, "%s to %s ", least, most);
    else if (least || most)
        text_format(out, "at %s %s ", least ? "least" : "most", least ? least : most);
}

static void write_choices(const cJSON *entry, struct text *out)
{
    const cJSON *choice, *choices = cJSON_GetObjectItemCaseSensitive(entry, "choices");

    cJSON_ArrayForEach(choice, choices)
    {
        text_format(out, "%s`\"%s\"`", choice == choices->child ? " " : ", ", choice->valuestring);
    }
}

static void write_family(const char *plural, bool many, struct text *out)
{
    size_t i = 0;

    while (i < COUNT(families) - 1 && strcmp(families[i].plural, plural) != 0)
        i++;
    text_format(out, "[%s](%s)", many ? families[i].many : families[i].one, families[i].place);
}

static void write_kind(const cJSON *entry, struct text *out)
{
    const char *kind = text_of(entry, "type"), *family = text_of(entry, "family");
    bool many = strcmp(kind, "components") == 0;
    size_t i = 0;

    while (i < COUNT(kinds) - 1 && strcmp(kinds[i].kind, kind) != 0)
        i++;
    if (kinds[i].many || many) {
        text_add(out, "list of ");
        write_count(entry, out);
    }
    if (family)
        write_family(family, many, out);
    else if (text_of(entry, "accepts"))
        text_add(out, text_of(entry, "accepts"));
    else
        text_add(out, kinds[i].many ? kinds[i].many : kinds[i].one);
}

static void write_value(const cJSON *entry, struct text *out)
{
    write_kind(entry, out);
    write_choices(entry, out);
    write_range(entry, out);
    if (text_of(entry, "unit"))
        text_format(out, ", in %s", text_of(entry, "unit"));
    if (is_set(entry, "nullable"))
        text_add(out, ", or null");
    if (is_set(entry, "live"))
        text_add(out, "; live");
}

static void write_default(const cJSON *entry, struct text *out)
{
    if (is_set(entry, "required"))
        text_add(out, "*required*");
    else if (text_of(entry, "default"))
        text_format(out, "`%s`", text_of(entry, "default"));
}

void reference_write_arguments(const cJSON *arguments, const char *noun, struct text *out)
{
    const cJSON *entry;

    if (cJSON_GetArraySize(arguments) == 0)
        return;
    text_format(out, "| %s | value | default | |\n|---|---|---|---|\n", noun);
    cJSON_ArrayForEach(entry, arguments)
    {
        text_format(out, "| `%s` | ", text_of(entry, "name"));
        write_value(entry, out);
        text_add(out, " | ");
        write_default(entry, out);
        text_add(out, " | ");
        for (const char *about = text_of(entry, "about"); *about; about++)
            text_format(out, "%s%c", *about == '|' ? "\\" : "", *about);
        text_add(out, " |\n");
    }
}
