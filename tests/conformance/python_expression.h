/* tests/conformance/python_expression.h -- the arithmetic texts of the cases, in Lua. */
#ifndef TESTS_CONFORMANCE_PYTHON_EXPRESSION_H
#define TESTS_CONFORMANCE_PYTHON_EXPRESSION_H

#include <cjson/cJSON.h>

#include "engine/base/text.h"

/* "old*0.5 if n > 2 else old" as a Lua expression.  `functions` is put before names that are called
 * ("math.").  False when the text is not understood. */
bool python_to_lua(const char *python, const char *functions, struct text *out);

/* A function of the given parameters, ["n", "old"]; "*args" and "name=default" as in Python. */
bool python_function_to_lua(const char *body, const cJSON *parameters, struct text *out);

#endif
