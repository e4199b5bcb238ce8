/* engine/definition/document.h -- one JSON text, checked strictly and parsed.
 *
 * Owns what is read from it: the tree, the presets that binders parse, and an arena for everything bound.
 * Constant after binding; then any number of threads may read it. */
#ifndef ENGINE_DEFINITION_DOCUMENT_H
#define ENGINE_DEFINITION_DOCUMENT_H

#include <cjson/cJSON.h>

#include "engine/base/arena.h"
#include "engine/base/json.h"

struct json_document {
    const char *text; /* borrowed */
    size_t length;
    cJSON *root;
    cJSON *presets; /* an array of all presets that were parsed */
    struct arena arena;
};

/* Reads `text`, which must outlive the document.  False, with all errors placed, when it is not strict JSON;
 * the document is then empty.  In both cases json_document_fini releases it. */
bool json_document_read(struct json_document *document, const char *text, size_t length,
                        const struct json_limits *limits, struct error_list *errors);

/* The tree of a preset of a table; lives as long as the document. */
const cJSON *json_document_preset(struct json_document *document, const char *preset);

void json_document_fini(struct json_document *document);

#endif
