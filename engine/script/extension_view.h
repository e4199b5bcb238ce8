/* engine/script/extension_view.h -- the extension that a function belongs to, as methods of its `self`.
 *
 *   self:add_condition({'after_batch'}, function(log) return log.current_row.cost end, {'best.tar'})
 *   self:set_conditions{after_epoch = true, every_n_batches = 5}
 *   self:dispatch('after_batch', batch)
 *   local from_main_loop, from_user = self:parse_args(which_callback, {...})
 *
 * The first two give `self` back, as in Blocks.  Their predicates are functions of the log, whose locals are
 * copied (function.h), always_true and has_done_epochs, and tables as in a definition. */
#ifndef ENGINE_SCRIPT_EXTENSION_VIEW_H
#define ENGINE_SCRIPT_EXTENSION_VIEW_H

#include "engine/base/error.h"
#include "engine/base/value.h"

struct script_table;

/* Values are borrowed.  A member that is NULL is absent for scripts. */
struct script_extension_port {
    void *context;
    /* {"callbacks":, "predicate":, "arguments":}, the last two if given; a predicate that is a function is
     * what script_function_save gives. */
    bool (*add_condition)(void *context, const struct value *condition, struct error *err);
    /* Values by the names of triggers. */
    bool (*set_conditions)(void *context, const struct value *triggers, struct error *err);
    /* `arguments` is a list. */
    bool (*dispatch)(void *context, const char *callback, const struct value *arguments, struct error *err);
    /* Whether the callback is one, and hands a batch over. */
    bool (*has_batch)(void *context, const char *callback, bool *out, struct error *err);
};

/* Makes the methods readable in `table`, the `self` of the extension.  The port is borrowed until the state
 * is freed. */
bool script_table_provide_methods(struct script_table *table, const struct script_extension_port *port,
                                  struct error *err);

#endif
