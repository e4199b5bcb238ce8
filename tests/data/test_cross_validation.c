/* tests/data/test_cross_validation.c -- contiguous folds. */
#include "engine/data/cross_validation.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

/* Bounds of the validation part of each fold. */
static const struct {
    int64_t examples, folds, bounds[5];
} cases[] = {
    { 8, 4, { 0, 2, 4, 6, 8 } },
    { 10, 3, { 0, 3, 6, 10 } },
    { 7, 4, { 0, 1, 3, 5, 7 } },
    { 5, 1, { 0, 5 } },
};

START_TEST(folds_are_contiguous_and_the_rest_is_trained_on)
{
    const bool strict = cases[_i].examples % cases[_i].folds == 0;

    for (int64_t fold = 0; fold < cases[_i].folds; fold++) {
        const int64_t begin = cases[_i].bounds[fold], end = cases[_i].bounds[fold + 1];
        struct selection train, valid;
        struct error err;

        CK_GOOD(cross_validation(cases[_i].examples, cases[_i].folds, strict, fold, &train, &valid, &err),
                err);
        ck_assert_int_eq(valid.first, begin);
        ck_assert_int_eq(valid.count, end - begin);
        ck_assert_int_eq(train.count, cases[_i].examples - (end - begin));
        for (int64_t i = 0; i < train.count; i++)
            ck_assert_int_eq(selection_at(&train, i), i < begin ? i : i + end - begin);
        selection_fini(&train);
        selection_fini(&valid);
    }
}
END_TEST

START_TEST(what_cannot_be_cut_is_refused)
{
    struct selection train, valid;
    struct error err;

    CK_REFUSED(cross_validation(10, 3, true, 0, &train, &valid, &err), err, ERROR_INVALID_VALUE);
    CK_REFUSED(cross_validation(10, 0, true, 0, &train, &valid, &err), err, ERROR_OUT_OF_RANGE);
    CK_REFUSED(cross_validation(10, 5, true, 5, &train, &valid, &err), err, ERROR_OUT_OF_RANGE);
    CK_REFUSED(cross_validation(10, 5, true, -1, &train, &valid, &err), err, ERROR_OUT_OF_RANGE);
}
END_TEST

Suite *cross_validation_suite(void)
{
    Suite *suite = suite_create("cross_validation");
    TCase *tcase = tcase_create("cross_validation");

    tcase_add_loop_test(tcase, folds_are_contiguous_and_the_rest_is_trained_on, 0, COUNT(cases));
    tcase_add_test(tcase, what_cannot_be_cut_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
