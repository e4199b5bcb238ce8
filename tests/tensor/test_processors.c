/* tests/tensor/test_processors.c -- where threads run. */
#include "tests/tensor/suites.h"

#include <sched.h>

#include "engine/tensor/processors.h"

enum { PROCESSORS_MAX = 1024 };

/* All that the thread may run on but one: it goes there, and still may run on all.  The system may move it on
 * at any moment, but hardly ever does. */
START_TEST(a_thread_goes_where_it_is_not_kept_away_from)
{
    int taken[PROCESSORS_MAX];
    cpu_set_t before, after;

    ck_assert_int_eq(sched_getaffinity(0, sizeof before, &before), 0);
    ck_assert_uint_eq(processors_allowed(), (size_t)CPU_COUNT(&before));
    for (int wanted = 0; wanted < PROCESSORS_MAX; wanted++) {
        size_t count = 0;
        int tries = 0;

        if (!CPU_ISSET(wanted, &before))
            continue;
        for (int i = 0; i < PROCESSORS_MAX; i++)
            if (i != wanted)
                taken[count++] = i;
        do
            ck_assert(processors_avoid(taken, count));
        while (processor_now() != wanted && ++tries < 100);
        ck_assert_int_lt(tries, 100);
        ck_assert_int_eq(sched_getaffinity(0, sizeof after, &after), 0);
        ck_assert(CPU_EQUAL(&before, &after));
    }
}
END_TEST

START_TEST(a_thread_stays_where_it_is_when_everything_is_taken)
{
    int taken[PROCESSORS_MAX + 2] = { PROCESSOR_UNKNOWN, 1 << 30 };
    cpu_set_t only, after;

    for (int i = 0; i < PROCESSORS_MAX; i++)
        taken[i + 2] = i;
    ck_assert(!processors_avoid(taken, PROCESSORS_MAX + 2));
    ck_assert_int_eq(sched_getaffinity(0, sizeof only, &only), 0);
    taken[0] = processor_now();
    ck_assert_int_ge(taken[0], 0);
    CPU_ZERO(&only);
    CPU_SET(taken[0], &only);
    ck_assert_int_eq(sched_setaffinity(0, sizeof only, &only), 0);
    ck_assert_uint_eq(processors_allowed(), 1);
    ck_assert(!processors_avoid(taken, 1));
    ck_assert_int_eq(processor_now(), taken[0]);
    ck_assert_int_eq(sched_getaffinity(0, sizeof after, &after), 0);
    ck_assert(CPU_EQUAL(&only, &after));
}
END_TEST

Suite *processors_suite(void)
{
    Suite *suite = suite_create("processors");
    TCase *tests = tcase_create("processors");

    tcase_add_test(tests, a_thread_goes_where_it_is_not_kept_away_from);
    tcase_add_test(tests, a_thread_stays_where_it_is_when_everything_is_taken);
    suite_add_tcase(suite, tests);
    return suite;
}
