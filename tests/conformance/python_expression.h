/* tests/conformance/python_expression.h -- the arithmetic texts of the cases, in Lua. */
#ifndef TESTS_CONFORMANCE_PYTHON_EXPRESSION_H
#define TESTS_CONFORMANCE_PYTHON_EXPRESSION_H

#include <cjson/cJSON.h>

#include "engine/base/text.h"

/* "2*p if p > 2 else x" as a Lua expression.  False when the text is not understood. */
bool python_to_lua(const char *python, struct text *out);

/* A function of the given parameters, ["n", "old"]; "*args" and "name=default" as in Python.  What is an
 * error in Python, such as a division by zero, is one in Lua. */
bool python_function_to_lua(const char *body, const cJSON *parameters, struct text *out);

#endif
