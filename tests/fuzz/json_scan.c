/* tests/fuzz/json_scan.c -- any bytes at the door of the JSON reader.
 *
 * What passes the scan must be read by cJSON, with as many values; what does not must say what is wrong, and
 * where. */
#include <stdint.h>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/definition/document.h"
#include "tests/fuzz/fuzz.h"

/* Every value can be located by its pointer; the depth is bounded by the scan. */
static void locate_all(const struct json_document *document, const cJSON *value, const struct json_path *path)
{
    struct json_path step = { .parent = path };
    char pointer[256];
    unsigned line = 0, column = 0;
    const cJSON *child;

    json_path_spell(path, pointer, sizeof pointer);
    json_locate(document->text, document->length, pointer, &line, &column);
    FUZZ_CHECK(line > 0 && column > 0);
    cJSON_ArrayForEach(child, value)
    {
        step.key = child->string;
        locate_all(document, child, &step);
        step.index++;
    }
}

/* A text survives being escaped and read again. */
static void check_text(const char *string)
{
    struct text json = { 0 };
    struct json_document document;
    struct error_list errors = { 0 };

    text_add_json_text(&json, string);
    FUZZ_CHECK(
        json_document_read(&document, text_bytes(&json), json.length, &json_limits_definition, &errors));
    text_clear(&json);
    text_add_json_text(&json, document.root->valuestring);
    FUZZ_CHECK(json.length == document.length || errors.count == 0);
    json_document_fini(&document);
    text_fini(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct json_limits limits = {
        .bytes_max = 4096, .depth_max = 8, .values_max = 200, .string_bytes_max = 1000
    };
    struct json_document document;
    struct error_list errors = { 0 };

    if (json_document_read(&document, (const char *)data, size, &limits, &errors)) {
        FUZZ_CHECK(document.root && errors.count == 0);
        locate_all(&document, document.root, NULL);
        if (cJSON_IsString(document.root))
            check_text(document.root->valuestring);
    } else {
        FUZZ_CHECK(!document.root && errors.count > 0);
        json_locate_errors((const char *)data, size, &errors);
        for (size_t i = 0; i < errors.count; i++)
            FUZZ_CHECK(errors.items[i].json_line > 0 && errors.items[i].message[0]);
    }
    json_document_fini(&document);
    error_list_fini(&errors);
    return 0;
}
