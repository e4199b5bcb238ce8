/* tests/fuzz/lua_source.c -- any text as the source of a function, and as an expression.
 *
 * A function that compiles is called, with a small budget; whatever it does, the state works afterwards.  An
 * expression with one token per line is as grammatical as it was before, and its lines stay inside of it. */
#include <string.h>

#include "engine/script/expression_text.h"
#include "engine/script/function.h"
#include "engine/script/record_names.h"
#include "engine/script/source.h"
#include "engine/script/state.h"
#include "tests/fuzz/fuzz.h"

enum { INSTRUCTIONS = 50000 };

static void check_error(const struct error *err)
{
    FUZZ_CHECK(err->code != ERROR_NONE && err->message[0]);
    for (const char *at = err->message; *at; at++)
        FUZZ_CHECK((unsigned char)*at >= ' ' && *at != 127);
}

static void check_usable(struct script *script)
{
    struct error err;
    struct script_function *function =
        script_function_new(script, "function() return ('7'):rep(2) .. math.sqrt(4) end", "", &err);
    struct value result;

    FUZZ_CHECK(function && script_function_call(function, NULL, 0, &result, 1, &err));
    FUZZ_CHECK(strcmp(result.text, "772.0") == 0);
    value_fini(&result);
    script_function_free(function);
}

static void look_at_record(void *context, const char *record, bool written)
{
    (void)context, (void)written;
    FUZZ_CHECK(record[0]);
}

static void check_function(const char *source)
{
    struct error err = { .code = ERROR_NONE };
    struct script *script = script_new(1, &err);
    struct script_function *function;
    struct value number = value_integer(3), results[2];
    const struct script_argument arguments[] = { SCRIPT_VALUE_ARGUMENT(&number),
                                                 SCRIPT_VALUE_ARGUMENT(&number) };

    FUZZ_CHECK(script);
    script->instructions_max = INSTRUCTIONS;
    function = script_function_new(script, source, "/f", &err);
    if (function)
        script_records_each(source, look_at_record, NULL);
    if (!function) {
        check_error(&err);
        FUZZ_CHECK(strcmp(err.pointer, "/f") == 0);
    } else if (script_function_call(function, arguments, 2, results, 2, &err)) {
        value_fini(&results[0]);
        value_fini(&results[1]);
    } else {
        check_error(&err);
        FUZZ_CHECK(err.code == ERROR_SCRIPT || err.code == ERROR_SCRIPT_BUDGET);
    }
    script_function_free(function);
    check_usable(script);
    script_free(script);
}

struct loading {
    const char *before, *source;
};

static void load(lua_State *L, void *context)
{
    const struct loading *loading = context;

    source_load(L, "=expression", loading->before, loading->source);
}

static void check_positions(const char *source, const struct expression_text *text)
{
    int lines = 1;

    for (const char *at = source; *at; at++)
        lines += *at == '\n' || *at == '\r';
    for (size_t i = 0; i < text->line_count; i++) {
        const struct expression_position *position = &text->positions[i];

        FUZZ_CHECK(position->line >= 1 && position->line <= lines);
        FUZZ_CHECK(position->column >= 1 && (size_t)position->column <= strlen(source) + 1);
    }
}

static void check_expression(const char *source)
{
    struct error err;
    struct script *script = script_new(1, &err);
    struct expression_text text = expression_text_split(source);
    struct loading whole = { expression_is_chunk(source) ? "" : "return ", source },
                   split = { "", text.split };

    FUZZ_CHECK(script);
    check_positions(source, &text);
    if (script_protect(script, load, &whole, NULL, &err))
        FUZZ_CHECK(script_protect(script, load, &split, NULL, &err));
    expression_text_fini(&text);
    script_free(script);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *source = malloc(size + 1);
    struct error err;

    if (size > 0)
        memcpy(source, data, size);
    source[size] = '\0';
    check_function(source);
    if (source_check(source, &err))
        check_expression(source);
    else
        check_error(&err);
    free(source);
    return 0;
}
