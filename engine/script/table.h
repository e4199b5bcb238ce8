/* engine/script/table.h -- a Lua table that lives as long as its owner: the `self` of an extension.
 *
 * What a function writes into it stays there from call to call and is part of every checkpoint: none,
 * booleans, integers, reals, texts, and tables of them under keys of any of these types, also tables that are
 * reached in several ways or contain themselves.  Members set with script_table_provide are read through the
 * table, but are not part of what is saved. */
#ifndef ENGINE_SCRIPT_TABLE_H
#define ENGINE_SCRIPT_TABLE_H

#include "engine/base/error.h"
#include "engine/base/value.h"
#include "engine/script/sandbox.h"

struct script_argument; /* function.h */
struct script_table;

/* An empty table; `name` appears in errors ("self"). */
struct script_table *script_table_new(struct script *script, const char *name, struct error *err);
void script_table_free(struct script_table *table); /* accepts NULL; before its state */

/* Makes `key` readable in the table until a function writes a member of that name. */
bool script_table_provide(struct script_table *table, const char *key, const struct script_argument *argument,
                          struct error *err);

/* False with ERROR_SCRIPT when a member cannot be saved (a function, a view, tables more than 30 deep); the
 * message names it. */
bool script_table_save(const struct script_table *table, struct value *out, struct error *err);
/* Replaces what the table holds by what was saved; false with ERROR_CORRUPT when `saved` is not that. */
bool script_table_load(struct script_table *table, const struct value *saved, struct error *err);

#endif
