/* engine/script/expression_grammar.c -- whether an expression is grammatical, without a graph to evaluate it
 * in. */
#include "engine/base/text.h"
#include "engine/script/expression.h"
#include "engine/script/expression_text.h"
#include "engine/script/function.h"

bool expression_grammar(const char *expression, struct error *err)
{
    struct text source = { 0 };
    bool grammatical;

    text_format(&source, expression_is_chunk(expression) ? "function() %s end" : "function() return %s end",
                expression);
    grammatical = script_function_check(text_bytes(&source), NULL, err);
    text_fini(&source);
    return grammatical;
}
