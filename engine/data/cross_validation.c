/* engine/data/cross_validation.c -- see cross_validation.h. */
#include "engine/data/cross_validation.h"

#include "engine/base/memory.h"

static const char *const part_choices[] = { "train", "valid", NULL };

const struct param cross_validation_params[] = {
    PARAM(cross_validation_settings, num_folds, INTEGER, .required = true, .min = 1, .max = 1e8,
          .about = "Into how many contiguous folds the examples are cut."),
    PARAM(cross_validation_settings, fold, INTEGER, .required = true, .min = 0, .max = 1e8,
          .about = "Which of them validates, counted from 0."),
    PARAM(cross_validation_settings, part, CHOICE, .required = true, .choices = part_choices,
          .about = "The fold itself (valid), or all examples outside of it (train)."),
    PARAM(cross_validation_settings, strict, BOOLEAN, .preset = "true",
          .about = "Whether num_folds has to divide the number of examples."),
    PARAM_END,
};

/* floor(n fold / num_folds) without the large product. */
static int64_t boundary(int64_t n, int64_t num_folds, int64_t fold)
{
    return n / num_folds * fold + n % num_folds * fold / num_folds;
}

static bool check(const struct cross_validation_settings *settings, int64_t n, const struct json_path *path,
                  struct error_list *errors)
{
    const struct json_path fold = { .parent = path, .key = "fold" },
                           num_folds = { .parent = path, .key = "num_folds" };

    if (settings->fold >= settings->num_folds) {
        REPORT(errors, ERROR_OUT_OF_RANGE, &fold, "there is no fold %lld of %lld", (long long)settings->fold,
               (long long)settings->num_folds);
        return error_list_hint(errors, "Folds are counted from 0 to %lld.",
                               (long long)settings->num_folds - 1);
    }
    if (settings->strict && n % settings->num_folds != 0) {
        REPORT(errors, ERROR_INVALID_VALUE, &num_folds, "%lld examples are not divisible into %lld folds",
               (long long)n, (long long)settings->num_folds);
        return error_list_hint(errors, "With \"strict\": false folds may differ by one example.");
    }
    return true;
}

/* All examples but those at positions begin to end - 1. */
static bool leave_out(struct selection *selection, int64_t begin, int64_t end)
{
    const int64_t count = selection->count - (end - begin);
    int64_t *items = memory_try_aligned((size_t)count * sizeof(*items));

    if (!items)
        return false;
    for (int64_t i = 0; i < count; i++)
        items[i] = selection_at(selection, i < begin ? i : i + (end - begin));
    selection_fini(selection);
    *selection = (struct selection){ .count = count, .items = items };
    return true;
}

static void keep(struct selection *selection, int64_t begin, int64_t end)
{
    if (selection->items)
        for (int64_t i = begin; i < end; i++)
            selection->items[i - begin] = selection->items[i];
    else
        selection->first += begin;
    selection->count = end - begin;
}

bool cross_validation_select(const struct cross_validation_settings *settings, struct selection *selection,
                             const struct json_path *path, struct error_list *errors)
{
    const int64_t n = selection->count;
    int64_t begin, end;

    if (!check(settings, n, path, errors))
        return false;
    begin = boundary(n, settings->num_folds, settings->fold);
    end = boundary(n, settings->num_folds, settings->fold + 1);
    if ((settings->part == FOLD_VALID ? end - begin : n - (end - begin)) == 0) {
        REPORT(errors, ERROR_INVALID_VALUE, path, "no examples are selected");
        return error_list_hint(errors, "%lld examples are cut into %lld folds.", (long long)n,
                               (long long)settings->num_folds);
    }
    if (settings->part == FOLD_VALID)
        keep(selection, begin, end);
    else if (!leave_out(selection, begin, end))
        return REPORT(errors, ERROR_MEMORY, path, "no memory for a list of %lld examples",
                      (long long)(n - (end - begin)));
    return true;
}
