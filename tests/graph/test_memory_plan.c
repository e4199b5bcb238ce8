/* tests/graph/test_memory_plan.c -- buffers alive at the same time never share memory; others do. */
#include "tests/graph/suites.h"

#include "engine/graph/plan.h"

enum { BUFFERS = 60, STEPS = 40 };

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

START_TEST(buffers_alive_together_do_not_overlap)
{
    struct buffer buffers[BUFFERS];
    uint32_t state = (uint32_t)_i;
    size_t total, sum = 0;

    for (int i = 0; i < BUFFERS; i++) {
        const int first = (int)(next(&state) % STEPS);
        buffers[i] = (struct buffer){ .bytes = next(&state) % 5000,
                                      .first = first,
                                      .last = first + (int)(next(&state) % 6) };
        sum += (buffers[i].bytes + 63) / 64 * 64;
    }
    buffers[0].first = NEVER;
    buffers[0].last = ALWAYS;
    total = plan_memory(buffers, BUFFERS);
    for (int i = 0; i < BUFFERS; i++) {
        ck_assert_uint_eq(buffers[i].offset % 64, 0);
        ck_assert_uint_le(buffers[i].offset + buffers[i].bytes, total);
        for (int j = 0; j < i; j++)
            if (buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last)
                ck_assert(buffers[i].offset + buffers[i].bytes <= buffers[j].offset ||
                          buffers[j].offset + buffers[j].bytes <= buffers[i].offset);
    }
    ck_assert_uint_lt(total, sum / 2);
}
END_TEST

START_TEST(one_after_the_other_needs_the_memory_of_two)
{
    struct buffer chain[10];

    for (int i = 0; i < 10; i++)
        chain[i] = (struct buffer){ .bytes = 1000, .first = i, .last = i + 1 };
    ck_assert_uint_eq(plan_memory(chain, 10), 2048);
    ck_assert_uint_eq(plan_memory(chain, 0), 0);
}
END_TEST

Suite *memory_plan_suite(void)
{
    Suite *suite = suite_create("memory plan");
    TCase *tests = tcase_create("memory plan");

    tcase_add_loop_test(tests, buffers_alive_together_do_not_overlap, 0, 20);
    tcase_add_test(tests, one_after_the_other_needs_the_memory_of_two);
    suite_add_tcase(suite, tests);
    return suite;
}
