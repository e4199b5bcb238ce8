/* tests/base/test_random.c -- the numbers of NumPy's RandomState, bit for bit.
 *
 * data/random.txt was written by NumPy (data/make_random.py): a distribution, a seed, its arguments, the
 * numbers drawn. */
#include "engine/base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "tests/base/suites.h"

enum { NUMBERS = 12 };

static double next_real(char **words)
{
    return strtod(strtok_r(NULL, " \n", words), NULL);
}

static int64_t next_integer(char **words)
{
    return strtoll(strtok_r(NULL, " \n", words), NULL, 10);
}

static void check_double(struct random_state *random, char **words)
{
    for (int i = 0; i < NUMBERS; i++)
        ck_assert_double_eq(random_double(random), next_real(words));
}

static void check_uniform(struct random_state *random, char **words)
{
    double low = next_real(words), high = next_real(words);

    for (int i = 0; i < NUMBERS; i++)
        ck_assert_double_eq(random_uniform(random, low, high), next_real(words));
}

static void check_gauss(struct random_state *random, char **words)
{
    for (int i = 0; i < NUMBERS; i++)
        ck_assert_double_eq(random_gauss(random), next_real(words));
}

static void check_randint(struct random_state *random, char **words)
{
    int64_t end = next_integer(words);

    for (int i = 0; i < NUMBERS; i++)
        ck_assert_int_eq(random_randint(random, end), next_integer(words));
}

static void check_permutation(struct random_state *random, char **words)
{
    size_t count = (size_t)next_integer(words);
    int64_t items[64];

    random_permutation(random, items, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(items[i], next_integer(words));
}

static void check_binomial(struct random_state *random, char **words)
{
    int64_t trials = next_integer(words);
    double chance = next_real(words);

    for (int i = 0; i < NUMBERS; i++)
        ck_assert_int_eq(random_binomial(random, trials, chance), next_integer(words));
}

static void check_late(struct random_state *random, char **words)
{
    for (int i = 0; i < 5000; i++)
        random_double(random);
    for (int i = 0; i < 3; i++)
        random_gauss(random);
    ck_assert(random->has_gauss);
    for (int i = 0; i < NUMBERS; i++)
        ck_assert_int_eq(random_interval(random, UINT32_MAX), next_integer(words));
    ck_assert_double_eq(random_gauss(random), next_real(words));
}

static const struct {
    const char *name;
    void (*check)(struct random_state *random, char **words);
} checks[] = {
    { "double", check_double },           { "uniform", check_uniform },   { "gauss", check_gauss },
    { "randint", check_randint },         { "binomial", check_binomial }, { "late", check_late },
    { "permutation", check_permutation },
};

START_TEST(draws_are_those_of_numpy)
{
    FILE *file = fopen("tests/base/data/random.txt", "r");
    char line[2048];
    size_t checked = 0;

    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file)) {
        char *words, *name = strtok_r(line, " \n", &words);
        struct random_state random;

        if (strcmp(name, checks[_i].name) != 0)
            continue;
        random_seed(&random, (uint32_t)next_integer(&words));
        checks[_i].check(&random, &words);
        ck_assert_ptr_null(strtok_r(NULL, " \n", &words));
        checked++;
    }
    fclose(file);
    ck_assert_uint_ge(checked, 5);
}
END_TEST

START_TEST(an_empty_range_draws_nothing)
{
    struct random_state random, before;

    random_seed(&random, 3);
    before = random;
    ck_assert_uint_eq(random_interval64(&random, 0), 0);
    ck_assert_uint_eq(random_interval(&random, 0), 0);
    ck_assert_int_eq(random_binomial(&random, 0, 0.5), 0);
    ck_assert_int_eq(random_binomial(&random, 5, 0.0), 0);
    random_permutation(&random, NULL, 0);
    ck_assert_int_eq(memcmp(&random, &before, sizeof random), 0);
}
END_TEST

Suite *random_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *tcase = tcase_create("random");

    tcase_add_loop_test(tcase, draws_are_those_of_numpy, 0, COUNT(checks));
    tcase_add_test(tcase, an_empty_range_draws_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
