/* engine/checkpoint/save_members.h -- what goes into a checkpoint, member by member; for save*.c only.
 *
 * Each function adds members to `list` and writes nothing yet.  The values of tensors are borrowed until the
 * list has been written, everything else is copied. */
#ifndef ENGINE_CHECKPOINT_SAVE_MEMBERS_H
#define ENGINE_CHECKPOINT_SAVE_MEMBERS_H

#include "engine/checkpoint/member_list.h"
#include "engine/checkpoint/save.h"

/* The parameters asked for, or all of the model in its order.  Without a model there are none. */
bool save_parameters(const struct main_loop *loop, const struct checkpoint_request *request,
                     struct member_list *list, struct error *err);

/* Everything below `_main_loop/` but the manifest. */
bool save_main_loop(const struct main_loop *loop, const struct checkpoint_request *request,
                    struct member_list *list, struct error *err);

/* One of checkpoint_parts, as a member of that name.  ERROR_UNKNOWN_NAME: it is none of them. */
bool save_part(const struct main_loop *loop, const char *name, struct member_list *list, struct error *err);

/* Rows and status of the log, each as JSON in `member`. */
void save_log(const struct main_loop *loop, const char *member, struct member_list *list);
void save_status(const struct main_loop *loop, const char *member, struct member_list *list);

#endif
