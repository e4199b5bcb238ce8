/* engine/definition/document.c -- see document.h. */
#include "engine/definition/document.h"

#include <assert.h>

bool json_document_read(struct json_document *document, const char *text, size_t length,
                        const struct json_limits *limits, struct error_list *errors)
{
    *document = (struct json_document){ .text = text, .length = length };
    if (!json_scan(text, length, limits, errors))
        return false;
    document->root = cJSON_ParseWithLength(text, length);
    if (!document->root) /* The scan is the stricter one: what passed it parses. */
        return REPORT(errors, ERROR_MEMORY, NULL, "could not parse a document of %zu bytes", length);
    return true;
}

const cJSON *json_document_preset(struct json_document *document, const char *preset)
{
    cJSON *tree = cJSON_Parse(preset);

    if (!document->presets)
        document->presets = cJSON_CreateArray();
    assert(tree && "a preset of a table is JSON");
    cJSON_AddItemToArray(document->presets, tree);
    return tree;
}

void json_document_fini(struct json_document *document)
{
    cJSON_Delete(document->root);
    cJSON_Delete(document->presets);
    arena_fini(&document->arena);
    *document = (struct json_document){ 0 };
}
