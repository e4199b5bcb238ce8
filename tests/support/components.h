/* tests/support/components.h -- components of rules, bricks and schemes from JSON text.
 *
 * Bound by the engine's own binder; a text that does not bind fails the test that runs. */
#ifndef TESTS_SUPPORT_COMPONENTS_H
#define TESTS_SUPPORT_COMPONENTS_H

#include "engine/definition/bind.h"

/* Documents whose components live until components_fini; zero-initialised is empty. */
struct components {
    struct json_document documents[16];
    char *texts[16];
    size_t count;
};

const struct component *component_of_text(struct components *components, const struct family *family,
                                          const char *json);
const struct component *component_of_json(struct components *components, const struct family *family,
                                          const cJSON *json);
void components_fini(struct components *components);

#endif
