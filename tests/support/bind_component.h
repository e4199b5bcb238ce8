/* tests/support/bind_component.h -- components from JSON text, for tests below engine/definition.
 *
 * A strict little binder: anything unexpected fails the test that runs. */
#ifndef TESTS_SUPPORT_BIND_COMPONENT_H
#define TESTS_SUPPORT_BIND_COMPONENT_H

#include "engine/base/arena.h"
#include "engine/base/param.h"

struct cJSON;

/* Both live in `arena`; the JSON must outlive the component. */
struct component *bind_component(struct arena *arena, const struct family *family, const struct cJSON *json,
                                 const char *pointer);
struct component *bind_component_text(struct arena *arena, const struct family *family, const char *json);

#endif
