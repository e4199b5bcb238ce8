/* engine/extensions/scripted.h -- the part of an extension that its user wrote in Lua.
 *
 * A scripted extension has `self`, a table that is saved in checkpoints, with self.name and self.main_loop
 * readable in it, and functions: `do` of one with triggers, or one function per callback.  A function gets
 * `self`, `do` the name of the callback besides, then what the main loop passes (the batch as {examples =,
 * sources = {names}}, the error as a text), then the arguments of the condition.  It may have fewer
 * parameters than that, not more.
 *
 * The functions of one with triggers can change its conditions (self:add_condition, self:set_conditions, see
 * engine/script/extension_view.h); the changed ones are part of a checkpoint, as in a pickle of Blocks, and
 * take the place of those of the definition when it is continued.
 *
 * struct scripted is the state of such a type, and these are its functions. */
#ifndef ENGINE_EXTENSIONS_SCRIPTED_H
#define ENGINE_EXTENSIONS_SCRIPTED_H

#include "engine/extensions/extension.h"
#include "engine/script/extension_view.h"

struct scripted {
    const struct extension_context *context;
    struct script_extension_port port;
    bool conditions_changed;
    size_t condition_bytes; /* of the conditions added by functions, as JSON */
    int dispatches;         /* by functions, inside each other */
    struct script_table *self;
    struct script_function *act;                /* `do`; NULL: none */
    struct script_function *on[CALLBACK_COUNT]; /* NULL: nothing happens at that callback */
};

/* Makes `self`; the conditions have been read.  `source` of `do` may be NULL. */
bool scripted_init(struct extension *self, const char *source, const struct extension_context *context,
                   struct error_list *errors);
/* Compiles the function for one callback; `source` may be NULL. */
bool scripted_listen(struct extension *self, enum callback callback, const char *source,
                     const struct extension_context *context, struct error_list *errors);
void scripted_fini(struct extension *self);
/* Whether `do` may add conditions, or replace them, when it runs. */
bool scripted_changes_conditions(const struct extension *self);

bool scripted_act(struct extension *self, const struct call *call, struct error *err);
bool scripted_on(struct extension *self, const struct event *event, struct error *err);

/* The records that the functions name; at one callback, those of `do` or of the function for it. */
void scripted_names(const struct extension *self, extension_name_fn *each, void *context);
void scripted_names_at(const struct extension *self, enum callback callback, extension_name_fn *each,
                       void *context);
/* Whether this word stands in one of the functions. */
bool scripted_mentions(const struct extension *self, const char *word);
/* Whether a function may write records that it does not name. */
bool scripted_writes_others(const struct extension *self);

bool scripted_save(const struct extension *self, struct text *out_json, struct error *err);
bool scripted_load(struct extension *self, const struct cJSON *saved, struct error *err);

/* ---- For the files of scripted*.c: changing conditions ---- */

struct script_extension_port scripted_port(struct extension *self);
/* Replaces the conditions by a saved list. */
bool scripted_load_conditions(struct extension *self, const struct cJSON *saved, struct error *err);

#endif
