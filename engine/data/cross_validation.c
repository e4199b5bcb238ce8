/* engine/data/cross_validation.c -- see cross_validation.h. */
#include "engine/data/cross_validation.h"

#include "engine/base/memory.h"

/* floor(num_examples * fold / num_folds) without the large product. */
static int64_t boundary(int64_t num_examples, int64_t num_folds, int64_t fold)
{
    return num_examples / num_folds * fold + num_examples % num_folds * fold / num_folds;
}

bool cross_validation(int64_t num_examples, int64_t num_folds, bool strict, int64_t fold,
                      struct selection *out_train, struct selection *out_valid, struct error *err)
{
    int64_t begin, end;

    if (num_folds < 1 || num_folds > INT32_MAX || num_examples < 0)
        return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "%lld examples cannot be cut into %lld folds",
                     (long long)num_examples, (long long)num_folds);
    if (fold < 0 || fold >= num_folds)
        return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "there is no fold %lld of %lld", (long long)fold,
                     (long long)num_folds);
    if (strict && num_examples % num_folds != 0)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "%lld examples are not divisible into %lld folds",
                     (long long)num_examples, (long long)num_folds);

    begin = boundary(num_examples, num_folds, fold);
    end = boundary(num_examples, num_folds, fold + 1);
    *out_valid = (struct selection){ .first = begin, .count = end - begin };
    *out_train = (struct selection){ .count = num_examples - (end - begin) };
    out_train->items = memory_new((size_t)out_train->count, sizeof(*out_train->items));
    for (int64_t i = 0; i < out_train->count; i++)
        out_train->items[i] = i < begin ? i : i + (end - begin);
    return true;
}
