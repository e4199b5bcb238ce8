/* engine/script/log_view.h -- the training log as a Lua function sees it.
 *
 *   log.current_row.valid_cost       nil when there is no such record
 *   log.current_row.plateau = true   writes a record
 *   log.previous_row, log.last_epoch_row, log[120].train_cost, log.status.epochs_done
 *   for name, value in pairs(log.current_row) do ... end
 *
 * A row stays the one it was taken as: `local row = log.current_row` is the same row one batch later. */
#ifndef ENGINE_SCRIPT_LOG_VIEW_H
#define ENGINE_SCRIPT_LOG_VIEW_H

#include "engine/base/error.h"
#include "engine/base/value.h"

/* What a view needs of a log.  All functions must exist; they run on the thread that calls the script.
 * Values handed out are owned by whoever asked; values handed in are borrowed. */
struct script_log_port {
    void *context;
    int64_t (*iterations_done)(void *context);
    /* The iteration at the end of the last epoch; -1 when none has ended. */
    int64_t (*last_epoch_end)(void *context);
    /* False when the row has no such record. */
    bool (*record_get)(void *context, int64_t iteration, const char *name, struct value *out);
    bool (*record_set)(void *context, int64_t iteration, const char *name, const struct value *value,
                       struct error *err);
    /* Name of the record number `index` of the row, in the order of writing; NULL at the end. */
    const char *(*record_name)(void *context, int64_t iteration, size_t index);
    bool (*status_get)(void *context, const char *key, struct value *out);
    bool (*status_set)(void *context, const char *key, const struct value *value, struct error *err);
    const char *(*status_name)(void *context, size_t index);
};

#endif
