/* engine/definition/bind.h -- fills settings structs from JSON by parameter tables.
 *
 * Every error is reported, with its pointer, and binding goes on behind it: one reading finds them all.  When
 * a function here is false, what it filled is still safe to read: fields that could not be bound are absent,
 * components of an unknown type are left out. Members: unknown ones, missing ones, wrong types, ranges,
 * choices and counts are errors.  An optional member that is left out gets its preset; one that is null,
 * where the table allows it, is absent even if there is a preset. */
#ifndef ENGINE_DEFINITION_BIND_H
#define ENGINE_DEFINITION_BIND_H

#include "engine/base/param.h"
#include "engine/definition/document.h"

struct binder {
    struct json_document *document; /* everything bound lives in its arena */
    struct error_list *errors;
    /* Checks the source of a PARAM_FUNCTION, not empty and of at most FUNCTION_BYTES_MAX; reports at `path`
     * and is false when it will not do.  NULL: any source will do. */
    bool (*check_function)(void *context, const char *source, const struct json_path *path,
                           struct error_list *errors);
    void *context;
};
enum { FUNCTION_BYTES_MAX = 16 * 1024 };

/* Binds the object at `path` to the zeroed struct `settings`. */
bool bind_object(struct binder *binder, const cJSON *object, const struct json_path *path,
                 const struct param *params, void *settings);

/* Binds an object with "type", or a text where the family allows it.  `*out` is NULL when its type is
 * unknown. */
bool bind_component(struct binder *binder, const cJSON *json, const struct json_path *path,
                    const struct family *family, struct component **out);

/* Binds an array of them. */
bool bind_components(struct binder *binder, const cJSON *array, const struct json_path *path,
                     const struct family *family, struct component_list *out);

#endif
