/* tests/script/test_hostile.c -- scripts that want to hang, to eat memory, to get out, or to spoil it for
 * others.
 *
 * Each is stopped with the right error by a count of instructions or bytes, and the same state then runs the
 * next function as if nothing had been. */
#include <stdlib.h>

#include "tests/script/bench.h"
#include "tests/script/suites.h"

#define BUDGET ERROR_SCRIPT_BUDGET
#define SCRIPT ERROR_SCRIPT

static const struct {
    enum error_code code;
    const char *source, *fragment;
} cases[] = {
    /* time */
    { BUDGET, "function() while true do end end", "line 1: more than 10000000 instructions were used" },
    { BUDGET, "function()\n\n::again:: goto again end", "line 3: more than 10000000 instructions" },
    { BUDGET, "function() repeat local x = {} until false end", "were used" },
    { BUDGET, "function() for i = 1, math.huge do end end", "were used" },
    { BUDGET, "function() for i = 1, math.maxinteger do local x = i * i end end", "were used" },
    { BUDGET, "function() local function f() return f() end return f() end", "were used" },
    { BUDGET, "function() while true do local _ = ('x'):rep(1024) end end", "were used" },
    { BUDGET, "function() local a = ('x'):rep(1000) while true do local _ = a .. 'y' end end", "were used" },
    { BUDGET,
      "function() local a = ('x'):rep(1000) while true do local _ = a:upper():lower():reverse() end end",
      "were used" },
    { BUDGET,
      "function() local a = ('a'):rep(1000) while true do local _ = a:find(a .. 'b', 1, true) end end",
      "were used" },
    { BUDGET, "function() local t = {} for i = 1, 50000 do t[i] = -i end while true do table.sort(t) end end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 3000 do t[i] = i end table.sort(t, function() while true do end "
      "end) "
      "end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 50000 do t[i] = i end while true do table.insert(t, 1, 0) "
      "table.remove(t, 1) end end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 50000 do t[i] = i end while true do for k in pairs(t) do break end "
      "end end",
      "were used" },
    { BUDGET, "function() local t = {} for i = 1, 50000 do t[i] = i end while true do next(t) end end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 300 do t[i] = 'abc' end while true do table.concat(t) end end",
      "were used" },
    { BUDGET, "function() while true do local _ = ('%99.99f%99.99f'):format(1e308, 1e308) end end",
      "were used" },
    { BUDGET, "function() local t = {} while true do t[#t + 1] = #t t = {table.unpack(t, 1, 200)} end end",
      "were used" },
    { BUDGET, "function() while true do tonumber(('9'):rep(200)) end end", "were used" },
    { BUDGET, "function() local t = {} t[1] = t while true do t = t[1] end end", "were used" },
    { BUDGET, "function() local a = ('0'):rep(1024) while true do for i = 1, a do end end end", "were used" },
    { BUDGET,
      "function() local a, b = ('a'):rep(1023) .. 'b', ('a'):rep(1023) .. 'c' while true do local x = a < b "
      "end end",
      "were used" },
    { BUDGET, "function() while true do local x = tostring(1.23456789e300) end end", "were used" },
    /* time: single instructions that are slow, and work that shows in no count */
    { BUDGET, "function() local a, b = 1.7e308, 1e-300 while true do local x = a % b end end", "were used" },
    { BUDGET, "function() local f = math.fmod while true do f(1.7e308, 3e-308) end end", "were used" },
    { BUDGET, "function() local a = ('9'):rep(190) .. 'e-500' while true do for i = a, a do end end end",
      "were used" },
    { BUDGET, "function() local a = '0x' .. ('f'):rep(1000) while true do for i = 1, a do break end end end",
      "were used" },
    { BUDGET,
      "function() local a = 1.2345678901234567e-300 while true do local x = a .. a .. a .. a .. a .. a .. a "
      ".. a end end",
      "were used" },
    { BUDGET, "function() local x, len = 1.2345678901234567e-300, string.len while true do len(x) end end",
      "were used" },
    { BUDGET, "function() local s = ('%'):rep(512) while true do local x = s:format() end end", "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 400000 do t[i] = 1 end for i = 1, 400000 do t[i] = nil end while "
      "true do next(t) end end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 400000 do t[i] = 1 end for i = 1, 400000 do t[i] = nil end while "
      "true do for k in pairs(t) do end end end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 2000 do t[('a'):rep(1000) .. i] = i end while true do next(t) end "
      "end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 60000 do t[i + 0.5] = i end while true do local u = {} for i = 1, "
      "60000 do u[i + 0.5] = 1 end end end",
      "were used" },
    { BUDGET, "function() local a = {} while true do a[#a + 1] = {} if #a > 100000 then a = {} end end end",
      "were used" },
    { BUDGET,
      "function() local x = {} for i = 1, 150 do x = {x} end local function f(t) if t[1] then f(t[1]) "
      "f(t[1]) end end f(x) end",
      "were used" },
    { BUDGET,
      "function() local t = {} for i = 1, 1000 do t[i] = i % 7 end table.sort(t, function(a, b) "
      "table.sort(t, function() return true end) return true end) end",
      "were used" },
    { BUDGET, "function() goto a ::b:: goto c ::a:: goto b ::c:: goto a end", "were used" },
    { BUDGET,
      "function() local i = math.maxinteger - 1 for j = i, math.maxinteger do i = i + 1 end for k = "
      "math.mininteger, math.maxinteger, 1 << 62 do end while true do i = i * 3 end end",
      "were used" },
    { BUDGET, "function() while true do local a <const>, b <close> = 1, nil end end", "were used" },
    /* memory */
    { BUDGET, "function() local s = 'x' while true do s = s .. s end end", "a text of more than 1024 bytes" },
    { BUDGET, "function() return ('x'):rep(1e9 // 1 | 0) end", "a text of more than 1024 bytes" },
    { BUDGET, "function() return ('x'):rep(math.maxinteger, 'y') end", "a text of more than 1024 bytes" },
    { BUDGET, "function() return ('x'):rep(1024) .. 'y' end", "a text of more than 1024 bytes" },
    { BUDGET, "function() local t = {} for i = 1, 1025 do t[i] = 'x' end return table.concat(t) end",
      "a text of more than 1024 bytes" },
    { BUDGET, "function() return table.concat({'a', 'b'}, ('x'):rep(1023)) end",
      "a text of more than 1024 bytes" },
    { BUDGET, "function() return ('%s%s'):format(('x'):rep(1000), ('x'):rep(1000)) end",
      "a text of more than 1024" },
    { BUDGET, "function()\nlocal t = {} for i = 1, math.huge do t[i] = i end end",
      "line 2: more than 16 MiB of memory were used" },
    { BUDGET, "function() local t, x = {}, ('x'):rep(1000) for i = 1, 1e9 do t[i] = x .. i end end",
      "16 MiB of memory" },
    { BUDGET, "function() local t = {} while true do t = {t, {}, {}, {}, {}, {}, {}, {}} end end",
      "16 MiB of memory" },
    { BUDGET, "function() local t = {} for i = 1, 1e9 do t[i] = function() return t, i end end end",
      "16 MiB of memory" },
    { BUDGET, "function() local t = {} for i = 1, 1e9 do t['k' .. i] = i end end", "16 MiB of memory" },
    /* depth */
    { BUDGET, "function() local function f() return 1 + f() end return f() end",
      "calls are nested more than 200 deep" },
    { BUDGET, "function() local function f(n) return n, f(n + 1) end return f(1) end",
      "nested more than 200 deep" },
    { BUDGET,
      "function() local t = {2, 1} local function less(a, b) table.sort({2, 1}, less) end table.sort(t, "
      "less) end",
      "nested more than 200 deep" },
    { BUDGET, "function() local function f(...) return f(1, ...) end return f() end",
      "a call with more than 250 variable arguments" },
    { BUDGET, "function() return table.unpack({}, 1, 1e8 // 1 | 0) end", "unpack gives at most 250 values" },
    { BUDGET, "function() return table.unpack({}, math.mininteger, math.maxinteger) end",
      "unpack gives at most 250" },
    { BUDGET, "function() return (('x'):rep(1000)):byte(1, -1) end", "byte gives at most 250 values" },
    /* out of the sandbox */
    { SCRIPT, "function() os.execute('id') end", "(global 'os')" },
    { SCRIPT, "function() io.open('/etc/passwd') end", "(global 'io')" },
    { SCRIPT, "function() require('os') end", "(global 'require')" },
    { SCRIPT, "function() debug.getregistry() end", "(global 'debug')" },
    { SCRIPT, "function() load('return 1')() end", "(global 'load')" },
    { SCRIPT, "function() load('\\27Lua') end", "(global 'load')" },
    { SCRIPT, "function() pcall(function() while true do end end) end", "(global 'pcall')" },
    { SCRIPT, "function() coroutine.wrap(function() end)() end", "(global 'coroutine')" },
    { SCRIPT, "function() collectgarbage('stop') end", "(global 'collectgarbage')" },
    { SCRIPT, "function() string.dump(function() end) end", "(field 'dump')" },
    { SCRIPT, "function() ('x'):gsub('.', 'y') end", "(method 'gsub')" },
    { SCRIPT, "function() setmetatable({}, {__gc = function() while true do end end}) end",
      "(global 'setmetatable')" },
    { SCRIPT, "function() getmetatable('').__index = {} end", "(global 'getmetatable')" },
    { SCRIPT, "function() local t <close> = {} end", "variable 't' got a non-closable value" },
    /* spoiling it for others */
    { SCRIPT, "function() math.sqrt = nil end", "cannot be changed" },
    { SCRIPT, "function() string.rep = function() return 'mine' end end", "cannot be changed" },
    { SCRIPT, "function() table.insert(math, 1) end", "cannot be changed" },
    { SCRIPT, "function() table.insert(_ENV, 1) end", "cannot assign globals" },
    { SCRIPT, "function() table.sort(string, 1) end", "argument 2 has to be a function" },
    { SCRIPT, "function() type = nil end", "cannot assign the global \"type\"" },
    { SCRIPT, "function() _ENV.type = 1 end", "cannot assign the global \"type\"" },
    { SCRIPT, "function() ('x').rep = 1 end", "attempt to index a string value" },
    { SCRIPT, "function() local s = 'x' s[1] = 'y' end", "attempt to index a string value" },
    /* odd errors */
    { SCRIPT, "function() error({code = 1}) end", "the error is a table value" },
    { SCRIPT, "function() error(function() while true do end end) end", "the error is a function value" },
    { SCRIPT, "function() error(0/0) end", "nan" },
    { SCRIPT, "function() error('%s%n%d') end", "%s%n%d" },
    { SCRIPT, "function() local t = {} t[0/0] = 1 end", "index is NaN" },
    { SCRIPT, "function() local t = {} t[nil] = 1 end", "index is nil" },
    { SCRIPT, "function() for i = 1, 10, 0 do end end", "'for' step is zero" },
    { SCRIPT, "function() table.sort({3, 1, 2}, function(a, b) error('boom') end) end", "boom" },
};

/* Contained; then the state works, the library is what it was, and what it took is given back, but for
 * Lua's table of short texts, which shrinks by halves. */
START_TEST(hostile_scripts_are_contained)
{
    struct script *script = bench_script(1);

    bench_refuse(script, cases[_i].source, cases[_i].code, cases[_i].fragment);
    bench_expect(
        script,
        "function() local t = {3, 1, 2} table.sort(t) return ('%d%s'):format(t[1], ('ab'):rep(2)) .. "
        "math.sqrt(4) .. type(nil) end",
        "1abab2.0nil");
    bench_expect(script, "function() local n = 0 for i = 1, 1000000 do n = n + 1 end return n end",
                 "1000000");
    ck_assert_uint_lt(script_memory_bytes(script), 4000000);
    script_free(script);
}
END_TEST

/* Comparisons that contradict themselves, and tables that change while they are sorted or traversed. */
static const struct {
    const char *source, *expected;
} harmless[] = {
    { "function() local t = {} for i = 1, 100 do t[i] = i end table.sort(t, function(a, b) return true end) "
      "return #t end",
      "100" },
    { "function() local t = {} for i = 1, 100 do t[i] = i end table.sort(t, function(a, b) return "
      "math.random() < 0.5 "
      "end) local s = 0 for i = 1, 100 do s = s + t[i] end return s end",
      "5050" },
    { "function() local t = {5, 4, 3, 2, 1} table.sort(t, function(a, b) for i = 1, 9 do t[i] = nil end "
      "return false end) return 'ended' end",
      "ended" },
    { "function() local t = {1, 2, 3} local n = 0 for k in pairs(t) do n = n + 1 for i = 1, 1000 do t[n * "
      "1000 + i] = i "
      "end end return n end",
      "3" },
    { "function() return next({}, 'absent') == nil and next({b = 1}, 'a') end", "b" },
    { "function() local _ENV = {} return x == nil end", "True" },
    { "function() return #('%c'):format(255) end", "1" },
    { "function() return (''):rep(math.maxinteger) end", "" },
    { "function() return 2^53 == 2^53 + 1 and 1 // 0.0 == math.huge and math.mininteger // -1 end",
      "-9223372036854775808" },
};

START_TEST(odd_scripts_end_well)
{
    struct script *script = bench_script(1);

    bench_expect(script, harmless[_i].source, harmless[_i].expected);
    script_free(script);
}
END_TEST

/* Sources that are all nesting: `open` and `close` are repeated around `middle`. */
static const struct {
    const char *before, *open, *middle, *close, *after;
    int count;
} nested[] = {
    { "function() return ", "(", "1", ")", " end", 4000 },
    { "function() return ", "{", "", "}", " end", 4000 },
    { "function() return ", "- ", "1", "", " end", 8000 },
    { "function() return ", "not ", "1", "", " end", 3900 },
    { "function() ", "do ", "", " end ", " end", 1800 },
    { "function() ", "if 1 then ", "", " end ", " end", 1000 },
    { "function() return ", "function() return ", "1", " end ", " end", 600 },
    { "function() return 1 ", ".. 1 ", "", "", " end", 3000 },
    { "function() return ", "1 ^ ", "1", "", " end", 3900 },
    { "function() local t = {} return t", ".a", "", "", " end", 8000 },
    { "function() ", "local x ", "", "", " end", 2000 },
    { "function() return {", "1,", "", "", "} end", 8000 },
    { "function() goto a ", "::a:: ", "", "", " end", 2000 },
    { "function() return --[", "=", "[", "", "", 15000 },
};

START_TEST(deep_sources_are_refused_or_run)
{
    struct script *script = bench_script(1);
    struct text source = { 0 };
    struct error err = { .code = ERROR_NONE };
    char *text;

    text_add(&source, nested[_i].before);
    for (int i = 0; i < nested[_i].count; i++)
        text_add(&source, nested[_i].open);
    text_add(&source, nested[_i].middle);
    for (int i = 0; i < nested[_i].count; i++)
        text_add(&source, nested[_i].close);
    text_add(&source, nested[_i].after);
    ck_assert_uint_le(source.length, SCRIPT_SOURCE_BYTES_MAX);
    if (bench_run(script, source.bytes, NULL, 0, &text, &err))
        free(text);
    else
        ck_assert_msg(err.code == ERROR_SYNTAX || err.code == ERROR_SCRIPT, "%s", err.message);
    bench_expect(script, "function() return 1 end", "1");
    text_fini(&source);
    script_free(script);
}
END_TEST

/* Some of every kind: each takes up to its whole budget. */
START_TEST(a_state_survives_many_of_them_in_a_row)
{
    struct script *script = bench_script(1);

    for (size_t i = 0; i < COUNT(cases); i += 3)
        bench_refuse(script, cases[i].source, cases[i].code, cases[i].fragment);
    bench_expect(script, "function() return math.max(1, 2) end", "2");
    ck_assert_uint_lt(script_memory_bytes(script), 4000000);
    script_free(script);
}
END_TEST

/* The budget is one of the call from outside: it starts anew with each, and is the same for each. */
START_TEST(every_call_has_its_own_budget)
{
    struct script *script = bench_script(1);
    struct error err;
    struct script_function *function = script_function_new(
        script, "function() local n = 0 for i = 1, 2000000 do n = n + 1 end return n end", "/f", &err);
    double result;

    ck_assert_ptr_nonnull(function);
    for (int i = 0; i < 10; i++)
        ck_assert(script_function_call_real(function, NULL, 0, &result, &err));
    script_function_free(function);
    script_free(script);
}
END_TEST

Suite *hostile_suite(void)
{
    Suite *suite = suite_create("hostile");
    TCase *tests = tcase_create("all");

    tcase_set_timeout(tests,
                      300); /* of a build with sanitizers on a busy machine; nothing here measures time */
    tcase_add_loop_test(tests, hostile_scripts_are_contained, 0, COUNT(cases));
    tcase_add_loop_test(tests, odd_scripts_end_well, 0, COUNT(harmless));
    tcase_add_loop_test(tests, deep_sources_are_refused_or_run, 0, COUNT(nested));
    tcase_add_test(tests, a_state_survives_many_of_them_in_a_row);
    tcase_add_test(tests, every_call_has_its_own_budget);
    suite_add_tcase(suite, tests);
    return suite;
}
