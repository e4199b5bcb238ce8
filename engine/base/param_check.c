/* engine/base/param_check.c -- see param_check.h. */
#include "engine/base/param_check.h"

#include <math.h>
#include <string.h>

#include "engine/base/text.h"

bool param_check_range(const struct param *param, double number, const struct json_path *path,
                       struct error_list *list)
{
    bool bounded = param->min != 0.0 || param->max != 0.0;
    bool open_above = param->max < param->min || isinf(param->max);

    if (param->positive && !(number > 0.0))
        return REPORT(list, ERROR_OUT_OF_RANGE, path, "%.15g is not greater than 0", number);
    if (!bounded || (number >= param->min && (open_above || number <= param->max)))
        return true;
    if (open_above)
        return REPORT(list, ERROR_OUT_OF_RANGE, path, "%.15g is not at least %.15g", number, param->min);
    return REPORT(list, ERROR_OUT_OF_RANGE, path, "%.15g is not between %.15g and %.15g", number, param->min,
                  param->max);
}

bool param_check_whole(double number, const struct json_path *path, struct error_list *list)
{
    if (number != trunc(number))
        return REPORT(list, ERROR_WRONG_TYPE, path, "a whole number is needed, not %.15g", number);
    if (fabs(number) <= 0x1p53 - 1)
        return true;
    REPORT(list, ERROR_OUT_OF_RANGE, path, "%.17g is too large to be exact", number);
    return error_list_hint(list, "Whole numbers go from -9007199254740991 to 9007199254740991.");
}

bool param_check_choice(const struct param *param, const char *text, const struct json_path *path,
                        struct error_list *list, int *out_index)
{
    char hint[sizeof list->items->hint];
    size_t count = 0;

    for (; param->choices[count]; count++)
        if (strcmp(param->choices[count], text) == 0) {
            *out_index = (int)count;
            return true;
        }
    text_candidates_hint(text, param->choices, count, hint, sizeof hint);
    REPORT(list, ERROR_INVALID_VALUE, path, "\"%.100s\" is not a choice here", text);
    return error_list_hint(list, "%s", hint);
}

bool param_check_count(const struct param *param, size_t count, const struct json_path *path,
                       struct error_list *list)
{
    if (count < param->count_min)
        return REPORT(list, ERROR_OUT_OF_RANGE, path, "%zu elements are too few: %zu at least", count,
                      param->count_min);
    if (param->count_max && count > param->count_max)
        return REPORT(list, ERROR_OUT_OF_RANGE, path, "%zu elements are too many: %zu at most", count,
                      param->count_max);
    return true;
}

bool param_check_own(const struct param *param, const void *settings, const struct json_path *path,
                     struct error_list *list)
{
    char message[sizeof list->items->message] = "the value will not do";

    if (!param->check || param->check((const char *)settings + param->offset, message, sizeof message))
        return true;
    return REPORT(list, ERROR_INVALID_VALUE, path, "%s", message);
}
