/* tests/support/components.c -- see components.h. */
#include "tests/support/components.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

const struct component *component_of_text(struct components *components, const struct family *family,
                                          const char *json)
{
    struct json_document *document = &components->documents[components->count];
    struct error_list errors = { 0 };
    struct binder binder = { .document = document, .errors = &errors };
    struct component *component = NULL;

    ck_assert_uint_lt(components->count, COUNT(components->documents));
    components->texts[components->count] = strdup(json);
    json = components->texts[components->count++];
    if (json_document_read(document, json, strlen(json), &json_limits_definition, &errors))
        bind_component(&binder, document->root, NULL, family, &component);
    ck_assert_msg(errors.count == 0, "%s: %s: %s", json, errors.items[0].pointer, errors.items[0].message);
    return component;
}

const struct component *component_of_json(struct components *components, const struct family *family,
                                          const cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    const struct component *component = component_of_text(components, family, text);

    free(text);
    return component;
}

void components_fini(struct components *components)
{
    for (size_t i = 0; i < components->count; i++) {
        json_document_fini(&components->documents[i]);
        free(components->texts[i]);
    }
    *components = (struct components){ 0 };
}
