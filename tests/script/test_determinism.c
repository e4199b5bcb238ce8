/* tests/script/test_determinism.c -- the same seed and script give the same results, in any process. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/script/bench.h"
#include "tests/script/suites.h"

/* Draws, traverses a table with many keys, sorts with ties, and shows objects as texts. */
static const char mixture[] =
    "function() local r, t = {}, {} "
    "for i = 1, 300 do t['key' .. math.random(1000)] = i t[math.random(50) * 0.5] = i end "
    "for k, v in pairs(t) do r[#r + 1] = tostring(k) .. '=' .. v end "
    "table.sort(r, function(a, b) return #a < #b end) "
    "r[#r + 1] = tostring(t) .. tostring(type) .. ('%s'):format(r) "
    "return table.concat(r, ' ', 1, 100) .. math.random() end";

START_TEST(two_states_with_one_seed_agree)
{
    struct script *first = bench_script(5), *second = bench_script(5), *other = bench_script(6);
    char *a = bench_text(first, mixture), *b = bench_text(second, mixture), *c = bench_text(other, mixture);

    ck_assert_str_eq(a, b);
    ck_assert_str_ne(a, c);
    free(a);
    free(b);
    free(c);
    script_free(first);
    script_free(second);
    script_free(other);
}
END_TEST

/* NumPy: RandomState(1).random_sample(3). */
START_TEST(random_is_the_legacy_generator)
{
    struct script *script = bench_script(1);

    bench_expect(script, "function() return {math.random(), math.random(), math.random()} end",
                 "[0.417022004702574, 0.7203244934421581, 0.00011437481734488664]");
    script_free(script);
}
END_TEST

START_TEST(the_generator_can_be_put_back)
{
    struct script *script = bench_script(9), *resumed = bench_script(1);
    char *a, *b;

    free(bench_text(script, mixture));
    *script_random(resumed) = *script_random(script);
    a = bench_text(script, mixture);
    b = bench_text(resumed, mixture);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
    script_free(script);
    script_free(resumed);
}
END_TEST

/* The smallest count of loops that does not end is the same in every state, however it came to its memory. */
START_TEST(the_budget_ends_at_the_same_instruction)
{
    struct script *fresh = bench_script(1), *used = bench_script(2);
    long long low = 0, high = 20000000;

    for (int i = 0; i < 50; i++)
        free(bench_text(used, mixture));
    while (high - low > 1) {
        const long long middle = (low + high) / 2;
        char source[100], *text;
        struct error err;
        bool fresh_ended, used_ended;

        snprintf(source, sizeof source, "function() for i = 1, %lld do end end", middle);
        fresh_ended = bench_run(fresh, source, NULL, 0, &text, &err);
        free(text);
        used_ended = bench_run(used, source, NULL, 0, &text, &err);
        free(text);
        ck_assert_int_eq(fresh_ended, used_ended);
        *(fresh_ended ? &low : &high) = middle;
    }
    ck_assert_int_gt(low, 9000000);
    ck_assert_int_lt(low, 10002000); /* The budget is looked at every 1000 instructions. */
    script_free(fresh);
    script_free(used);
}
END_TEST

Suite *determinism_suite(void)
{
    Suite *suite = suite_create("determinism");
    TCase *tests = tcase_create("all");

    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, two_states_with_one_seed_agree);
    tcase_add_test(tests, random_is_the_legacy_generator);
    tcase_add_test(tests, the_generator_can_be_put_back);
    tcase_add_test(tests, the_budget_ends_at_the_same_instruction);
    suite_add_tcase(suite, tests);
    return suite;
}
