/* engine/definition/hints.h -- every error of a definition says how to repair it. */
#ifndef ENGINE_DEFINITION_HINTS_H
#define ENGINE_DEFINITION_HINTS_H

#include "engine/base/error.h"

/* Gives errors that have no hint of their own, from number `first` on, that of their kind and section. */
void definition_hint_errors(struct error_list *errors, size_t first);

#endif
