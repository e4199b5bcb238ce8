/* engine/base/component_adopt.h -- moves errors found inside a component to their place in the whole
 * document. */
#ifndef ENGINE_BASE_COMPONENT_ADOPT_H
#define ENGINE_BASE_COMPONENT_ADOPT_H

#include "engine/base/error.h"
#include "engine/base/param.h"

/* Moves the errors of `found`, whose pointers start at `component`, to `list`; true when there were none. */
bool component_adopt(struct error_list *list, const struct component *component, struct error_list *found);

#endif
