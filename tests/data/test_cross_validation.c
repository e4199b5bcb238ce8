/* tests/data/test_cross_validation.c -- contiguous folds. */
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/cross_validation.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static const struct json_path here = { .key = "here" };

/* Bounds of the validation part of each fold. */
static const struct {
    int64_t examples, folds, bounds[5];
} cases[] = {
    { 8, 4, { 0, 2, 4, 6, 8 } },
    { 10, 3, { 0, 3, 6, 10 } },
    { 7, 4, { 0, 1, 3, 5, 7 } },
    { 5, 2, { 0, 2, 5 } },
};

/* Examples 100, 101, ... or, as a list, 0, 10, 20, ... */
static struct selection examples(int64_t count, bool list)
{
    struct selection selection = { .first = 100, .count = count };

    if (list) {
        selection = (struct selection){ .count = count, .items = memory_new((size_t)count, sizeof(int64_t)) };
        for (int64_t i = 0; i < count; i++)
            selection.items[i] = 10 * i;
    }
    return selection;
}

START_TEST(folds_are_contiguous_and_the_rest_is_trained_on)
{
    const int64_t n = cases[_i].examples;

    for (int variant = 0; variant < 2 * cases[_i].folds; variant++) {
        const bool list = variant % 2;
        const int64_t fold = variant / 2, begin = cases[_i].bounds[fold], end = cases[_i].bounds[fold + 1];
        const bool strict = n % cases[_i].folds == 0;
        const struct cross_validation_settings to_train = { cases[_i].folds, fold, FOLD_TRAIN, strict },
                                               to_validate = { cases[_i].folds, fold, FOLD_VALID, strict };
        struct selection all = examples(n, list), train = examples(n, list), valid = examples(n, list);
        struct error_list errors = { 0 };

        ck_assert(cross_validation_select(&to_train, &train, &here, &errors));
        ck_assert(cross_validation_select(&to_validate, &valid, &here, &errors));
        ck_assert_int_eq(valid.count, end - begin);
        for (int64_t i = 0; i < valid.count; i++)
            ck_assert_int_eq(selection_at(&valid, i), selection_at(&all, begin + i));
        ck_assert_int_eq(train.count, n - (end - begin));
        for (int64_t i = 0; i < train.count; i++)
            ck_assert_int_eq(selection_at(&train, i), selection_at(&all, i < begin ? i : i + end - begin));
        selection_fini(&all);
        selection_fini(&train);
        selection_fini(&valid);
    }
}
END_TEST

static const struct {
    struct cross_validation_settings settings;
    enum error_code code;
    const char *pointer;
} wrong[] = {
    { { 3, 0, FOLD_VALID, true }, ERROR_INVALID_VALUE, "/here/num_folds" }, /* 10 examples */
    { { 5, 5, FOLD_TRAIN, true }, ERROR_OUT_OF_RANGE, "/here/fold" },
    { { 1, 0, FOLD_TRAIN, true }, ERROR_INVALID_VALUE, "/here" }, /* nothing is left */
    { { 20, 0, FOLD_VALID, false }, ERROR_INVALID_VALUE, "/here" },
};

START_TEST(what_cannot_be_cut_is_refused)
{
    struct selection selection = examples(10, false);
    struct error_list errors = { 0 };

    ck_assert(!cross_validation_select(&wrong[_i].settings, &selection, &here, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_int_eq(errors.items[0].code, wrong[_i].code);
    ck_assert_str_eq(errors.items[0].pointer, wrong[_i].pointer);
    ck_assert(strlen(errors.items[0].hint) > 0);
    ck_assert_int_eq(selection.count, 10);
    error_list_fini(&errors);
}
END_TEST

Suite *cross_validation_suite(void)
{
    Suite *suite = suite_create("cross_validation");
    TCase *tcase = tcase_create("cross_validation");

    tcase_add_loop_test(tcase, folds_are_contiguous_and_the_rest_is_trained_on, 0, COUNT(cases));
    tcase_add_loop_test(tcase, what_cannot_be_cut_is_refused, 0, COUNT(wrong));
    suite_add_tcase(suite, tcase);
    return suite;
}
