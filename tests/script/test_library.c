/* tests/script/test_library.c -- what the functions of the environment give. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/script/bench.h"
#include "tests/script/suites.h"

static const struct {
    const char *source, *expected;
} cases[] = {
    /* base */
    { "return function() return type(nil) .. type(1) .. type('') .. type({}) .. type(type) end",
      "nilnumberstringtablefunction" },
    { "return function() return tostring(1) .. tostring(1.0) .. tostring(1e15) .. tostring(true) end",
      "11.01e+15true" },
    { "return function() return tostring({}) .. tostring(print) .. tostring(type) end", "tablenilfunction" },
    { "return function() return tonumber('0x10') + tonumber(' 5 ') + tonumber('1e1') end", "31.0" },
    { "return function() return {tonumber('z', 36), tonumber('-ff', 16), tonumber('11', 2)} end",
      "[35, -255, 3]" },
    { "return function() return tonumber('8', 8) == nil and tonumber('x') == nil and tonumber({}) == nil end",
      "True" },
    { "return function() return select('#', nil, nil) end", "2" },
    { "return function() return {select(2, 'a', 'b', 'c')} end", "['b', 'c']" },
    { "return function() return {select(-1, 'a', 'b', 'c')} end", "['c']" },
    { "return function() return {assert(1, 2, 3)} end", "[1, 2, 3]" },
    { "return function() local r = {} for i, v in ipairs({5, 6, nil, 7}) do r[i] = v end return r end",
      "[5, 6]" },
    { "return function() local r = {} for k in pairs({b = 1, a = 2, [3] = 1, [1] = 1, [2.5] = 1, [true] = "
      "1}) do "
      "r[#r + 1] = tostring(k) end return r end",
      "['1', '2.5', '3', 'a', 'b', 'true']" },
    { "return function() local r = {} for k in pairs({[-1] = 1, [math.mininteger] = 1, [2^70] = 1, [-2^70] = "
      "1, "
      "[math.maxinteger] = 1, [0.5] = 1, [-0.5] = 1, [0] = 1}) do r[#r + 1] = tostring(k) end "
      "return table.concat(r, ' ') end",
      "-1.1805916207174e+21 -9223372036854775808 -1 -0.5 0 0.5 9223372036854775807 1.1805916207174e+21" },
    { "return function() local r, k = {}, nil local t = {c = 1, a = 2, b = 3} repeat k = next(t, k) r[#r + "
      "1] = k "
      "until k == nil return r end",
      "['a', 'b', 'c']" },
    { "return function() return next({}) == nil end", "True" },
    { "return function() local t = {a = 1, b = 2, c = 3} local r = '' for k in pairs(t) do r = r .. k t.b = "
      "nil "
      "t.z = 1 end return r end",
      "ac" },
    /* math */
    { "return function() return {math.abs(-3), math.abs(-3.5), math.abs(math.mininteger)} end",
      "[3, 3.5, -9223372036854775808]" },
    { "return function() return {math.floor(2.7), math.ceil(2.1), math.floor(-2.5), math.floor(1e300)} end",
      "[2, 3, -3, 1e+300]" },
    { "return function() return {math.max(3, 1.5, 7), math.min(3, 1.5, 7)} end", "[7, 1.5]" },
    { "return function() return {math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7.5, 2), "
      "math.fmod(math.mininteger, -1)} end",
      "[1, -1, 1.5, 0]" },
    { "return function() return {math.modf(-3.25)} end", "[-3.0, -0.25]" },
    { "return function() return {math.modf(math.huge)} end", "[inf, 0.0]" },
    { "return function() return {math.log(8, 2), math.log(100, 10), math.log(1), math.sqrt(16), math.exp(0)} "
      "end",
      "[3.0, 2.0, 0.0, 4.0, 1.0]" },
    { "return function() return {math.tointeger(3.0), math.type(1), math.type(1.0), math.ult(1, -1)} end",
      "[3, 'integer', 'float', True]" },
    { "return function() return math.tointeger(3.5) == nil and math.type('1') == nil end", "True" },
    { "return function() return {math.pi, math.huge, math.maxinteger, math.mininteger} end",
      "[3.141592653589793, inf, 9223372036854775807, -9223372036854775808]" },
    { "return function() return {math.atan(1, 0) == math.pi / 2, math.sin(0), math.cos(0), math.tanh(0)} end",
      "[True, 0.0, 1.0, 0.0]" },
    { "return function() for i = 1, 200 do local r, d, z = math.random(), math.random(6), math.random(-2, 2) "
      "assert(r >= 0 and r < 1 and d >= 1 and d <= 6 and z >= -2 and z <= 2) end return 'ok' end",
      "ok" },
    { "return function() return math.type(math.random(math.mininteger, math.maxinteger)) end", "integer" },
    /* string */
    { "return function() return {('abc'):len(), ('abc'):upper(), ('ABC'):lower(), ('abc'):reverse(), #'abc'} "
      "end",
      "[3, 'ABC', 'abc', 'cba', 3]" },
    { "return function() local s = 'hello' return {s:sub(2, 3), s:sub(-3), s:sub(2), s:sub(0), s:sub(4, 2), "
      "s:sub(-100, 100), s:sub(10)} end",
      "['el', 'llo', 'ello', 'hello', '', 'hello', '']" },
    { "return function() return {('abc'):byte(1, -1)} end", "[97, 98, 99]" },
    { "return function() return {('abc'):byte(), ('abc'):byte(10)} end", "[97]" },
    { "return function() return string.char(104, 105) end", "hi" },
    { "return function() return {('ab'):rep(3), ('ab'):rep(3, ','), ('ab'):rep(0), ('ab'):rep(-1), "
      "(''):rep(1000000000000)} end",
      "['ababab', 'ab,ab,ab', '', '', '']" },
    { "return function() return {('hello world'):find('wor')} end", "[7, 9]" },
    { "return function() return {('a.b.c'):find('.', 3, true)} end", "[4, 4]" },
    { "return function() return {('abc'):find(''), ('abc'):find('', 4)} end", "[1, 4, 3]" },
    { "return function() return ('abc'):find('x') == nil and ('abc'):find('a', 10) == nil end", "True" },
    { "return function() return ('%d %5d|%-5d|%05d %x %X %o'):format(1, 2, 3, 4, 255, 255, 8) end",
      "1     2|3    |00004 ff FF 10" },
    { "return function() return ('%.3f %g %e %10.2f|%+d'):format(3.14159, 0.1, 12345.678, 2.5, 7) end",
      "3.142 0.1 1.234568e+04       2.50|+7" },
    { "return function() return ('%s %s %s %s %10s|%-4s|%.2s %%'):format('a', 1, 2.5, nil, 'r', 'l', 'long') "
      "end",
      "a 1 2.5 nil          r|l   |lo %" },
    { "return function() return ('%s %s %c%c'):format({}, type, 104, 105) end", "table function hi" },
    { "return function() return #('%99.99f'):format(1e308) end", "409" },
    { "return function() return ('%a'):format(1) end", "0x1p+0" },
    /* table */
    { "return function() local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) return t end",
      "[0, 1, 2, 3]" },
    { "return function() local t = {1, 2, 3} return {table.remove(t), table.remove(t, 1), #t, t[1]} end",
      "[3, 1, 1, 2]" },
    { "return function() return table.remove({}) == nil end", "True" },
    { "return function() return table.concat({1, 'b', 2.5}, ', ') end", "1, b, 2.5" },
    { "return function() return table.concat({1, 2, 3, 4}, '', 2, 3) end", "23" },
    { "return function() return table.concat({}, 'x') end", "" },
    { "return function() return {table.unpack({1, 2, 3}, 2)} end", "[2, 3]" },
    { "return function() local t = {5, 3, 4, 1, 2} table.sort(t) return t end", "[1, 2, 3, 4, 5]" },
    { "return function() local t = {'b', 'a', 'c'} table.sort(t, function(a, b) return a > b end) return t "
      "end",
      "['c', 'b', 'a']" },
    { "return function() local t = {} for i = 1, 1000 do t[i] = (i * 7919) % 1000 end table.sort(t) "
      "for i = 2, 1000 do assert(t[i - 1] <= t[i]) end return #t end",
      "1000" },
    /* Equal elements keep their order. */
    { "return function() local t = {} for i = 1, 50 do t[i] = {i % 3, i} end table.sort(t, function(a, b) "
      "return a[1] < b[1] end) for i = 2, 50 do assert(t[i-1][1] < t[i][1] or t[i-1][2] < t[i][2]) end "
      "return 'stable' end",
      "stable" },
    /* the language itself */
    { "return function() local s = 0 for i = 10, 1, -3 do s = s + i end return s end", "22" },
    { "return function() local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end return "
      "fib(15) end",
      "610" },
    { "return function() local t <const> = {n = 1} local x <close> = nil return 7 // 2 + 7 % 4 + (1 << 4) "
      "end",
      "22" },
    { "return function() local function f(...) return select('#', ...) end return f(table.unpack({}, 1, "
      "200)) end",
      "200" },
};

START_TEST(functions_of_the_library)
{
    struct script *script = bench_script(1);

    bench_expect(script, cases[_i].source, cases[_i].expected);
    script_free(script);
}
END_TEST

/* Wrong arguments end the call with a message, never with a conversion. */
static const struct {
    const char *source, *fragment;
} wrong[] = {
    { "function() return math.floor('1') end", "argument 1 has to be a number, not string" },
    { "function() return math.max() end", "argument 1 has to be a number, not no value" },
    { "function() return math.max(1, {}) end", "argument 2 has to be a number" },
    { "function() return math.fmod(1, 0) end", "fmod by zero" },
    { "function() return math.random(0) end", "random cannot draw from 1 to 0" },
    { "function() return math.random(1.5) end", "has to be a whole number, not 1.5" },
    { "function() return ('x'):rep({}) end", "argument 2 has to be a number, not table" },
    { "function() return string.char(0) end", "0 is not between 1 and 255" },
    { "function() return string.char(256) end", "256 is not between 1 and 255" },
    { "function() return ('a1'):find('%d') end", "there are no patterns" },
    { "function() return ('%y'):format(1) end", "\"%y\" is not a conversion" },
    { "function() return ('%100d'):format(1) end", "its width passes 99" },
    { "function() return ('%.100f'):format(1) end", "its width passes 99" },
    { "function() return ('%--------d'):format(1) end", "too many flags" },
    { "function() return ('%n'):format(1) end", "is not a conversion" },
    { "function() return ('%d'):format(1.5) end", "has to be a whole number" },
    { "function() return ('%d'):format() end", "wants more than 0 values" },
    { "function() return ('%'):format(1) end", "is not a conversion" },
    { "function() return ('%c'):format(0) end", "is not between 1 and 255" },
    { "function() return table.insert({}, 5, 1) end", "5 is not between 1 and 1" },
    { "function() return table.insert({}) end", "insert takes" },
    { "function() return table.remove({1}, 7) end", "7 is not between 1 and 2" },
    { "function() return table.concat({{}}) end", "element 1 is a table value" },
    { "function() return table.concat({1}, '', 1, 3) end", "element 2 is a nil value" },
    { "function() return table.sort({1, 'a'}) end", "attempt to compare" },
    { "function() return table.sort({1, 2}, 5) end", "argument 2 has to be a function" },
    { "function() return table.unpack(5) end", "argument 1 has to be a table" },
    { "function() for k in pairs(5) do end end", "argument 1 has to be a table, not number" },
    { "function() for k in pairs(nil) do end end", "argument 1 has to be a table, not nil" },
    { "function() for k in pairs({[{}] = 1}) do end end", "a table with a table as key cannot be traversed" },
    { "function() return next({[type] = 1}) end", "a function as key" },
    { "function() return select(0) end", "select cannot start" },
    { "function() return tonumber('1', 99) end", "99 is not between 2 and 36" },
    { "function() return tonumber() end", "tonumber needs an argument" },
    { "function() return type() end", "type needs an argument" },
    { "function() return tostring() end", "tostring needs an argument" },
};

START_TEST(wrong_arguments_are_refused)
{
    struct script *script = bench_script(1);

    bench_refuse(script, wrong[_i].source, ERROR_SCRIPT, wrong[_i].fragment);
    script_free(script);
}
END_TEST

/* What Lua has and a script has not. */
static const char *const absent[] = {
    "load",
    "loadstring",
    "loadfile",
    "dofile",
    "pcall",
    "xpcall",
    "coroutine",
    "setmetatable",
    "getmetatable",
    "rawset",
    "rawget",
    "rawequal",
    "rawlen",
    "collectgarbage",
    "print",
    "warn",
    "os",
    "io",
    "debug",
    "require",
    "package",
    "utf8",
    "_G",
    "_VERSION",
    "string.dump",
    "string.gsub",
    "string.gmatch",
    "string.match",
    "string.pack",
    "string.unpack",
    "string.packsize",
    "table.move",
    "math.randomseed",
};

START_TEST(the_rest_of_lua_is_absent)
{
    struct script *script = bench_script(1);
    char source[100];

    snprintf(source, sizeof source, "function() return %s == nil end", absent[_i]);
    bench_expect(script, source, "True");
    script_free(script);
}
END_TEST

Suite *library_suite(void)
{
    Suite *suite = suite_create("library");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, functions_of_the_library, 0, COUNT(cases));
    tcase_add_loop_test(tests, wrong_arguments_are_refused, 0, COUNT(wrong));
    tcase_add_loop_test(tests, the_rest_of_lua_is_absent, 0, COUNT(absent));
    suite_add_tcase(suite, tests);
    return suite;
}
