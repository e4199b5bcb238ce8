/* engine/base/param_check.h -- the checks of single values that both binders make.
 *
 * Each reports into `list` at `path` and is false when the value will not do.  The text binder has no
 * document and gives an empty path. */
#ifndef ENGINE_BASE_PARAM_CHECK_H
#define ENGINE_BASE_PARAM_CHECK_H

#include "engine/base/error.h"
#include "engine/base/param.h"

/* min, max and positive; of lists they bind every element. */
bool param_check_range(const struct param *param, double number, const struct json_path *path,
                       struct error_list *list);

/* Whole, and exact in a document of doubles: at most 2^53 - 1 either way. */
bool param_check_whole(double number, const struct json_path *path, struct error_list *list);

/* The index of `text` in the choices. */
bool param_check_choice(const struct param *param, const char *text, const struct json_path *path,
                        struct error_list *list, int *out_index);

/* count_min and count_max. */
bool param_check_count(const struct param *param, size_t count, const struct json_path *path,
                       struct error_list *list);

/* The table's own check of the bound field. */
bool param_check_own(const struct param *param, const void *settings, const struct json_path *path,
                     struct error_list *list);

#endif
