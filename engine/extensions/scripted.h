/* engine/extensions/scripted.h -- the part of an extension that its user wrote in Lua.
 *
 * A scripted extension has `self`, a table that is saved in checkpoints, with self.name and self.main_loop
 * readable in it, and functions: `do` of one with triggers, or one function per callback.  A function gets
 * `self`, `do` the name of the callback besides, then what the main loop passes (the batch as {examples =,
 * sources = {names}}, the error as a text), then the arguments of the condition.  It may have fewer
 * parameters than that, not more.
 *
 * struct scripted is the state of such a type, and these are its functions. */
#ifndef ENGINE_EXTENSIONS_SCRIPTED_H
#define ENGINE_EXTENSIONS_SCRIPTED_H

#include "engine/extensions/extension.h"

struct scripted {
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

bool scripted_act(struct extension *self, const struct call *call, struct error *err);
bool scripted_on(struct extension *self, const struct event *event, struct error *err);

bool scripted_save(const struct extension *self, struct text *out_json, struct error *err);
bool scripted_load(struct extension *self, const struct cJSON *saved, struct error *err);

#endif
