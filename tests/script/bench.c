/* tests/script/bench.c -- see bench.h. */
#include "tests/script/bench.h"

#include <stdlib.h>
#include <string.h>

struct script *bench_script(uint32_t seed)
{
    struct error err;
    struct script *script = script_new(seed, &err);

    ck_assert_ptr_nonnull(script);
    return script;
}

bool bench_run(struct script *script, const char *source, const struct script_argument *arguments,
               size_t count, char **out_text, struct error *err)
{
    struct script_function *function = script_function_new(script, source, "/extensions/3/function", err);
    struct value result = value_none();
    struct text printed = { 0 };
    bool called;

    *out_text = NULL;
    if (!function)
        return false;
    called = script_function_call(function, arguments, count, &result, 1, err);
    script_function_free(function);
    if (!called)
        return false;
    value_print(&result, &printed);
    value_fini(&result);
    *out_text = text_take(&printed);
    return true;
}

char *bench_text(struct script *script, const char *source)
{
    char *text;
    struct error err;

    if (!bench_run(script, source, NULL, 0, &text, &err))
        ck_abort_msg("%s: %s", source, err.message);
    return text;
}

void bench_expect(struct script *script, const char *source, const char *expected)
{
    char *text = bench_text(script, source);

    ck_assert_msg(!strcmp(text, expected), "%s: %s instead of %s", source, text, expected);
    free(text);
}

void bench_refuse(struct script *script, const char *source, enum error_code code, const char *fragment)
{
    char *text;
    struct error err = { .code = ERROR_NONE };

    if (bench_run(script, source, NULL, 0, &text, &err))
        ck_abort_msg("%.200s: gave %s", source, text);
    ck_assert_msg(err.code == code, "%.200s: %s (%s)", source, error_code_name(err.code), err.message);
    ck_assert_msg(strstr(err.message, fragment), "%.200s: %s", source, err.message);
    ck_assert_str_eq(err.pointer, "/extensions/3/function");
}
