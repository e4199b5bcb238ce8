/* engine/extensions/quantity.h -- a monitored quantity: an aggregate that the user computes in Lua.
 *
 * Three functions share a table `self`: initialize(self), aggregate(self, required values...), and
 * get_aggregated_value(self), whose result is recorded. */
#ifndef ENGINE_EXTENSIONS_QUANTITY_H
#define ENGINE_EXTENSIONS_QUANTITY_H

#include "engine/base/text.h"
#include "engine/extensions/extension.h"

struct quantity;

enum { QUANTITY_REQUIRED_MAX = 64 };

enum quantity_step { QUANTITY_INITIALIZE, QUANTITY_AGGREGATE, QUANTITY_VALUE, QUANTITY_STEPS };
extern const char *const quantity_functions[QUANTITY_STEPS]; /* their names */

struct quantity_source {
    const struct component *component;
    const char *member; /* its place below the component: "variables/2" */
    const char *functions[QUANTITY_STEPS];
    size_t required_count; /* at most QUANTITY_REQUIRED_MAX */
};

/* NULL with everything that is wrong in `errors`. */
struct quantity *quantity_new(const struct quantity_source *source, const struct extension_context *context,
                              struct error_list *errors);
void quantity_free(struct quantity *quantity); /* accepts NULL */

bool quantity_initialize(struct quantity *quantity, struct error *err);
bool quantity_aggregate(struct quantity *quantity, const struct value *required, size_t count,
                        struct error *err);
/* The caller finishes the value. */
bool quantity_value(struct quantity *quantity, struct value *out, struct error *err);

bool quantity_save(const struct quantity *quantity, struct text *out_json, struct error *err);
bool quantity_load(struct quantity *quantity, const struct cJSON *saved, struct error *err);

#endif
