/* tests/fuzz/bind.c -- any JSON at the door of the binder. */
#include <stdint.h>

#include "engine/definition/bind.h"
#include "tests/definition/kitchen.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_document document;
    struct error_list errors = { 0 };
    struct binder binder = { .document = &document, .errors = &errors };
    struct component *component = NULL;

    if (json_document_read(&document, (const char *)data, size, &json_limits_definition, &errors)) {
        bool good = bind_component(&binder, document.root, NULL, &kitchen_family, &component);

        FUZZ_CHECK(good == (errors.count == 0));
        FUZZ_CHECK(component || !good);
        json_locate_errors(document.text, document.length, &errors);
        for (size_t i = 0; i < errors.count; i++)
            FUZZ_CHECK(errors.items[i].json_line > 0 && errors.items[i].message[0]);
    }
    json_document_fini(&document);
    error_list_fini(&errors);
    return 0;
}
