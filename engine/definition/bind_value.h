/* engine/definition/bind_value.h -- binds one member; the parts of bind.h. */
#ifndef ENGINE_DEFINITION_BIND_VALUE_H
#define ENGINE_DEFINITION_BIND_VALUE_H

#include "engine/definition/bind.h"

/* Binds the member `json` at `path` to the field of `param`. */
bool bind_member(struct binder *binder, const cJSON *json, const struct json_path *path,
                 const struct param *param, void *settings);

/* bind_components, with what else the table says about the list. */
bool bind_component_items(struct binder *binder, const cJSON *array, const struct json_path *path,
                          const struct param *param, struct component_list *out);

/* Reports that `needed` ("a whole number") is needed at `path`, and not `json`; false. */
bool bind_report_type(struct binder *binder, const cJSON *json, const struct json_path *path,
                      const char *needed);

#endif
