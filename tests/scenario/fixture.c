/* tests/scenario/fixture.c -- see fixture.h. */
#include "tests/scenario/fixture.h"

enum { TIMEOUT_S = 600 };

struct kilnd kilnd;

static void start_with_one(void)
{
    kilnd_prepare(&kilnd);
    kilnd_start(&kilnd, "1");
}

static void start_with_two(void)
{
    kilnd_prepare(&kilnd);
    kilnd_start(&kilnd, "2");
}

static void tear_down(void)
{
    kilnd_remove(&kilnd);
}

TCase *scenario_case(const char *name, int workers)
{
    TCase *tests = tcase_create(name);

    tcase_set_timeout(tests, TIMEOUT_S);
    tcase_add_checked_fixture(tests, workers == 1 ? start_with_one : start_with_two, tear_down);
    return tests;
}
